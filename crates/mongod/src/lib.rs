//! A private MongoDB server for the tests: found or fetched once, started on a free port, taken away at the end.
//!
//! In: what a test needs of a server. Out: the connection string of one that answers.
//! Invariant: a server started here ends with the process that started it, however that ends, and leaves no file behind.
//! Nothing of the product is used here, so what a test asks through [`Client`] is a second opinion.
//!
//! Most tests share one server and have a database of their own on it; a test that kills, starves or configures its
//! server starts one. Both return early where no server can be had, and are counted as left out:
//!
//! ```no_run
//! # fn test() {
//! let Some(uri) = mongod::bank("an_import_is_seen") else { return };      // mongodb://127.0.0.1:40123/an_import_is_seen
//! let server = mongod::Client::connect(&uri).expect("a server");          // looks there without the product's code
//! server.command(bson::doc! { "delete": "rows", "deletes": [{ "q": {}, "limit": 0 }] }).expect("an answer");
//!
//! let setup = mongod::Setup { members: 3, ..mongod::Setup::default() };
//! let Some(mut set) = mongod::own("a_killed_primary_is_replaced", &setup) else { return };
//! let primary = set.primary().expect("a primary");
//! set.kill(primary).expect("a server to kill");
//! # }
//! ```
//!
//! Clear collections with `delete`, as above: thousands of collections dropped and created cost a server its open files.

mod certificates;
mod client;
mod error;
mod fetch;
mod find;
mod member;
mod server;
mod setup;
mod shared;
mod supervisor;

pub use client::{Client, Refusal};
pub use error::Error;
pub use find::{Binary, find};
pub use server::Server;
pub use setup::{OWNER, READER, Setup, User};
pub use shared::{bank, database, left_out, own, shared};
