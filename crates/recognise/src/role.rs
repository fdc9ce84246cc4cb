//! Which column has which role.
//!
//! In: the table and what is left out. Out: a role for each column that has one, none twice.
//! Invariant: a name alone gives no role; the column's contents must be such that they can mean it.

use contract::Role;

use crate::column::{Class, Column};
use crate::content::{Content, content, is_of_numbers};
use crate::plan::Plan;
use crate::synonyms::Meaning;
use crate::table::{Table, trimmed};

/// Gives the roles, but for the key's and the outcome's.
pub(crate) fn assign(table: &Table<'_>, plan: &mut Plan) {
    let is_free = |position: &usize, plan: &Plan| {
        plan.key != Some(*position) && plan.roles[*position].is_none() && !plan.is_identifier[*position]
    };
    let exact = |position: usize| table.meanings[position];
    let loose = |position: usize| table.synonyms.loose_meaning(&table.columns[position].header);
    // A name that is known goes before one that is known without its fillers, and both before contents.
    for name in [&exact as &dyn Fn(usize) -> Option<Meaning>, &loose] {
        let free: Vec<usize> = plan.kept().filter(|position| is_free(position, plan)).collect();
        for position in free {
            if let Some(Meaning::Role(role)) = name(position) {
                give(table, plan, position, role);
            }
        }
    }
    let free: Vec<usize> = plan.kept().filter(|position| is_free(position, plan)).collect();
    for position in free.iter().copied() {
        let is_known = exact(position).is_some_and(|meaning| meaning != Meaning::Balance);
        if !is_known && let Some(role) = by_values(table, position) {
            give(table, plan, position, role);
        }
    }
    // Owed where there is a limit, else held.
    let has_limit = plan.with_role(Role::CreditLimit).is_some();
    let balance = if has_limit { Role::RevolvingBalance } else { Role::DepositBalance };
    for position in free {
        if plan.roles[position].is_none() && exact(position).or_else(|| loose(position)) == Some(Meaning::Balance) {
            give(table, plan, position, balance);
        }
    }
}

/// Gives a role to a column that can have it, if no other has it.
fn give(table: &Table<'_>, plan: &mut Plan, position: usize, role: Role) {
    let column = &table.columns[position];
    if plan.roles[position].is_none() && plan.with_role(role).is_none() && fits(column, role, table.n_rows) {
        plan.roles[position] = Some(role);
    }
}

/// Whether a column's contents can mean a role.
fn fits(column: &Column, role: Role, n_rows: u64) -> bool {
    let held = content(column, Some(role), n_rows);
    let numbers = column.counts.extent.plain();
    // Of a notation with commas only the sign is sure yet.
    let is_plain = column.counts.extent.n_commas == 0;
    match role {
        Role::CustomerKey | Role::Closed => false,
        Role::AsOf => held == Content::Date,
        Role::Active => {
            matches!(held, Content::Category | Content::Number) && column.answers().len() <= 4 && column.few().is_some()
        }
        // A file of one country tells of its regions by another column.
        Role::Region => {
            column.n_distinct() != Some(1)
                && (held == Content::Category || (held == Content::Text && column.counts.classes.n(Class::Number) == 0))
        }
        Role::Age => held == Content::Number && (!is_plain || (10.0..=110.0).contains(&numbers.mean())),
        Role::Gender => held == Content::Category && column.answers().len() <= 8,
        role if is_of_numbers(role) => held == Content::Number,
        _ => held == Content::Category && column.answers().len() <= 60,
    }
}

/// The role whose values the column's all are, two of them at least.
fn by_values(table: &Table<'_>, position: usize) -> Option<Role> {
    let answers = table.columns[position].answers();
    let is_of = |role: &Role| {
        let known: Vec<Option<&str>> =
            answers.iter().map(|value| table.synonyms.category(*role, trimmed(value))).collect();
        let mut values: Vec<&str> = known.iter().flatten().copied().collect();
        values.sort_unstable();
        values.dedup();
        // A letter is a code of anything; words are not.
        let has_words = answers.iter().any(|value| trimmed(value).len() > 1) || answers.len() == 2;
        known.iter().all(Option::is_some) && values.len() >= 2 && has_words
    };
    [Role::Gender, Role::MaritalStatus, Role::Education, Role::Income].into_iter().find(is_of)
}
