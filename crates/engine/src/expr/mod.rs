//! Expressions: one value from one document.
