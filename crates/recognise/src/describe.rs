//! The keys of one column of a draft, out of what it holds and means.
//!
//! In: a column of the table, its role and its notation. Out: the column as a contract has it.
//! Invariant: every cell that the survey saw as an answer of the column's kind lies in the range that is drafted.

use contract::{Contract, Kind, Role, Unit};
use tabular::Notation;
use toml::{Table as Keys, Value as Toml};

use crate::categories::{self, Category};
use crate::column::{Class, Column};
use crate::content::Content;
use crate::currency;
use crate::days::Written;
use crate::document::Entry;
use crate::extent::Reach;
use crate::plan::Plan;
use crate::synonyms::{Counted, Word};
use crate::table::{Table, trimmed};
use crate::words;

/// The most that a range of money or of counts reaches to where less was seen.
const MUCH: f64 = 100_000_000.0;
/// Whole numbers from one to the other are years of the calendar, unless their name says otherwise.
const FIRST_YEAR: f64 = 1900.0;
const LAST_YEAR: f64 = 2100.0;
/// Tenures above are months.
const MOST_YEARS: f64 = 50.0;

/// What is needed to describe columns.
pub(crate) struct Drafter<'a> {
    pub(crate) table: &'a Table<'a>,
    pub(crate) plan: &'a Plan,
    pub(crate) card: &'a Contract,
    pub(crate) notations: &'a [Notation],
}

/// A range, and whether it is that of the role.
struct Range {
    min: f64,
    max: f64,
    is_natural: bool,
}

impl Drafter<'_> {
    /// The column at a position of the file, under a field's name.
    pub(crate) fn entry(&self, position: usize, field: &str) -> Entry {
        let column = &self.table.columns[position];
        let role = self.plan.roles[position];
        let label = words::label_of(self.card, role, if is_blank(&column.header) { field } else { &column.header });
        let mut entry = Entry { field: field.to_owned(), source: Some(position), ..Entry::default() };
        let kind = self.kind(position, &label, &mut entry);
        // Yes or no to a question that only the column's name asks, in its own spelling.
        let asks = role.is_none_or(|role| role == Role::Active)
            && self.is_yes_or_no(position, &kind)
            && !is_blank(&column.header);
        let label = if asks { column.header.trim().to_owned() } else { label };
        if field != column.header {
            insert(&mut entry.keys, "header", column.header.as_str());
        }
        if let Some(role) = role.filter(|role| role.is_of(&kind)) {
            insert(&mut entry.keys, "role", role.name());
        }
        insert(&mut entry.keys, "label", label.as_str());
        let unit = self.unit(position, &kind);
        if unit != default_unit(&kind) {
            insert(&mut entry.keys, "unit", unit.name());
        }
        let identifier = self.plan.is_identifier[position];
        if !identifier && matches!(kind, Kind::Category(_) | Kind::Whole { .. } | Kind::Decimal { .. }) {
            let phrase = if asks {
                format!("customers with {label} = {{}}")
            } else {
                words::phrase(self.card, role, unit, &label)
            };
            insert(&mut entry.keys, "phrase", phrase);
        }
        if role == Some(Role::Active) && matches!(kind, Kind::Whole { min: 0, max: 1 }) {
            let phrases = [("0", "customers who are not active"), ("1", "active customers")];
            let phrases: Keys =
                phrases.into_iter().map(|(value, phrase)| (value.to_owned(), Toml::from(phrase))).collect();
            insert(&mut entry.keys, "phrases", phrases);
        }
        if let Some(word) = self.outcome_word(position) {
            insert(&mut entry.keys, "outcome", word);
        }
        if !matches!(kind, Kind::Category(_)) {
            add_missing(&mut entry.keys, column);
        }
        let of_card = role.and_then(|role| self.card.role(role));
        if of_card.is_some_and(|column| column.concurrent) || role == Some(Role::Active) {
            insert(&mut entry.keys, "concurrent", true);
        }
        if identifier {
            insert(&mut entry.keys, "direct_identifier", true);
        }
        if self.has_few(position, &kind) {
            insert(&mut entry.keys, "few", true);
        }
        let in_currency = || currency::doubt(self, position).filter(|_| unit == Unit::Dollars);
        if let Some(doubt) = self.unit_in_doubt(position).or_else(in_currency) {
            insert(&mut entry.keys, "doubt", doubt);
        }
        entry
    }

    /// The key column, whose cells may not be empty.
    pub(crate) fn key(&self, position: usize, field: &str) -> Entry {
        let column = &self.table.columns[position];
        let mut entry = Entry { field: field.to_owned(), source: Some(position), ..Entry::default() };
        key_kind(&mut entry.keys, column);
        if field != column.header {
            insert(&mut entry.keys, "header", column.header.as_str());
        }
        insert(&mut entry.keys, "role", Role::CustomerKey.name());
        insert(&mut entry.keys, "label", words::label(&column.header));
        entry
    }

    /// Says the kind with what belongs to it.
    fn kind(&self, position: usize, label: &str, entry: &mut Entry) -> Kind {
        let column = &self.table.columns[position];
        let (name, kind) = match self.plan.contents[position] {
            Content::Category => ("category", Kind::Category(Vec::new())),
            Content::Date => ("date", Kind::Date),
            Content::Text => ("text", Kind::Text),
            Content::Number => return self.number(position, entry),
        };
        if name == "category" {
            let closed =
                self.plan.outcome().filter(|outcome| outcome.column == position).map(|outcome| &outcome.closed[..]);
            let mut categories = categories::categories(column);
            match closed {
                Some(closed) => categories.sort_by_key(|category| is_closed(closed, category)),
                None => {
                    categories::sort(self.table, position, self.plan.roles[position], self.card, &mut categories);
                }
            }
            if categories.is_empty() {
                // All of them are damage, which the import tells of.
                insert(&mut entry.keys, "kind", "text");
                return Kind::Text;
            }
            insert(&mut entry.keys, "kind", name);
            let list = self.categories(position, label, categories, closed);
            entry.keys.insert("categories".to_owned(), Toml::Array(list));
            return kind;
        }
        insert(&mut entry.keys, "kind", name);
        match column.days() {
            Some(Written::Format(format)) if kind == Kind::Date => insert(&mut entry.keys, "format", format),
            Some(Written::Either(one, other)) if kind == Kind::Text => entry.comments.push(format!(
                "Days, of which no cell tells the day from the month: say `kind = \"date\"`, and `format = \"{one}\"` or \
                 `\"{other}\"`."
            )),
            _ => {}
        }
        kind
    }

    /// The list of categories, with their phrases.
    fn categories(
        &self,
        position: usize,
        label: &str,
        mut categories: Vec<Category>,
        closed: Option<&[Option<bool>]>,
    ) -> Vec<Toml> {
        let column = &self.table.columns[position];
        let are =
            |wanted: bool| closed.is_some_and(|closed| categories.iter().all(|one| is_closed(closed, one) == wanted));
        if !categories.is_empty() && (are(true) || are(false)) {
            categories.extend(self.counterpart(&categories[0]));
            categories.sort_by_key(|category| is_closed(closed.unwrap_or_default(), category));
        }
        let phrase = |category: &Category| self.category_phrase(position, label, category, closed);
        let of = |category: &Category| {
            let is_closed = closed.is_some_and(|closed| is_closed(closed, category));
            categories::keys(category, phrase(category), is_closed)
        };
        let mut list: Vec<Toml> = categories.iter().map(of).collect();
        let missing = categories::missing(column);
        if !missing.is_empty() {
            list.push(categories::unknown(&missing, label, &categories));
        }
        list
    }

    /// The value that the file lacks where all its customers are open, or all are closed.
    pub(crate) fn counterpart(&self, only: &Category) -> Option<Category> {
        let pairs = [("0", "1"), ("no", "yes"), ("false", "true"), ("n", "y"), ("f", "t")];
        let folded = only.value.to_lowercase();
        let found = pairs.iter().find_map(|(no, yes)| match folded.as_str() {
            value if value == *no => Some(*yes),
            value if value == *yes => Some(*no),
            _ => None,
        });
        let is_word = |closed: bool| {
            let word = self.table.synonyms.word(&only.value);
            word == Some(if closed { crate::synonyms::Word::Closed } else { crate::synonyms::Word::Open })
        };
        let of_card = self.card.role(Role::Closed)?;
        let of_card = of_card.categories().iter().find(|category| is_word(!category.is_closed));
        let value = match found {
            Some(value) if only.value.chars().all(char::is_uppercase) && value.len() == 1 => value.to_uppercase(),
            Some(value) if only.value.starts_with(char::is_uppercase) => words::label(value),
            Some(value) => value.to_owned(),
            None => of_card?.value.clone(),
        };
        Some(Category { value, spellings: Vec::new(), n: 0, codes: Vec::new() })
    }

    /// How sentences speak of a category, where the column's phrase does not do.
    fn category_phrase(
        &self,
        position: usize,
        label: &str,
        category: &Category,
        closed: Option<&[Option<bool>]>,
    ) -> Option<String> {
        if let Some(closed) = closed {
            let is_closed = is_closed(closed, category);
            let is_wished = self.plan.outcome().is_some_and(|outcome| outcome.is_wished);
            return Some(match (is_wished && self.has_own_words(position), is_closed) {
                (true, _) => format!("customers with {} {}", words::small(label), category.value),
                (false, true) => "customers with a closed account".to_owned(),
                (false, false) => "customers with an open account".to_owned(),
            });
        }
        let role = self.plan.roles[position]?;
        let known = self.table.synonyms.category(role, &category.value)?;
        self.card.role(role)?.categories().iter().find(|one| one.value == known)?.phrase.clone()
    }

    /// Whether the outcome's values or its name are words of another matter than leaving.
    fn has_own_words(&self, position: usize) -> bool {
        use crate::synonyms::Meaning;
        let meaning = self.table.meanings[position];
        !matches!(meaning, Some(Meaning::Outcome | Meaning::Staying | Meaning::State))
    }

    /// What customers are by an outcome that the user named and that is not closure: its values, or what they are of.
    fn outcome_word(&self, position: usize) -> Option<String> {
        let outcome = self.plan.outcome().filter(|outcome| outcome.column == position && outcome.is_wished)?;
        let is_use = self.table.meanings[position] == Some(crate::synonyms::Meaning::Role(Role::Active));
        let values = self.table.columns[position].few()?.iter().zip(&outcome.closed);
        let values: Vec<&str> =
            values.filter(|(_, closed)| **closed == Some(true)).map(|(one, _)| trimmed(one)).collect();
        let word = |value: &&&str| self.table.synonyms.word(value);
        if !self.has_own_words(position) || is_use || values.iter().any(|one| word(&one) == Some(Word::Closed)) {
            return None;
        }
        // A code says nothing without the name of its column.
        let is_code = |one: &&str| word(&one).is_some() || !one.chars().all(|c| c.is_alphabetic() || c == '-');
        let header = words::small(&words::label(&self.table.columns[position].header));
        let shown = |one: &&str| if is_code(one) { format!("“{header} {one}”") } else { (*one).to_owned() };
        Some(values.iter().map(shown).collect::<Vec<_>>().join(" or "))
    }

    /// Says the kind of a column of numbers, with its range.
    fn number(&self, position: usize, entry: &mut Entry) -> Kind {
        let column = &self.table.columns[position];
        let reach = column.counts.extent.reach(&self.notations[position]);
        let limits = i128::from(i64::MIN)..=i128::from(i64::MAX);
        let is_small = reach.n == 0 || (limits.contains(&reach.least) && limits.contains(&reach.greatest));
        if reach.is_whole() && !is_small {
            entry.comments.push("Whole numbers beyond 64 bits are kept as texts, so that no digit is lost.".to_owned());
            insert(&mut entry.keys, "kind", "text");
            return Kind::Text;
        }
        if self.is_in_percent(position)
            && let Some((min, max)) = self.card.role(Role::Utilization).and_then(number_range)
        {
            insert(&mut entry.keys, "kind", "decimal");
            entry.keys.insert("range".to_owned(), Toml::Array(vec![end(min), end(max)]));
            insert(&mut entry.keys, "scale", end(0.01));
            return Kind::Decimal { min, max, steps: 1000.0 };
        }
        let is_whole = reach.is_whole();
        let range = self.range(position, &reach, is_whole);
        if !range.is_natural {
            let seen = format!("Seen from {} to {}; the range leaves room.", shown(reach.min), shown(reach.max));
            entry.comments.push(seen);
        }
        insert(&mut entry.keys, "kind", if is_whole { "whole" } else { "decimal" });
        let ends = [range.min, range.max].map(end);
        let (least, greatest) = (range.min as i64, range.max as i64);
        entry.keys.insert("range".to_owned(), Toml::Array(ends.to_vec()));
        if is_whole {
            return Kind::Whole { min: least, max: greatest };
        }
        let steps = steps(&reach);
        if steps != 1000.0 {
            insert(&mut entry.keys, "steps", end(steps));
        }
        Kind::Decimal { min: range.min, max: range.max, steps }
    }

    /// Whether the part of the limit that is used is written in percent without the sign: few customers owe twice their limit.
    pub(crate) fn is_in_percent(&self, position: usize) -> bool {
        let notation = &self.notations[position];
        let is_utilization = self.plan.roles[position] == Some(Role::Utilization);
        is_utilization && !notation.percent && self.table.columns[position].counts.extent.reach(notation).mean() > 2.0
    }

    /// The range of the role where all that was seen lies in it, else one that leaves room.
    fn range(&self, position: usize, reach: &Reach, is_whole: bool) -> Range {
        let role = self.plan.roles[position];
        let is_share = self.unit_of_numbers(position) == Unit::Share;
        let natural = match role {
            Some(Role::Age) => Some((0.0, 130.0)),
            Some(Role::CreditScore) => Some((0.0, 1000.0)),
            Some(Role::DepositBalance | Role::RevolvingBalance) if reach.min < 0.0 => Some((-MUCH, MUCH)),
            Some(Role::Tenure) if self.unit_of_numbers(position) == Unit::Years => Some((0.0, 100.0)),
            Some(Role::DepositBalance) => Some((0.0, MUCH)),
            Some(role) if self.card.role(role).is_some() => self.card.role(role).and_then(number_range),
            _ if is_share => Some((0.0, 1.0)),
            _ if is_whole && reach.min >= 0.0 && reach.max <= 1.0 => Some((0.0, 1.0)),
            _ => None,
        };
        let holds = |(min, max): &(f64, f64)| reach.n == 0 || (*min <= reach.min && reach.max <= *max);
        if let Some((min, max)) = natural.filter(holds) {
            return Range { min, max, is_natural: true };
        }
        let room = |far: f64| if far <= 0.0 { 0.0 } else { 10_f64.powf((far * 2.0).log10().ceil()) };
        let is_money = self.unit_of_numbers(position) == Unit::Dollars;
        let far = room(reach.max.abs().max(-reach.min)).max(if is_money { MUCH } else { 10.0 });
        // Beyond 2^63 a whole number is no more one of 64 bits.
        let most = if is_whole { 9.0e18 } else { f64::MAX };
        let far = if far.is_finite() { far.min(most).max(reach.max.abs().max(-reach.min)) } else { f64::MAX };
        Range { min: if reach.min < 0.0 { -far } else { 0.0 }, max: far, is_natural: false }
    }

    /// What a column's values count.
    fn unit(&self, position: usize, kind: &Kind) -> Unit {
        if matches!(kind, Kind::Whole { .. } | Kind::Decimal { .. }) {
            self.unit_of_numbers(position)
        } else {
            Unit::Text
        }
    }

    /// What a column's numbers count: by its role, by the words of its name, or by the sign beside them.
    pub(crate) fn unit_of_numbers(&self, position: usize) -> Unit {
        let column = &self.table.columns[position];
        let notation = &self.notations[position];
        let reach = column.counts.extent.reach(notation);
        let counted = self.table.synonyms.counted(&column.header);
        let says = |what: Counted| counted.contains(&what);
        let is_part = reach.n > 0 && reach.min >= 0.0 && reach.max <= 1.0 && !reach.is_whole();
        let role = self.plan.roles[position];
        match role {
            Some(Role::Age) => return Unit::Years,
            Some(Role::Tenure) => {
                let is_months = says(Counted::Months) || (!says(Counted::Years) && reach.max > MOST_YEARS);
                return if is_months { Unit::Months } else { Unit::Years };
            }
            Some(Role::DepositBalance) => return Unit::Dollars,
            Some(role) if self.card.role(role).is_some_and(contract::Column::is_number) => {
                return self.card.role(role).map_or(Unit::Count, |column| column.unit);
            }
            _ => {}
        }
        let are_calendar = reach.n > 0 && reach.is_whole() && reach.min >= FIRST_YEAR && reach.max <= LAST_YEAR;
        let default = match reach.is_whole() {
            _ if are_calendar => Unit::Year,
            true => Unit::Count,
            false => Unit::Ratio,
        };
        if notation.currency.is_some() {
            Unit::Dollars
        } else if says(Counted::Shares) || notation.percent {
            if is_part { Unit::Share } else { default }
        } else if says(Counted::Counts) || role.is_some() {
            default
        } else if says(Counted::Dollars) && reach.max > 1.0 {
            Unit::Dollars
        } else if says(Counted::Months) && reach.is_whole() && reach.max > 1.0 {
            Unit::Months
        } else if says(Counted::Years) && reach.is_whole() && (2.0..200.0).contains(&reach.max) {
            Unit::Years
        } else {
            default
        }
    }
}

/// Says the kind of a key that is read from a file: numbers of 64 bits, else texts.
pub(crate) fn key_kind(keys: &mut Keys, column: &Column) {
    let numbers = column.counts.extent.plain();
    let others = column.counts.classes.n(Class::Text)
        + column.counts.classes.n(Class::Date)
        + column.counts.classes.n(Class::Invalid);
    let is_whole = numbers.n > 0
        && numbers.is_whole()
        && column.counts.extent.n_commas == 0
        && others * 20 <= numbers.n
        && column.counts.n_leading_zeros == 0
        && numbers.greatest <= i128::from(i64::MAX)
        && numbers.least >= i128::from(i64::MIN);
    if !is_whole {
        insert(keys, "kind", "text");
        return;
    }
    let most = [i64::from(i32::MAX), 999_999_999_999_999_999, i64::MAX];
    let most = most.into_iter().find(|most| numbers.greatest <= i128::from(*most)).unwrap_or(i64::MAX);
    let least = if numbers.least >= 1 {
        1
    } else if numbers.least == 0 {
        0
    } else {
        -most
    };
    insert(keys, "kind", "whole");
    keys.insert("range".to_owned(), Toml::Array(vec![Toml::Integer(least), Toml::Integer(most)]));
}

/// Says that cells may be empty, and which others are no answers.
pub(crate) fn add_missing(keys: &mut Keys, column: &Column) {
    let words: Vec<String> =
        categories::missing(column).into_iter().filter(|text| !text.trim_ascii().is_empty()).collect();
    if column.counts.classes.n(Class::Blank) > 0 {
        insert(keys, "nullable", true);
    }
    if !words.is_empty() {
        keys.insert("missing".to_owned(), categories::texts(&words));
    }
}

/// Whether a name has nothing to be seen in it.
fn is_blank(name: &str) -> bool {
    name.chars().all(|c| c.is_whitespace() || c.is_control())
}

/// Adds a key.
pub(crate) fn insert(keys: &mut Keys, name: &str, value: impl Into<Toml>) {
    keys.insert(name.to_owned(), value.into());
}

/// As many parts of one as the numbers have, but no more than a million over all that was seen.
pub(crate) fn steps(reach: &Reach) -> f64 {
    let far = reach.max.abs().max(reach.min.abs()).max(1.0);
    let most = if far.is_finite() { (1e6 / far).log10().floor() } else { 0.0 };
    10_f64.powf(f64::from(reach.decimals.min(6)).min(most).max(-6.0))
}

/// The range of a column of numbers.
pub(crate) fn number_range(column: &contract::Column) -> Option<(f64, f64)> {
    match column.kind {
        Kind::Whole { min, max } => Some((min as f64, max as f64)),
        Kind::Decimal { min, max, .. } => Some((min, max)),
        _ => None,
    }
}

fn is_closed(closed: &[Option<bool>], category: &Category) -> bool {
    match category.codes.first() {
        Some(code) => closed.get(*code).copied().flatten() == Some(true),
        // What the file lacks is what its other value is not.
        None => !closed.contains(&Some(true)),
    }
}

fn default_unit(kind: &Kind) -> Unit {
    match kind {
        Kind::Whole { .. } => Unit::Count,
        Kind::Decimal { .. } => Unit::Ratio,
        _ => Unit::Text,
    }
}

/// An end of a range, as a person would write it.
pub(crate) fn end(number: f64) -> Toml {
    let is_whole = number.fract() == 0.0 && number.abs() < 9.1e18;
    if is_whole { Toml::Integer(number as i64) } else { Toml::Float(number) }
}

fn shown(number: f64) -> String {
    match number.abs() {
        1e15.. => format!("{number:e}"),
        _ if number.fract() == 0.0 => format!("{number:.0}"),
        _ => number.to_string(),
    }
}
