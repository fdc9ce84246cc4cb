//! What becomes of each column: left out, the key, the outcome, or kept with a role.
//!
//! In: the table and the user's wishes. Out: a [`Plan`].
//! Invariant: a column that is left out has its reason; every other column is kept.

use contract::Role;
use diagnostic::Diagnostic;

use crate::Wishes;
use crate::column::Class;
use crate::content::{Content, content, is_waste};
use crate::outcome::{self, Outcome, Verdict};
use crate::synonyms::Meaning;
use crate::table::{self, Table};
use crate::{derived, fold, key, role};

/// Why a column is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Out {
    /// Nothing stands in it.
    Empty,
    /// Failed formulas.
    Waste,
    /// It numbers the rows.
    Index,
    /// It was computed from the outcome.
    Leak,
    /// It has values only where the account is closed.
    Afterwards,
    /// It says the outcome again.
    Outcome,
    /// It says again what another column says.
    Double(usize),
    /// Another column has its name.
    Repeated,
}

/// What becomes of each column.
pub(crate) struct Plan {
    pub(crate) out: Vec<Option<Out>>,
    pub(crate) verdict: Verdict,
    /// The column that names a customer; if there is none, rows are numbered.
    pub(crate) key: Option<usize>,
    pub(crate) roles: Vec<Option<Role>>,
    /// Columns that name or reach a person.
    pub(crate) is_identifier: Vec<bool>,
    /// What each column follows from.
    pub(crate) derived: Vec<Vec<usize>>,
    pub(crate) contents: Vec<Content>,
}

impl Plan {
    /// The outcome, where there is one.
    pub(crate) fn outcome(&self) -> Option<&Outcome> {
        if let Verdict::Found(outcome) = &self.verdict { Some(outcome) } else { None }
    }

    /// The columns that are kept.
    pub(crate) fn kept(&self) -> impl Iterator<Item = usize> {
        (0..self.out.len()).filter(|position| self.out[*position].is_none())
    }

    /// The column with a role.
    pub(crate) fn with_role(&self, role: Role) -> Option<usize> {
        self.kept().find(|position| self.roles[*position] == Some(role))
    }
}

/// Plans what becomes of each column; columns whose names begin with one of `leaks` are left out.
pub(crate) fn plan(table: &Table<'_>, wishes: &Wishes<'_>, leaks: &[String]) -> Result<Plan, Diagnostic> {
    let n = table.columns.len();
    let mut plan = Plan {
        out: (0..n).map(|position| left_out(table, position, leaks)).collect(),
        verdict: Verdict::None,
        key: None,
        roles: vec![None; n],
        is_identifier: vec![false; n],
        derived: vec![Vec::new(); n],
        contents: vec![Content::Text; n],
    };
    nameless(table, &mut plan)?;
    let is_out: Vec<bool> = plan.out.iter().map(Option::is_some).collect();
    plan.verdict = outcome::find(table, &is_out, wishes.closed)?;
    if let Verdict::Found(outcome) = &plan.verdict {
        plan.out[outcome.column] = None;
        plan.roles[outcome.column] = Some(Role::Closed);
        for position in afterwards(table, outcome) {
            plan.out[position].get_or_insert(Out::Afterwards);
        }
        for double in &outcome.doubles {
            plan.out[*double].get_or_insert(Out::Outcome);
        }
    }
    // Documents have an `_id`, so a column that only looks like a key is none.
    key::find(table, &mut plan, wishes.paths.is_none());
    doubles(table, &mut plan);
    identifiers(table, &mut plan);
    role::assign(table, &mut plan);
    for position in 0..n {
        plan.contents[position] = if plan.is_identifier[position] {
            Content::Text
        } else {
            content(&table.columns[position], plan.roles[position], table.n_rows)
        };
    }
    derived::find(table, &mut plan);
    Ok(plan)
}

/// Why a column is left out whatever else there is.
fn left_out(table: &Table<'_>, position: usize, leaks: &[String]) -> Option<Out> {
    let column = &table.columns[position];
    let name = fold::name(&column.header);
    if table.columns[..position].iter().any(|before| before.header == column.header) {
        Some(Out::Repeated)
    } else if leaks.iter().any(|leak| name.starts_with(leak))
        || table.meanings[position] == Some(Meaning::MadeFromOutcome)
    {
        Some(Out::Leak)
    } else if column.counts.classes.n_answers() == 0 && table.n_rows > 0 {
        Some(Out::Empty)
    } else if is_waste(column, |cell| table.synonyms.is_error(cell)) {
        Some(Out::Waste)
    } else {
        None
    }
}

/// Of columns without a name one may hold values; the others are told apart by nothing.
fn nameless(table: &Table<'_>, plan: &mut Plan) -> Result<(), Diagnostic> {
    let is_nameless = |position: &usize| table.columns[*position].header.trim().is_empty();
    let nameless: Vec<usize> = (0..table.columns.len()).filter(is_nameless).collect();
    if nameless.len() < 2 {
        return Ok(());
    }
    let has_values = |position: &usize| table.columns[*position].counts.classes.n_answers() > 0;
    if let Some(position) = nameless.iter().copied().find(has_values) {
        let message = format!("column {} has no name, nor have others, and it holds values", position + 1);
        let hint = "name the columns, or remove those that hold nothing";
        return Err(Diagnostic::new(message).hint(hint));
    }
    for position in nameless {
        plan.out[position] = Some(Out::Empty);
    }
    Ok(())
}

/// Columns that have values, or such as are not 0, for just the customers who closed the account: what is known only after it.
fn afterwards(table: &Table<'_>, outcome: &Outcome) -> Vec<usize> {
    let of = &table.columns[outcome.column];
    let is_closed = |code: usize| outcome.closed.get(code).copied().flatten() == Some(true);
    let n_closed: u64 =
        of.few().into_iter().flatten().enumerate().filter(|(code, _)| is_closed(*code)).map(|(_, one)| one.n).sum();
    if n_closed < table::FEWEST_OTHERS || table.n_rows - n_closed < table::FEWEST_OTHERS {
        return Vec::new();
    }
    let rows = of.rows_with(is_closed);
    let is_after = |position: &usize| {
        let column = &table.columns[*position];
        // Of one value beside nothing or 0 it is the outcome itself.
        let n_least = if column.is_blank_but_in(rows) { 2 } else { 3 };
        *position != outcome.column && column.is_filled_in(rows) && column.n_distinct().is_none_or(|n| n >= n_least)
    };
    (0..table.columns.len()).filter(is_after).collect()
}

/// Leaves out what another column says too: the codes beside words, and the second of two that are alike.
fn doubles(table: &Table<'_>, plan: &mut Plan) {
    let outcome = plan.outcome().map(|outcome| outcome.column);
    let is_fixed = |position: usize, plan: &Plan| plan.key == Some(position) || outcome == Some(position);
    // What has words is better than what has a name that is known, and that is better than what stands first.
    let worth = |position: usize, plan: &Plan| {
        let is_known = table.meanings[position].is_some();
        (is_fixed(position, plan), table.has_words(position), is_known, std::cmp::Reverse(position))
    };
    let pairs = table.pairs.equal().chain(table.pairs.one_to_one());
    let pairs: Vec<(usize, usize)> = pairs.filter(|(a, b)| table.are_doubles(*a, *b)).collect();
    for (a, b) in pairs {
        if plan.out[a].is_some() || plan.out[b].is_some() {
            continue;
        }
        let (kept, other) = if worth(a, plan) > worth(b, plan) { (a, b) } else { (b, a) };
        if !is_fixed(other, plan) {
            plan.out[other] = Some(Out::Double(kept));
        }
    }
}

/// Marks what names or reaches a person, by name or by contents.
fn identifiers(table: &Table<'_>, plan: &mut Plan) {
    let outcome = plan.outcome().map(|outcome| outcome.column);
    for position in 0..table.columns.len() {
        if plan.out[position].is_some() || plan.key == Some(position) || outcome == Some(position) {
            continue;
        }
        let column = &table.columns[position];
        let answers = column.counts.classes.n_answers();
        let is_named = table.meanings[position] == Some(Meaning::Identifier)
            || table.meanings[position] == Some(Meaning::Role(Role::CustomerKey));
        let has_addresses = column.counts.n_at_signs * 2 > answers;
        // Too many to be counted are more than half of some rows, and of more rows hardly words that come again.
        let is_distinct = column.n_distinct().is_none_or(|n| n.saturating_mul(2) > answers);
        let texts = column.counts.classes.n(Class::Text);
        // Times of day differ as names do, and name no one.
        let are_times = column.counts.n_times * 2 > texts;
        let is_mostly_distinct = table.n_rows >= 20 && texts * 5 > answers * 4 && is_distinct && !are_times;
        plan.is_identifier[position] = is_named || has_addresses || is_mostly_distinct;
    }
}
