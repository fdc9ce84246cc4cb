//! Operators on dates.
//!
//! A date is an instant in milliseconds, over 292 million years either way. The calendar is the proleptic Gregorian
//! one, computed here because no library goes so far; time zones come from the Olson database through `jiff`.

mod abbreviations;
mod add;
mod arguments;
mod calendar;
mod diff;
mod format;
mod free_text;
mod from_parts;
mod from_string;
mod part;
mod relative;
mod scan;
mod to_parts;
mod to_string;
mod token;
mod trunc;
mod zone;

pub use add::add_to_date;
pub(super) use add::{date_add, date_subtract};
pub(super) use arguments::instant;
pub(super) use diff::diff;
pub(super) use free_text::from_text;
pub(super) use from_parts::from_parts;
pub(super) use from_string::from_string;
pub(super) use part::part;
pub(super) use to_parts::to_parts;
pub(super) use to_string::{iso_text, timestamp_text, to_string};
pub(super) use trunc::trunc;
