//! Which column names a customer.
//!
//! In: the table and what is left out already. Out: the key, and the columns left out since they number the rows.
//! Invariant: a column by a key's name in which hardly a value comes twice is the key, so that a customer who is in the file
//! twice is refused and not counted twice.

use contract::Role;

use crate::column::{Class, Column};
use crate::fold;
use crate::plan::{Out, Plan};
use crate::synonyms::Meaning;
use crate::table::Table;

/// A shorter table tells nothing by the order of a column's values.
const FEWEST_ROWS: u64 = 20;
/// Words of names that keys have.
const WORDS: [&str; 14] = [
    "id",
    "ids",
    "key",
    "code",
    "number",
    "no",
    "num",
    "nr",
    "ref",
    "reference",
    "uuid",
    "guid",
    "numero",
    "identifier",
];

/// Finds the key, by its name or, `by_contents` too, by what it holds; leaves out what numbers the rows.
pub(crate) fn find(table: &Table<'_>, plan: &mut Plan, by_contents: bool) {
    let outcome = plan.outcome().map(|outcome| outcome.column);
    let free: Vec<usize> = plan.kept().filter(|position| Some(*position) != outcome).collect();
    let is_named = |position: &usize| table.meanings[*position] == Some(Meaning::Role(Role::CustomerKey));
    let is_counting = |position: &usize| table.columns[*position].is_counting() && table.n_rows >= FEWEST_ROWS;
    let named: Vec<usize> = free.iter().copied().filter(is_named).filter(|one| is_key(table, *one)).collect();
    let looking_so = || {
        let may = |position: &usize| table.meanings[*position].is_none() && !is_counting(position);
        free.iter().copied().find(|position| by_contents && may(position) && looks_like_key(table, *position))
    };
    let best = named.iter().copied().find(|position| !is_counting(position) && is_unique(table, *position));
    let best = best.or_else(|| named.iter().copied().find(|position| !is_counting(position)));
    plan.key = best.or_else(looking_so).or_else(|| named.first().copied());
    for position in free {
        let column = &table.columns[position];
        let is_without_name = fold::name(&column.header).is_empty();
        let is_index = table.meanings[position] == Some(Meaning::Index) || is_without_name;
        // The rows of a part of a table keep the numbers that they had in the whole of it.
        let is_numbering = column.is_counting()
            || (is_unique(table, position) && column.counts.classes.n(Class::Number) == table.n_rows);
        let is_whole = column.counts.extent.plain().n_parts == 0;
        if plan.key != Some(position) && ((is_index && is_numbering && is_whole) || is_counting(&position)) {
            plan.out[position] = Some(Out::Index);
        }
    }
}

fn is_unique(table: &Table<'_>, position: usize) -> bool {
    let column = &table.columns[position];
    column.is_unique() && column.counts.classes.n_answers() == table.n_rows
}

/// Whether a column by a key's name can be one: hardly a value comes twice.
fn is_key(table: &Table<'_>, position: usize) -> bool {
    let column = &table.columns[position];
    let answers = column.counts.classes.n_answers();
    let n_distinct = column.n_distinct().unwrap_or(answers);
    let is_nearly_unique = n_distinct.saturating_mul(100) >= answers.saturating_mul(95);
    (is_nearly_unique || table.n_rows < FEWEST_ROWS) && !has_parts(column)
}

fn has_parts(column: &Column) -> bool {
    column.counts.classes.n(Class::Number) > 0 && !column.counts.extent.plain().is_whole()
}

/// Whether a column by another name is one: unique, and codes, or numbers whose name says so.
fn looks_like_key(table: &Table<'_>, position: usize) -> bool {
    let column = &table.columns[position];
    let has_word = || fold::words(&column.header).iter().any(|word| WORDS.contains(&word.as_str()));
    let (n, numbers) = (table.n_rows, column.counts.classes.n(Class::Number));
    // A few odd cells among numbers are no codes.
    let is_code = column.counts.n_codes + numbers == n
        && column.counts.n_codes >= numbers.max(1)
        && column.counts.n_at_signs == 0;
    let is_number = numbers == n && !has_parts(column) && has_word();
    n >= FEWEST_ROWS && is_unique(table, position) && (is_code || is_number)
}
