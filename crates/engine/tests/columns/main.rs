//! Pipelines over typed columns: what they answer, and what becomes of them.

mod equal;
mod explain;
mod nasty_bank;
