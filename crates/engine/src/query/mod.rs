//! Predicates: whether a document matches.
