//! The contract of an extract that is not card data: its columns under their own names, all of them in `customers`.

use contract::{Contract, Role};
use diagnostic::quote;
use toml::{Table as Keys, Value as Toml};

use crate::describe::{self, Drafter, insert};
use crate::document::{Document, Entry};
use crate::plan::Out;
use crate::{field, fold, words};

/// The field of a key that numbers the rows.
const ROW: &str = "row";

impl Drafter<'_> {
    /// The contract of the table.
    pub(crate) fn draft(&self, file: &str) -> Document {
        let mut taken = Vec::new();
        let mut document = Document { title: words::title(file), ..Document::default() };
        if self.plan.key.is_none() {
            document.columns.push(numbered(&mut taken));
        }
        for position in self.plan.kept() {
            let field = field::name(&self.table.columns[position].header, position, &mut taken);
            document.columns.push(match self.plan.key {
                Some(key) if key == position => self.key(position, &field),
                _ => self.entry(position, &field),
            });
        }
        self.compute(&mut document.columns, &mut taken);
        self.follow(&mut document.columns);
        document.left_out = self.left_out(&[]);
        document
    }

    /// Adds what is left of the limit and what part of it is used, where the limit and what is owed are there.
    fn compute(&self, columns: &mut Vec<Entry>, taken: &mut Vec<String>) {
        let field = |role: Role| {
            let position = self.plan.with_role(role)?;
            columns.iter().find(|entry| entry.source == Some(position)).map(|entry| entry.field.clone())
        };
        let (Some(limit), Some(balance)) = (field(Role::CreditLimit), field(Role::RevolvingBalance)) else { return };
        let reach = |position: usize| self.table.columns[position].counts.extent.reach(&self.notations[position]);
        let is_negative = self.plan.with_role(Role::RevolvingBalance).is_some_and(|position| reach(position).min < 0.0);
        for role in [Role::OpenToBuy, Role::Utilization] {
            if self.plan.with_role(role).is_some() {
                continue;
            }
            let Some(of_card) = self.card.role(role) else { continue };
            let Some(expression) = expression(role, &limit, &balance) else { continue };
            let name = field::name(role.name(), columns.len(), taken);
            let mut keys = Keys::new();
            insert(&mut keys, "kind", "decimal");
            // Of a balance that can be negative, so can be what is computed from it.
            let (least, most) = describe::number_range(of_card).unwrap_or_default();
            let least = if is_negative { least.min(-most) } else { least };
            keys.insert("range".to_owned(), Toml::Array(vec![describe::end(least), describe::end(most)]));
            insert(&mut keys, "role", role.name());
            insert(&mut keys, "label", of_card.label.as_str());
            insert(&mut keys, "unit", of_card.unit.name());
            insert(&mut keys, "computed", expression);
            keys.insert("derived_from".to_owned(), Toml::from(vec![limit.clone(), balance.clone()]));
            insert(&mut keys, "concurrent", of_card.concurrent);
            columns.push(Entry { field: name, keys, ..Entry::default() });
        }
    }

    /// Says of each column what it follows from, by the fields that there are.
    pub(crate) fn follow(&self, columns: &mut [Entry]) {
        let fields: Vec<(Option<usize>, String)> =
            columns.iter().map(|entry| (entry.source, entry.field.clone())).collect();
        for entry in columns {
            let Some(position) = entry.source.filter(|_| !entry.keys.contains_key("derived_from")) else { continue };
            let field = |from: &usize| fields.iter().find(|(source, _)| *source == Some(*from)).map(|(_, field)| field);
            let from: Vec<String> = self.plan.derived[position].iter().filter_map(field).cloned().collect();
            if !from.is_empty() {
                entry.keys.insert("derived_from".to_owned(), Toml::from(from));
            }
        }
    }

    /// What is left out, but for what `known` leaves out already.
    pub(crate) fn left_out(&self, known: &[contract::LeftOut]) -> Vec<Keys> {
        let mut left_out: Vec<Keys> = Vec::new();
        for (position, out) in self.plan.out.iter().enumerate() {
            let header = &self.table.columns[position].header;
            let Some(out) = out.filter(|_| !known.iter().any(|known| known.is(header))) else { continue };
            let reason = match out {
                // The first column of that name is read.
                Out::Repeated => continue,
                Out::Empty => "have no value in the file".to_owned(),
                Out::Waste => "hold a spreadsheet's failed formulas".to_owned(),
                Out::Index => "number the rows".to_owned(),
                Out::Leak => "were computed from the outcome".to_owned(),
                Out::Afterwards => "have values only where the account is closed".to_owned(),
                Out::Outcome => "say the outcome again".to_owned(),
                Out::Double(of) => format!("say again what `{}` says", quote(&self.table.columns[of].header)),
            };
            let of_prefix = known.iter().filter(|known| known.is_prefix).find_map(|known| prefix(header, &known.name));
            let mut keys = Keys::new();
            match of_prefix {
                Some(prefix) => insert(&mut keys, "prefix", prefix),
                None => insert(&mut keys, "name", header.as_str()),
            }
            if matches!(out, Out::Leak | Out::Afterwards | Out::Outcome) {
                insert(&mut keys, "leaks", true);
            }
            insert(&mut keys, "reason", reason);
            if !left_out.contains(&keys) {
                left_out.push(keys);
            }
        }
        left_out
    }
}

/// A key that numbers the rows.
fn numbered(taken: &mut Vec<String>) -> Entry {
    let mut keys = Keys::new();
    insert(&mut keys, "kind", "whole");
    keys.insert("range".to_owned(), Toml::from(vec![1_i64, i64::from(i32::MAX)]));
    insert(&mut keys, "role", Role::CustomerKey.name());
    insert(&mut keys, "label", "Row");
    insert(&mut keys, "numbered", true);
    Entry { field: field::name(ROW, 0, taken), keys, ..Entry::default() }
}

/// What is left of a limit, or what part of it is used; `None` where the fields' names cannot stand in an expression.
pub(crate) fn expression(role: Role, limit: &str, balance: &str) -> Option<String> {
    let is_plain = |name: &str| !name.chars().any(|c| c.is_control() || matches!(c, '"' | '\\' | '\''));
    let (limit, balance) = (format!("\"${limit}\""), format!("\"${balance}\""));
    let expression = match role {
        Role::OpenToBuy => format!("{{ $subtract: [{limit}, {balance}] }}"),
        // Finer than the card's three decimals, so that who owes a little is not taken for one who owes nothing.
        Role::Utilization => format!("{{ $round: [{{ $divide: [{balance}, {limit}] }}, 12] }}"),
        _ => return None,
    };
    (is_plain(&limit[1..limit.len() - 1]) && is_plain(&balance[1..balance.len() - 1])).then_some(expression)
}

/// The beginning of a column's name that is a prefix of the contract but for case and signs.
fn prefix(header: &str, known: &str) -> Option<String> {
    let folded = fold::name(known);
    if folded.is_empty() || !fold::name(header).starts_with(&folded) {
        return None;
    }
    let ends = header.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.map(|end| &header[..end]).find(|start| fold::name(start) == folded).map(str::to_owned)
}

/// What the names of columns begin with, folded, that the card contract leaves out since they leak the outcome.
pub(crate) fn leaks(card: &Contract) -> Vec<String> {
    card.left_out.iter().filter(|out| out.is_prefix && out.leaks).map(|out| fold::name(&out.name)).collect()
}
