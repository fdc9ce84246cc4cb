//! Faults of a real server, tried for real: what the user is told, and that nothing is lost.
//!
//! Each test starts a server of its own, breaks it or its connection, and looks at what is there afterwards with a client
//! that shares no code with the product. Where a test must do something in the middle of a command, the server's own fail
//! point `failCommand` makes that command slow; nothing else is simulated.
//! Invariant, checked wherever the program runs: no password and no `Debug` text in what it says.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot start a process or reach its server has failed")]

mod analysis;
mod bank;
mod harness;
mod import;
mod indexes;
mod reach;
