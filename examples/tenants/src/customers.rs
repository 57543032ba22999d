//! The origins of the customers, in an `SQLite` table.

use rusqlite::{Connection, Result, params};
use std::sync::{Arc, Mutex, PoisonError};

/// The table of customers.
#[derive(Clone, Debug)]
pub struct Customers(Arc<Mutex<Connection>>);

impl Customers {
    /// Creates an empty table in memory.
    ///
    /// # Errors
    ///
    /// If `SQLite` reports an error.
    pub fn new() -> Result<Self> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch("CREATE TABLE customers (origin TEXT PRIMARY KEY) WITHOUT ROWID")?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Adds the origin of a customer.
    ///
    /// # Errors
    ///
    /// If `SQLite` reports an error.
    pub fn add(&self, origin: &str) -> Result<()> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute("INSERT INTO customers VALUES (?1)", params![origin]).map(|_| ())
    }

    /// Returns whether an origin belongs to a customer. The call blocks the thread.
    ///
    /// # Errors
    ///
    /// If `SQLite` reports an error.
    pub fn has(&self, origin: &str) -> Result<bool> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.prepare_cached("SELECT 1 FROM customers WHERE origin = ?1")?.exists(params![origin])
    }
}
