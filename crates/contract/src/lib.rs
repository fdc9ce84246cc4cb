//! What a bank's data is: its columns, what they may hold, and what they mean.
//!
//! In: a contract's file (TOML). Out: a [`Contract`], a value that importers, catalogs, validators and fronts take; all that is
//! wrong with the file is reported at once, each fault with file and key.
//! Invariant: a [`Contract`] was checked: it has one key, no role twice, ranges with room, and no name that it does not
//! know. This crate knows no rows, no engines and no stores.
//!
//! ```
//! use contract::{Contract, Role};
//!
//! let gym = Contract::parse("gym.toml", r#"
//!     title = "A gym"
//!     [columns.member]
//!     kind = "text"
//!     role = "customer_key"
//!     [columns.left]
//!     kind = "category"
//!     role = "closed"
//!     categories = [{ value = "no" }, { value = "yes", closed = true }]
//! "#)?;
//! assert_eq!(gym.key().name, "member");
//! assert_eq!(gym.role(Role::Closed).map(|column| column.closed_values()), Some(vec!["yes"]));
//! assert_eq!(gym.role(Role::Spend), None);
//! # Ok::<(), diagnostic::Faults>(())
//! ```

mod adopted;
mod column;
mod contract;
mod day;
pub mod entry;
mod fields;
mod read;
mod role;
mod rule;
mod unit;

pub use adopted::Adopted;
pub use column::{Category, Column, Detail, Kind, Side};
pub use contract::{Contract, LeftOut};
pub use day::read_day;
pub use fields::{Allowed, FieldRule};
pub use role::Role;
pub use rule::{Computed, Rows, Rule, Severity};
pub use unit::Unit;

/// The collection of who the customers are.
pub const CUSTOMERS: &str = "customers";
/// The collection of what they do with their accounts; joined to a customer, its fields lie below this name.
pub const TRANSACTIONS: &str = "transactions";
