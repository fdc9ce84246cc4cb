//! Stages: documents in, documents out.
