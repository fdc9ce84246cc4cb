//! Amounts in other currencies than dollars, as their cells or the names of their columns say.
//!
//! In: the columns that count money. Out: a line that names them. Invariant: no amount is converted.

use contract::Unit;
use tabular::currency;

use crate::describe::Drafter;
use crate::finish::Note;
use crate::fold;
use crate::lists::names;

/// That amounts in another currency are shown with the sign of dollars; nothing where all are in dollars, or where it is not said.
pub(crate) fn note(drafter: &Drafter<'_>) -> Option<Note> {
    let money = drafter.plan.kept().filter(|position| drafter.unit_of_numbers(*position) == Unit::Dollars);
    let found =
        money.filter_map(|position| Some((of(drafter, position)?, drafter.table.columns[position].header.clone())));
    let (currencies, headers): (Vec<&str>, Vec<String>) = found.unzip();
    currency::notice(&currencies, &names(&headers)).map(|text| Note { text, is_doubt: true })
}

/// The currency of a column of money, where it is another one.
pub(crate) fn of(drafter: &Drafter<'_>, position: usize) -> Option<&'static str> {
    let header = drafter.table.columns[position].header.as_str();
    let beside = drafter.notations[position].currency.as_deref();
    beside.map_or_else(|| currency::of_name(header, &fold::words(header)), currency::of_sign)
}
