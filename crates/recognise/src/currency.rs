//! Amounts in other currencies than dollars, as their cells or the names of their columns say.
//!
//! In: the columns that count money. Out: a line that names them. Invariant: no amount is converted.

use contract::Unit;
use tabular::currency;

use crate::content::Content;
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
    currency::doubt(&currencies, &names(&headers)).map(|text| Note { text, is_doubt: true })
}

/// What is doubtful in a column of money that is in another currency.
pub(crate) fn doubt(drafter: &Drafter<'_>, position: usize) -> Option<String> {
    Some(format!("is in {}, and shown with `$`", of(drafter, position)?))
}

/// The currency of a column of money, where it is another one.
fn of(drafter: &Drafter<'_>, position: usize) -> Option<&'static str> {
    let header = drafter.table.columns[position].header.as_str();
    let beside = drafter.notations[position].currency.as_deref();
    if let Some(sign) = beside {
        return currency::of_sign(sign);
    }
    currency::of_name(header, &fold::words(header)).or_else(|| of_bands(drafter))
}

/// The currency of the bands of money that are categories, such as `€40K - €60K`: amounts without a sign are in it, too.
fn of_bands(drafter: &Drafter<'_>) -> Option<&'static str> {
    let texts = drafter.plan.kept().filter(|position| drafter.plan.contents[*position] == Content::Category);
    let values = texts.flat_map(|position| drafter.table.columns[position].answers());
    values
        .filter(|value| value.text.contains(|c: char| c.is_ascii_digit()))
        .find_map(|value| currency::of_name(&value.text, &fold::words(&value.text)))
}
