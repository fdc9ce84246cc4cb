//! What a column holds, by its cells alone or with a role in mind.

use contract::Role;

use crate::column::{Class, Column};
use crate::days::Written;

/// So many texts are categories, where they are far fewer than rows.
const MOST_CATEGORIES: u64 = 50;
/// The codes of a contract's categories are bytes, and one may be needed for the missing answers.
const MOST_CODES: u64 = 254;
/// A table of fewer rows tells little of how often a value comes again.
const FEW_ROWS: u64 = 30;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Category,
    Number,
    Date,
    Text,
}

/// What a column holds; `role` is what it means.
pub(crate) fn content(column: &Column, role: Option<Role>, n_rows: u64) -> Content {
    let classes = &column.counts.classes;
    let numbers = classes.n(Class::Number);
    // Failed formulas and rows of sums say nothing of what the column holds.
    let base = classes.n_answers() - classes.n(Class::Error) - classes.n(Class::Total);
    if base == 0 {
        return Content::Text;
    }
    let n_distinct = column.n_distinct().unwrap_or(u64::MAX);
    let is_few = column.few().is_some() && n_distinct <= MOST_CODES;
    // Amounts are no classes of income, however few they are.
    let are_amounts = role == Some(Role::Income) && numbers == base && n_distinct.saturating_mul(3) > base;
    if role.is_some_and(is_of_categories) && is_few && !are_amounts {
        return Content::Category;
    }
    let is_wanted = role.is_some_and(is_of_numbers);
    if !is_wanted && matches!(column.days(), Some(Written::Iso | Written::Format(_))) {
        return Content::Date;
    }
    let is_named_by_digits = column.counts.n_leading_zeros * 100 > numbers;
    let most = if is_wanted { base.div_ceil(2) } else { (base * 4).div_ceil(5) };
    if numbers > 0 && numbers >= most && !has_frequent_text(column, n_rows) && !is_named_by_digits {
        return Content::Number;
    }
    let is_repeated = n_distinct.saturating_mul(3) <= base || (n_rows < FEW_ROWS && n_distinct < base);
    if is_few && n_distinct <= MOST_CATEGORIES && is_repeated { Content::Category } else { Content::Text }
}

/// A text that comes again and again among numbers, such as `3+`, is a value of its own.
fn has_frequent_text(column: &Column, n_rows: u64) -> bool {
    column.spelled(Class::Text).any(|value| value.n >= 5 && value.n * 100 >= n_rows)
}

/// Whether the role belongs to categories alone.
fn is_of_categories(role: Role) -> bool {
    matches!(role, Role::Closed | Role::Gender | Role::Education | Role::MaritalStatus | Role::Income | Role::Segment)
}

/// Whether the role belongs to numbers alone.
pub(crate) fn is_of_numbers(role: Role) -> bool {
    use contract::Kind;
    role.is_of(&Kind::Whole { min: 0, max: 1 }) && !matches!(role, Role::CustomerKey | Role::Active)
}

/// Whether a column is the waste of a spreadsheet: failed formulas all over, or one for a name.
pub(crate) fn is_waste(column: &Column, is_error: impl Fn(&str) -> bool) -> bool {
    let (errors, answers) = (column.counts.classes.n(Class::Error), column.counts.classes.n_answers());
    errors > 0 && (errors * 2 > answers || (is_error(column.header.trim()) && errors * 50 > answers))
}
