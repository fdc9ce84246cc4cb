//! Loading collections into a real server: what is there afterwards, what is refused, and that a failure changes nothing.

#![expect(clippy::unwrap_used, reason = "a test that cannot get as far as its question has failed")]

mod cards;
mod days;
mod documents;
mod indexes;
mod leases;
mod source;
mod sources;
mod stress;
