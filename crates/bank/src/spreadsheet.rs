//! What a spreadsheet would make of tables that are written as CSV.
//!
//! In: the tables. Out: what the user should know. Data for programs is never changed; a front says how to write it otherwise.

use diagnostic::{Action, Diagnostic};
use insight::Table;

/// What is to be said of tables that are written as CSV; `None` where a spreadsheet takes no text of them for a formula.
#[must_use]
pub fn formulas_notice<'a>(tables: impl IntoIterator<Item = &'a Table>) -> Option<Diagnostic> {
    let message = match tables.into_iter().map(report::table::formulas).sum() {
        0 => return None,
        1 => "a spreadsheet would take the text of one cell for a formula".to_owned(),
        n => format!("a spreadsheet would take the texts of {} cells for formulas", report::count(n as u64)),
    };
    Some(Diagnostic::new(message).hint_at(Action::WriteForSpreadsheet))
}
