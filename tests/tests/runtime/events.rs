//! Captures the events of target `cors`.

use std::sync::{Arc, Mutex, Once, PoisonError};
use std::{fmt, io};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    pub(crate) level: Level,
    pub(crate) fields: Vec<(&'static str, String)>,
}

impl Captured {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| *other == name).map(|(_, value)| &**value)
    }
}

/// Sets a subscriber for the whole process that ignores every event. Without it, `tracing` may remember that nobody wants an
/// event, while the subscriber of another thread ends, and the subscriber of this thread would miss it.
fn keep_events_enabled() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry())
            .expect("no test sets a subscriber for the whole process");
    });
}

/// Calls a function, and returns the events of target `cors` that this thread has meanwhile sent.
pub(crate) fn during<T>(act: impl FnOnce() -> T) -> (T, Vec<Captured>) {
    keep_events_enabled();
    let capture = Capture::default();
    let subscriber = tracing_subscriber::registry().with(capture.clone());
    let result = tracing::subscriber::with_default(subscriber, act);
    let events = std::mem::take(&mut *capture.0.lock().unwrap_or_else(PoisonError::into_inner));
    (result, events)
}

/// Calls a function, and returns the lines that a log of target `cors` would contain.
pub(crate) fn logged<T>(act: impl FnOnce() -> T) -> (T, String) {
    keep_events_enabled();
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .with_filter(filter_fn(|metadata| metadata.target() == "cors"));
    let result = tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), act);
    let bytes = std::mem::take(&mut *log.0.lock().unwrap_or_else(PoisonError::into_inner));
    (result, String::from_utf8(bytes).expect("a log is UTF-8"))
}

/// Stores the lines of a log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<Captured>>>);

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "cors" {
            let mut captured = Captured { level: *event.metadata().level(), fields: Vec::new() };
            event.record(&mut captured);
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(captured);
        }
    }
}

impl Visit for Captured {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.push((field.name(), value.to_owned()));
    }
}
