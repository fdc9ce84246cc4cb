//! The embedded engine: a checked pipeline and columns in, rows out.
