//! The contract of card data, as the file in hand needs it.
//!
//! In: the built-in contract and a table that has most of its roles. Out: the same contract with the file's names and spellings,
//! without what the file does not have, and with what it has beside.
//! Invariant: a file of the very columns and values of the built-in contract gets that contract itself.

use contract::{Column as Field, Contract, Kind, Role, Unit};
use toml::{Table as Keys, Value as Toml};

use crate::categories;
use crate::column::{Class, Column, Value};
use crate::currency;
use crate::describe::{self, Drafter, add_missing, insert, key_kind};
use crate::document::{Document, Entry};
use crate::draft::expression;
use crate::field;
use crate::fold;
use crate::plan::Plan;
use crate::synonyms::{Counted, Meaning};
use crate::table::trimmed;

/// Roles that tell card data from other data of a bank.
const TELLING: [Role; 10] = [
    Role::CreditLimit,
    Role::RevolvingBalance,
    Role::OpenToBuy,
    Role::Utilization,
    Role::Spend,
    Role::Transactions,
    Role::SpendChange,
    Role::TransactionsChange,
    Role::MonthsInactive,
    Role::Contacts,
];
/// Roles that card data has beside those.
const BESIDE: [Role; 6] =
    [Role::Education, Role::MaritalStatus, Role::Income, Role::Segment, Role::Dependents, Role::Products];

/// What was made of a card column's values that the contract does not know.
#[derive(Debug, Default)]
pub(crate) struct Unknowns {
    /// Values that were read as one of the contract's that is written otherwise: value, category.
    pub(crate) respelled: Vec<(String, String)>,
    /// Values that became categories of their own: field, value, rows.
    pub(crate) added: Vec<(String, String, u64)>,
    /// Values that the import will refuse: field, value, rows.
    pub(crate) refused: Vec<(String, String, u64)>,
}

/// Whether the table is card data.
pub(crate) fn is_card(plan: &Plan) -> bool {
    let n = |roles: &[Role]| roles.iter().filter(|role| plan.with_role(**role).is_some()).count();
    let (n_telling, n_beside) = (n(&TELLING), n(&BESIDE));
    n_telling >= 5 || (n_telling == 4 && n_beside >= 2)
}

impl Drafter<'_> {
    /// The card contract for this table.
    pub(crate) fn card(&self) -> (Document, Unknowns) {
        let text: Keys = self.card.text().parse().unwrap_or_default();
        let mut unknowns = Unknowns::default();
        let mut columns = Vec::new();
        for column in &self.card.columns {
            let keys = text.get("columns").and_then(|columns| columns.get(&column.name)).and_then(Toml::as_table);
            columns.extend(self.card_column(column, keys.cloned().unwrap_or_default(), &mut unknowns));
        }
        let mut taken: Vec<String> = columns.iter().map(|entry: &Entry| entry.field.clone()).collect();
        let used: Vec<usize> = columns.iter().filter_map(|entry| entry.source).collect();
        for position in self.plan.kept().filter(|position| !used.contains(position)) {
            let field = field::name(&self.table.columns[position].header, position, &mut taken);
            columns.push(self.entry(position, &field));
        }
        let fields: Vec<String> = columns.iter().map(|entry| entry.field.clone()).collect();
        for entry in &mut columns {
            only_fields(&mut entry.keys, &fields);
        }
        self.follow_beside(&mut columns);
        let read = |name: &str| columns.iter().any(|entry| entry.field == name && !entry.keys.contains_key("computed"));
        let list = |key: &str| text.get(key).and_then(Toml::as_array).cloned().unwrap_or_default();
        let rules = self.card.rules.iter().zip(list("rules")).filter_map(|(rule, keys)| {
            let is_whole = rule.columns().iter().all(|column| read(&self.card.columns[*column].name));
            keys.as_table().filter(|_| is_whole).cloned()
        });
        let rules = rules.collect();
        let of_card = list("left_out").into_iter().filter_map(|keys| keys.as_table().cloned());
        let left_out = of_card.chain(self.left_out(&self.card.left_out)).collect();
        let document = Document { title: self.card.title.clone(), columns, left_out, rules, ..Document::default() };
        (document, unknowns)
    }

    /// What columns beside the contract's follow from.
    fn follow_beside(&self, columns: &mut [Entry]) {
        let is_of_card = |entry: &Entry| self.card.column(&entry.field).is_some();
        let first = columns.iter().position(|entry| !is_of_card(entry)).unwrap_or(columns.len());
        let mut all = columns.to_vec();
        self.follow(&mut all);
        columns[first..].clone_from_slice(&all[first..]);
    }

    /// A column of the card contract, where the file has it or it can be made.
    fn card_column(&self, column: &Field, mut keys: Keys, unknowns: &mut Unknowns) -> Option<Entry> {
        let role = column.role?;
        let source = match role {
            Role::CustomerKey => self.plan.key,
            Role::Closed => self.plan.outcome().filter(|_| self.is_closure()).map(|outcome| outcome.column),
            role => self.plan.with_role(role),
        };
        let entry = |source, keys| Some(Entry { field: column.name.clone(), source, keys, comments: Vec::new() });
        let Some(position) = source else {
            match role {
                Role::CustomerKey => insert(&mut keys, "numbered", true),
                Role::OpenToBuy | Role::Utilization => insert(&mut keys, "computed", self.computed(role)?),
                _ => return None,
            }
            return entry(None, keys);
        };
        let of_file = &self.table.columns[position];
        // Years under a column of months would be read as months: it stays a column of its own.
        let says_years = self.table.synonyms.counted(&of_file.header).contains(&Counted::Years);
        if role == Role::Tenure && column.unit == Unit::Months && says_years {
            return None;
        }
        if of_file.header != column.name {
            keys = with_header(&keys, &of_file.header);
        }
        match (&column.kind, role) {
            (_, Role::CustomerKey) => widen_key(&mut keys, column, of_file),
            (_, Role::Closed) => self.outcome_values(&mut keys, column, position),
            (Kind::Category(_), role) => self.values(&mut keys, column, role, position, unknowns),
            _ => self.numbers(&mut keys, column, position),
        }
        entry(Some(position), keys)
    }

    /// Whether the outcome is closure, or another that the user named.
    fn is_closure(&self) -> bool {
        let Some(outcome) = self.plan.outcome() else { return false };
        let meaning = self.table.meanings[outcome.column];
        let is_named = matches!(meaning, Some(Meaning::Outcome | Meaning::Staying | Meaning::State));
        let n_closed = outcome.closed.iter().flatten().filter(|closed| **closed).count();
        !outcome.is_wished || (is_named && n_closed > 0)
    }

    /// What a column that the file lacks is computed from.
    fn computed(&self, role: Role) -> Option<String> {
        let field =
            |role: Role| self.plan.with_role(role).and_then(|_| self.card.role(role)).map(|column| &column.name);
        expression(role, field(Role::CreditLimit)?, field(Role::RevolvingBalance)?)
    }

    /// The outcome's values as spellings of the contract's.
    fn outcome_values(&self, keys: &mut Keys, column: &Field, position: usize) {
        let (Some(outcome), Some(values)) = (self.plan.outcome(), self.table.columns[position].few()) else { return };
        let mut spellings: Vec<Vec<String>> = vec![Vec::new(); column.categories().len()];
        let place = |closed: bool| column.categories().iter().position(|category| category.is_closed == closed);
        for (value, closed) in values.iter().zip(&outcome.closed) {
            if let Some(place) = closed.and_then(place) {
                spellings[place].push(value.text.clone());
            }
        }
        // A file without closed accounts may be followed by one that has some.
        if let [(only, closed)] =
            &values.iter().zip(&outcome.closed).filter(|(_, closed)| closed.is_some()).collect::<Vec<_>>()[..]
        {
            let only = categories::Category {
                value: trimmed(only).to_owned(),
                spellings: Vec::new(),
                n: 0,
                codes: Vec::new(),
            };
            if let Some((other, place)) = self.counterpart(&only).zip(closed.and_then(|closed| place(!closed))) {
                spellings[place].push(other.value);
            }
        }
        let missing = categories::missing(&self.table.columns[position]);
        spell(keys, column, &spellings, &missing, &[]);
    }

    /// A category's values as spellings of the contract's; values that it does not know are told.
    fn values(&self, keys: &mut Keys, column: &Field, role: Role, position: usize, unknowns: &mut Unknowns) {
        let of_file = &self.table.columns[position];
        let mut spellings: Vec<Vec<String>> = vec![Vec::new(); column.categories().len()];
        let mut others: Vec<&Value> = Vec::new();
        for value in of_file.answers() {
            match self.place(column, role, trimmed(value)) {
                Some(place) => {
                    let category = &column.categories()[place];
                    if fold::value(trimmed(value)) != fold::value(&category.value) {
                        unknowns.respelled.push((trimmed(value).to_owned(), category.value.clone()));
                    }
                    spellings[place].push(value.text.clone());
                }
                None => others.push(value),
            }
        }
        let is_frequent = |value: &&&Value| value.n >= 5 && value.n * 1000 >= self.table.n_rows;
        let kept = |value: &&&Value| !self.is_damaged(column, role, value);
        if spellings.iter().all(Vec::is_empty) && others.iter().filter(is_frequent).any(|value| kept(&value)) {
            // None of the contract's values: the file has its own.
            let own = self.entry(position, &column.name).keys;
            keys.remove("detail");
            if let Some(categories) = own.get("categories") {
                keys.insert("categories".to_owned(), categories.clone());
            }
            return;
        }
        let added: Vec<&Value> = others.iter().filter(is_frequent).filter(kept).copied().collect();
        let refused = others.iter().filter(|value| !added.iter().any(|one| one.text == value.text));
        let told = |value: &Value| (column.name.clone(), trimmed(value).to_owned(), value.n);
        unknowns.refused.extend(refused.map(|value| told(value)));
        unknowns.added.extend(added.iter().map(|value| told(value)));
        let added: Vec<String> = added.iter().map(|value| value.text.clone()).collect();
        spell(keys, column, &spellings, &categories::missing(of_file), &added);
    }

    /// Where a value is among the contract's.
    fn place(&self, column: &Field, role: Role, text: &str) -> Option<usize> {
        let of = |value: &str| column.categories().iter().position(|category| category.value == value);
        let folded = fold::value(text);
        let by_fold = || column.categories().iter().position(|category| fold::value(&category.value) == folded);
        of(text).or_else(by_fold).or_else(|| self.table.synonyms.category(role, text).and_then(of))
    }

    /// Whether a value is damage, or a known one with a blank of another kind at its end: the import tells of that.
    fn is_damaged(&self, column: &Field, role: Role, value: &Value) -> bool {
        let bare = value.text.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}');
        matches!(value.class, Class::Error | Class::Total | Class::Invalid)
            || (bare != trimmed(value) && self.place(column, role, bare).is_some())
    }

    /// Missing cells of a number, and parts where the contract has whole numbers.
    fn numbers(&self, keys: &mut Keys, column: &Field, position: usize) {
        let of_file = &self.table.columns[position];
        add_missing(keys, of_file);
        let reach = of_file.counts.extent.reach(&self.notations[position]);
        if matches!(column.kind, Kind::Whole { .. }) && !reach.is_whole() {
            insert(keys, "kind", "decimal");
            insert(keys, "steps", describe::end(describe::steps(&reach)));
        }
        if let Some(doubt) = currency::doubt(self, position).filter(|_| column.unit == Unit::Dollars) {
            insert(keys, "doubt", doubt);
        }
    }
}

/// A copy of the keys with the file's name behind the kind.
fn with_header(keys: &Keys, header: &str) -> Keys {
    let mut with = Keys::new();
    for (name, value) in keys {
        with.insert(name.clone(), value.clone());
        if name == "kind" {
            insert(&mut with, "header", header);
        }
    }
    insert(&mut with, "header", header);
    with
}

/// Another kind or a wider range for keys that are not the contract's.
fn widen_key(keys: &mut Keys, column: &Field, of_file: &Column) {
    let mut needed = Keys::new();
    key_kind(&mut needed, of_file);
    let numbers = of_file.counts.extent.plain();
    let is_text = needed.get("kind").and_then(Toml::as_str) == Some("text");
    let fits = |min: i64, max: i64| numbers.least >= i128::from(min) && numbers.greatest <= i128::from(max);
    match column.kind {
        Kind::Whole { min, max } if !is_text && fits(min, max) => {}
        _ if is_text => {
            let mut text = Keys::new();
            text.extend(
                keys.iter().filter(|(name, _)| *name != "range").map(|(name, value)| (name.clone(), value.clone())),
            );
            insert(&mut text, "kind", "text");
            *keys = text;
        }
        _ => keys.extend(needed),
    }
}

/// Adds spellings to a column's categories, the missing answers and values of its own.
fn spell(keys: &mut Keys, column: &Field, spellings: &[Vec<String>], missing: &[String], added: &[String]) {
    let Some(Toml::Array(list)) = keys.get_mut("categories") else { return };
    for (category, spellings) in list.iter_mut().filter_map(Toml::as_table_mut).zip(spellings) {
        add_spellings(category, spellings);
    }
    let place = column.categories().iter().position(|category| category.is_missing);
    let own = added.iter().map(|text| {
        let category = categories::Category {
            value: text.trim_matches([' ', '\t']).to_owned(),
            spellings: vec![text.clone()],
            n: 0,
            codes: Vec::new(),
        };
        let spellings = category.spellings.iter().filter(|text| **text != category.value).cloned().collect();
        categories::keys(&categories::Category { spellings, ..category }, None, false)
    });
    let end = place.unwrap_or(list.len());
    list.splice(end..end, own);
    let place = place.map(|place| place + added.len());
    match place.and_then(|place| list.get_mut(place)).and_then(Toml::as_table_mut) {
        Some(category) => add_spellings(category, missing),
        None if !missing.is_empty() => list.push(categories::unknown(missing, &column.label, &[])),
        None => {}
    }
}

/// Adds spellings behind a category's value.
fn add_spellings(category: &mut Keys, spellings: &[String]) {
    let value = category.get("value").and_then(Toml::as_str).unwrap_or_default().to_owned();
    let known = category.get("spellings").and_then(Toml::as_array).cloned().unwrap_or_default();
    let mut all: Vec<String> = known.iter().filter_map(Toml::as_str).map(str::to_owned).collect();
    let n = all.len();
    for spelling in spellings {
        if *spelling != value && !all.contains(spelling) {
            all.push(spelling.clone());
        }
    }
    if all.len() == n {
        return;
    }
    let mut with = Keys::new();
    for (name, value) in category.iter().filter(|(name, _)| *name != "spellings") {
        with.insert(name.clone(), value.clone());
        if name == "value" {
            with.insert("spellings".to_owned(), categories::texts(&all));
        }
    }
    *category = with;
}

/// Leaves out of `derived_from` what the file does not have.
fn only_fields(keys: &mut Keys, fields: &[String]) {
    let Some(Toml::Array(from)) = keys.get_mut("derived_from") else { return };
    from.retain(|name| name.as_str().is_some_and(|name| fields.iter().any(|field| field == name)));
    if from.is_empty() {
        keys.remove("derived_from");
    }
}

/// Whether a document says what the built-in contract says.
pub(crate) fn is_built_in(document: &Document, card: &Contract) -> bool {
    let Ok(text) = card.text().parse::<Keys>() else { return false };
    let columns: Keys =
        document.columns.iter().map(|entry| (entry.field.clone(), Toml::Table(entry.keys.clone()))).collect();
    let list = |tables: &[Keys]| Toml::Array(tables.iter().cloned().map(Toml::Table).collect());
    let is = |key: &str, value: Toml| text.get(key) == Some(&value);
    is("columns", Toml::Table(columns))
        && is("left_out", list(&document.left_out))
        && is("rules", list(&document.rules))
}
