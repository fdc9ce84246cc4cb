//! Reads a contract's file into a checked [`Contract`].
//!
//! Invariant: all faults are reported, none twice; what follows from another fault alone is not reported.

mod check;
mod column;
mod source;

use diagnostic::{Diagnostic, Faults};

use crate::contract::LeftOut;
use crate::entry::{Entry, parse};
use crate::rule::Severity;
use crate::{Adopted, Column, Contract, Role, Rule};

/// The keys of a contract's file.
pub(crate) const KEYS: [&str; 5] = ["title", "adopted", "columns", "left_out", "rules"];
/// The keys of a column that is left out.
pub(crate) const LEFT_OUT_KEYS: [&str; 4] = ["name", "prefix", "leaks", "reason"];
/// The keys of a rule.
pub(crate) const RULE_KEYS: [&str; 4] = ["name", "words", "severity", "holds"];

pub(crate) fn read(place: &str, text: &str) -> Result<Contract, Faults> {
    let mut faults = Vec::new();
    let contract =
        parse(place, text, &mut faults).and_then(|table| file(Entry::file(place, &table, &mut faults), text));
    match (contract, Faults::of(faults)) {
        (Some(contract), None) => Ok(contract),
        (_, Some(faults)) => Err(faults),
        (None, None) => Err(Diagnostic::new("the file says no contract").at(place).into()),
    }
}

/// The whole of a file. `None` where no contract can be made of it, which has been reported.
fn file(mut file: Entry<'_>, text: &str) -> Option<Contract> {
    file.only(&KEYS);
    let title = file.text("title").map(str::to_owned);
    let adopted = Adopted::read(&mut file);
    let (mut columns, broken) = columns(&mut file);
    source::compute(&mut file, &mut columns, &broken);
    let left_out = left_out(&mut file);
    let rules = rules(&mut file, &columns, &broken);
    check::check(&mut file, &columns, &left_out);
    let key = columns.iter().position(|column| column.role == Some(Role::CustomerKey))?;
    let over = adopted.clone();
    let contract = Contract { title: title?, columns, left_out, rules, adopted, key, text: text.to_owned() };
    Some(match over {
        Some(over) => contract.adopted_over(&over),
        None => contract,
    })
}

/// The columns, and the names of those that had faults.
fn columns<'a>(file: &mut Entry<'a>) -> (Vec<Column>, Vec<&'a str>) {
    let (mut columns, mut broken) = (Vec::new(), Vec::new());
    if !file.has("columns") {
        file.fault(
            "columns",
            Diagnostic::new("the key `columns` is missing").hint("give each column a table: `[columns.Age]`"),
        );
    }
    let names: Vec<&'a str> = file.keys_of("columns");
    if let Some(mut tables) = file.table("columns") {
        for name in names {
            let n_faults = tables.n_faults();
            columns.extend(column::read(name, &mut tables));
            if tables.n_faults() > n_faults {
                broken.push(name);
            }
        }
    }
    (columns, broken)
}

fn left_out(file: &mut Entry<'_>) -> Vec<LeftOut> {
    let mut all = Vec::new();
    file.each_table("left_out", |mut entry| {
        entry.only(&LEFT_OUT_KEYS);
        if entry.has("name") == entry.has("prefix") {
            let hint = "`name` is the column's whole name, `prefix` what the names of several begin with";
            return entry.fault("name", Diagnostic::new("one of `name` and `prefix` belongs here").hint(hint));
        }
        let is_prefix = entry.has("prefix");
        let key = if is_prefix { "prefix" } else { "name" };
        let (leaks, reason) = (entry.flag("leaks"), entry.optional_text("reason").map(str::to_owned));
        match entry.text(key) {
            // A column of a file may have no name, but all names begin with nothing.
            Some("") if is_prefix => entry.fault(key, Diagnostic::new("the name is empty")),
            Some(name) => all.push(LeftOut { name: name.to_owned(), is_prefix, leaks, reason }),
            None => {}
        }
    });
    all
}

fn rules(file: &mut Entry<'_>, columns: &[Column], broken: &[&str]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    file.each_table("rules", |mut entry| {
        entry.only(&RULE_KEYS);
        let (words, expression) = (entry.text("words"), entry.text("holds"));
        let (name, severity) = (entry.optional_text("name"), severity(&mut entry));
        if let Some(name) = name
            && rules.iter().any(|rule| rule.name.as_deref() == Some(name))
        {
            entry.fault("name", Diagnostic::new(format!("another rule is called `{}`", diagnostic::quote(name))));
        }
        let Some(expression) = expression else { return };
        match Rule::parse(name, words.unwrap_or_default(), severity, expression, columns) {
            Ok(rule) => rules.push(rule),
            // What is said of a column that has faults of its own only follows from them.
            Err(_) if broken.iter().any(|name| expression.contains(&format!("${name}"))) => {}
            Err(fault) => entry.fault("holds", fault),
        }
    });
    rules
}

fn severity(entry: &mut Entry<'_>) -> Severity {
    let Some(name) = entry.optional_text("severity") else { return Severity::Note };
    Severity::named(name).unwrap_or_else(|| {
        let hint = diagnostic::nearest("severity", name, Severity::NAMES);
        entry.fault("severity", Diagnostic::new(format!("no severity `{}`", diagnostic::quote(name))).hint(hint));
        Severity::Note
    })
}
