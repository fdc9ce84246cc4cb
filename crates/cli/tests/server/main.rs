//! The command line with a bank on a real server: imports, the same figures as on a folder, copies there and back, plans.

#![expect(clippy::unwrap_used, reason = "a test that cannot start a process has failed")]

mod copy;
mod figures;
mod import;
mod plans;
mod program;
mod unchecked;
