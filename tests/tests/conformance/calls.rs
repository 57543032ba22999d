//! Notes of the layers and handlers that ran, which the table compares.

use std::sync::{Arc, Mutex, PoisonError};

/// The layers and handlers that ran, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Arc<Mutex<Vec<&'static str>>>);

impl Calls {
    /// Notes that a layer or a handler runs.
    pub(crate) fn note(&self, name: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(name);
    }

    /// Removes and returns all notes.
    pub(crate) fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
