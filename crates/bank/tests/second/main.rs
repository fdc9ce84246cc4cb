//! A second contract through the session: other names, another outcome, no money, no transactions.

mod bench;
mod contracts;
mod damage;
mod days;
mod habits;
mod headers;
mod persons;
mod quality;
mod report;
mod server;
mod ties;
mod topics;
