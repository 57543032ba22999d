//! What annotations cost the compiler.
