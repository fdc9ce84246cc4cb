//! Amounts in other currencies than dollars, as their cells or the names of their columns say; and amounts in none that is said.
//!
//! In: the columns that count money. Out: a line that says how they are shown. Invariant: no amount is converted.

use contract::{Role, Unit};
use tabular::currency;

use crate::content::Content;
use crate::describe::Drafter;
use crate::finish::{Note, Standing};
use crate::fold;
use crate::lists::names;

/// That amounts in another currency, or in none that the file says, are shown with the sign of dollars; nothing where they are in
/// dollars. The card data are.
pub(crate) fn note(drafter: &Drafter<'_>, is_card: bool) -> Option<Note> {
    let money = || drafter.plan.kept().filter(|position| drafter.unit_of_numbers(*position) == Unit::Dollars);
    let found =
        money().filter_map(|position| Some((of(drafter, position)?, drafter.table.columns[position].header.clone())));
    let (currencies, headers): (Vec<&str>, Vec<String>) = found.unzip();
    if let Some(text) = currency::doubt(&currencies, &names(&headers)) {
        return Some(Note { text, standing: Standing::DoubtSaidAgain });
    }
    let is_unsaid = !is_card && money().next().is_some() && !says_dollars(drafter);
    let text = "amounts are shown with `$`; the data do not say their currency".to_owned();
    is_unsaid.then_some(Note { text, standing: Standing::Found })
}

/// Whether a cell or the name of a column says that there are dollars.
fn says_dollars(drafter: &Drafter<'_>) -> bool {
    let says = |text: &str| currency::says_dollars(text, &fold::words(text));
    drafter.plan.kept().any(|position| {
        let column = &drafter.table.columns[position];
        let beside = drafter.notations[position].currency.as_deref();
        let is_category = drafter.plan.contents[position] == Content::Category;
        says(&column.header)
            || beside.is_some_and(says)
            || (is_category && column.answers().iter().any(|value| says(&value.text)))
    })
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
    let words = fold::words(header);
    let of_bands = || if currency::says_dollars(header, &words) { None } else { of_bands(drafter) };
    currency::of_name(header, &words).or_else(of_bands)
}

/// The currency of the bands of money that are categories, such as `€40K - €60K`: amounts without a sign are in it, too. Words such as
/// `try` and `rs` are currencies in the bands of incomes alone.
fn of_bands(drafter: &Drafter<'_>) -> Option<&'static str> {
    let texts = drafter.plan.kept().filter(|position| drafter.plan.contents[*position] == Content::Category);
    let is_income = |position: usize| drafter.plan.with_role(Role::Income) == Some(position);
    let values = texts
        .flat_map(|position| drafter.table.columns[position].answers().into_iter().map(move |value| (position, value)));
    values.filter(|(_, value)| value.text.contains(|c: char| c.is_ascii_digit())).find_map(|(position, value)| {
        let words = if is_income(position) { fold::words(&value.text) } else { Vec::new() };
        currency::of_name(&value.text, &words)
    })
}
