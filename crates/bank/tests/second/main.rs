//! A second contract through the session: other names, another outcome, no money, no transactions.

mod bench;
mod damage;
mod report;
mod server;
mod topics;
