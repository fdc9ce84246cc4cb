//! The words by which files are recognised, out of `contracts/synonyms.toml`.
//!
//! In: the file, which is built in. Out: [`Synonyms`], asked by names and values as files have them.
//! Invariant: a name means one thing, whatever its case, accents, blanks and signs.

use std::collections::{HashMap, HashSet};

use contract::entry::{Entry, parse};
use contract::{Contract, Role};
use diagnostic::{Diagnostic, Faults, quote};

use crate::fold;

const PLACE: &str = "contracts/synonyms.toml";
const TEXT: &str = include_str!("../../../contracts/synonyms.toml");

/// What a column's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Role(Role),
    /// A balance, owed or held.
    Balance,
    /// Whether the customer left.
    Outcome,
    /// Whether the customer stayed.
    Staying,
    /// The account's state, if its values are words for that.
    State,
    /// Why, when or how likely the customer left.
    MadeFromOutcome,
    /// An outcome that is not closure.
    Risk,
    /// Names or reaches a person.
    Identifier,
    /// Numbers the rows.
    Index,
}

/// What a value of an outcome says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Closed,
    Open,
    /// Not used, which may be another matter.
    Idle,
    Yes,
    No,
}

/// What a column's name says that its numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    Months,
    Years,
    Dollars,
    Shares,
    Counts,
}

/// The words by which files are recognised.
#[derive(Debug, Default)]
pub(crate) struct Synonyms {
    names: HashMap<String, Meaning>,
    /// By names without what says nothing.
    loose: HashMap<String, Option<Meaning>>,
    fillers: HashSet<String>,
    words: HashMap<String, Word>,
    bad: HashSet<String>,
    missing: HashSet<String>,
    errors: HashSet<String>,
    totals: HashSet<String>,
    /// The card contract's value, by role and value.
    categories: HashMap<(Role, String), String>,
    counted: HashMap<String, Counted>,
    orders: Vec<Vec<String>>,
    /// Words for what happened, and for what is said of it.
    leaks: [HashSet<String>; 2],
}

impl Synonyms {
    /// Those of the file that is built in.
    pub(crate) fn built_in() -> Self {
        Self::read(TEXT, &Contract::card()).expect("the built-in synonyms are well formed")
    }

    /// What a column of that name is.
    pub(crate) fn meaning(&self, name: &str) -> Option<Meaning> {
        let known = self.names.get(&fold::name(name)).or_else(|| self.names.get(&fold::name(without_unit(name)?)));
        known.copied().or_else(|| self.tells_of_closure(name).then_some(Meaning::MadeFromOutcome))
    }

    /// Whether a name has a word for the closure and one for what is said of it: `months_since_closure`.
    fn tells_of_closure(&self, name: &str) -> bool {
        let words = fold::words(name);
        self.leaks.iter().all(|leaks| words.iter().any(|word| leaks.contains(word)))
    }

    /// What a column of that name is, if words that say nothing are left out of it.
    pub(crate) fn loose_meaning(&self, name: &str) -> Option<Meaning> {
        self.loose.get(&self.bare(name)).copied().flatten()
    }

    /// What a value of an outcome says.
    pub(crate) fn word(&self, value: &str) -> Option<Word> {
        self.words.get(&fold::value(value)).copied()
    }

    /// Whether a value of an outcome of credit is the bad one.
    pub(crate) fn is_bad(&self, value: &str) -> bool {
        self.bad.contains(&fold::value(value))
    }

    /// Whether a cell says that there is no answer.
    pub(crate) fn is_missing(&self, cell: &str) -> bool {
        // Most texts with digits are codes, and need not be folded to see that they are no words for nothing.
        !cell.bytes().any(|byte| byte.is_ascii_digit()) && has(&self.missing, cell)
    }

    /// Whether a cell is what a spreadsheet writes where a formula failed.
    pub(crate) fn is_error(&self, cell: &str) -> bool {
        cell.starts_with('#') && has(&self.errors, cell)
    }

    /// Whether a cell is the heading of a row of sums.
    pub(crate) fn is_total(&self, cell: &str) -> bool {
        !cell.bytes().any(|byte| byte.is_ascii_digit()) && has(&self.totals, cell)
    }

    /// The value that the card contract has for a value of a role.
    pub(crate) fn category(&self, role: Role, value: &str) -> Option<&str> {
        self.categories.get(&(role, fold::value(value))).map(String::as_str)
    }

    /// What the words of a name say that its numbers count, in the order of the words.
    pub(crate) fn counted(&self, name: &str) -> Vec<Counted> {
        // The first of several is called `AMT1`.
        let word = |word: &String| self.counted.get(word.trim_end_matches(|c: char| c.is_ascii_digit())).copied();
        fold::words(name).iter().filter_map(word).collect()
    }

    /// The place of each value in a natural order that has all of them.
    pub(crate) fn order(&self, values: &[&str]) -> Option<Vec<usize>> {
        let place = |order: &Vec<String>, value: &str| order.iter().position(|one| *one == fold::value(value));
        self.orders.iter().find_map(|order| values.iter().map(|value| place(order, value)).collect())
    }

    /// A name without words that say nothing.
    fn bare(&self, name: &str) -> String {
        fold::words(name).into_iter().filter(|word| !self.fillers.contains(word)).collect()
    }

    fn read(text: &str, card: &Contract) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut synonyms = Self::default();
        if let Some(table) = parse(PLACE, text, &mut faults) {
            let mut file = Entry::file(PLACE, &table, &mut faults);
            file.only(&[
                "roles",
                "balance",
                "fillers",
                "outcome",
                "risk",
                "identifiers",
                "index",
                "cells",
                "categories",
                "units",
                "orders",
            ]);
            synonyms.read_names(&mut file, card);
            synonyms.read_values(&mut file);
            synonyms.read_categories(&mut file, card);
            synonyms.read_loose(&mut file);
        }
        Faults::of(faults).map_or(Ok(synonyms), Err)
    }

    fn read_names(&mut self, file: &mut Entry<'_>, card: &Contract) {
        for (role, column) in Role::all().filter_map(|role| Some((role, card.role(role)?))) {
            let meaning = if role == Role::Closed { Meaning::Outcome } else { Meaning::Role(role) };
            self.names.insert(fold::name(&column.name), meaning);
        }
        let roles = file.keys_of("roles");
        for key in roles {
            let Some(mut table) = file.table("roles") else { return };
            match Role::named(key) {
                Some(role) => self.add_names(&mut table, key, Meaning::Role(role)),
                None => table.fault(key, Diagnostic::new(format!("unknown role `{}`", quote(key)))),
            }
        }
        for (section, key, meaning) in [
            ("balance", "names", Meaning::Balance),
            ("outcome", "names", Meaning::Outcome),
            ("outcome", "staying", Meaning::Staying),
            ("outcome", "states", Meaning::State),
            ("outcome", "made_from", Meaning::MadeFromOutcome),
            ("risk", "names", Meaning::Risk),
            ("identifiers", "names", Meaning::Identifier),
            ("index", "names", Meaning::Index),
        ] {
            if let Some(mut table) = file.table(section) {
                self.add_names(&mut table, key, meaning);
            }
        }
    }

    /// Adds names at a key; each may stand under one meaning.
    fn add_names(&mut self, table: &mut Entry<'_>, key: &str, meaning: Meaning) {
        for name in table.texts(key) {
            let folded = fold::name(name);
            if folded.is_empty() {
                table.fault(key, Diagnostic::new(format!("`{}` has no letter", quote(name))));
            } else if let Some(other) = self.names.insert(folded, meaning)
                && other != meaning
            {
                table.fault(key, Diagnostic::new(format!("`{}` means {other:?} already", quote(name))));
            }
        }
    }

    fn read_values(&mut self, file: &mut Entry<'_>) {
        let folded = |table: &mut Entry<'_>, key: &str| -> HashSet<String> {
            table.texts(key).into_iter().map(fold::value).collect()
        };
        if let Some(mut table) = file.table("outcome") {
            table.only(&[
                "names",
                "staying",
                "states",
                "made_from",
                "leak_events",
                "leak_facts",
                "closed",
                "open",
                "idle",
                "yes",
                "no",
            ]);
            self.leaks =
                ["leak_events", "leak_facts"].map(|key| table.texts(key).into_iter().map(fold::name).collect());
            for (key, word) in [
                ("closed", Word::Closed),
                ("open", Word::Open),
                ("idle", Word::Idle),
                ("yes", Word::Yes),
                ("no", Word::No),
            ] {
                for value in folded(&mut table, key) {
                    if let Some(other) = self.words.insert(value.clone(), word) {
                        table.fault(key, Diagnostic::new(format!("`{}` means {other:?} already", quote(&value))));
                    }
                }
            }
        }
        if let Some(mut table) = file.table("risk") {
            table.only(&["names", "bad", "good"]);
            self.bad = folded(&mut table, "bad");
            let good = folded(&mut table, "good");
            for value in self.bad.intersection(&good) {
                table.fault("good", Diagnostic::new(format!("`{}` is bad already", quote(value))));
            }
        }
        if let Some(mut table) = file.table("cells") {
            table.only(&["missing", "errors", "totals"]);
            let mut cells = |key| table.texts(key).into_iter().flat_map(spellings).collect();
            (self.missing, self.errors, self.totals) = (cells("missing"), cells("errors"), cells("totals"));
        }
        if let Some(mut table) = file.table("units") {
            for (key, counted) in [
                ("months", Counted::Months),
                ("years", Counted::Years),
                ("dollars", Counted::Dollars),
                ("shares", Counted::Shares),
                ("counts", Counted::Counts),
            ] {
                self.counted.extend(table.texts(key).into_iter().map(|word| (fold::name(word), counted)));
            }
        }
    }

    fn read_categories(&mut self, file: &mut Entry<'_>, card: &Contract) {
        for key in file.keys_of("categories") {
            let Some(mut roles) = file.table("categories") else { return };
            let Some((role, column)) = Role::named(key).and_then(|role| Some((role, card.role(role)?))) else {
                roles.fault(key, Diagnostic::new(format!("the card contract has no role `{}`", quote(key))));
                continue;
            };
            let values = roles.keys_of(key);
            let Some(mut table) = roles.table(key) else { continue };
            for value in values {
                if !column.categories().iter().any(|category| category.value == value) {
                    table.fault(value, Diagnostic::new(format!("the card contract has no value `{}`", quote(value))));
                }
                for spelling in table.texts(value) {
                    let other = self.categories.insert((role, fold::value(spelling)), value.to_owned());
                    if other.as_ref().is_some_and(|other| other != value) {
                        table.fault(value, Diagnostic::new(format!("`{}` is a value already", quote(spelling))));
                    }
                }
            }
        }
    }

    fn read_loose(&mut self, file: &mut Entry<'_>) {
        if let Some(mut table) = file.table("fillers") {
            self.fillers = table.texts("words").into_iter().map(fold::name).collect();
        }
        if let Some(mut table) = file.table("orders") {
            let keys: Vec<&str> = table.keys().collect();
            self.orders = keys.into_iter().map(|key| table.texts(key).into_iter().map(fold::value).collect()).collect();
        }
        let names = |section: &str, keys: &[&str], file: &mut Entry<'_>| -> Vec<String> {
            let Some(mut table) = file.table(section) else { return Vec::new() };
            keys.iter().flat_map(|key| table.texts(key)).map(str::to_owned).collect()
        };
        let roles: Vec<&str> = Role::names().collect();
        for name in [names("roles", &roles, file), names("balance", &["names"], file)].concat() {
            let (bare, meaning) = (self.bare(&name), self.meaning(&name));
            if bare.len() > 2 {
                // What could mean two things means none.
                let known = self.loose.entry(bare).or_insert(meaning);
                *known = known.filter(|known| Some(*known) == meaning);
            }
        }
    }
}

/// A cell's texts by which it is compared: as it is, and folded.
fn spellings(cell: &str) -> impl Iterator<Item = String> {
    [cell.to_lowercase(), fold::value(cell)].into_iter().filter(|text| !text.is_empty())
}

fn has(set: &HashSet<String>, cell: &str) -> bool {
    // Words for nothing are short, and texts need not be folded to see that they are not.
    cell.len() <= 40 && spellings(cell.trim_matches([' ', '\t'])).any(|text| set.contains(&text))
}

/// Units that may stand in brackets behind a name and change nothing: `Credit limit (USD)`. One such as `(thousands)` does.
const UNITS: [&str; 22] = [
    "$", "usd", "us$", "dollar", "dollars", "€", "eur", "euro", "euros", "£", "gbp", "chf", "tl", "try", "₺", "r$",
    "brl", "months", "monate", "years", "jahre", "mois",
];

/// A name without the unit in brackets behind it.
fn without_unit(name: &str) -> Option<&str> {
    let name = name.trim_end();
    let (start, unit) = match name.strip_suffix(')') {
        Some(rest) => rest.rsplit_once('(')?,
        None => name.strip_suffix(']')?.rsplit_once('[')?,
    };
    UNITS.contains(&unit.trim().to_lowercase().as_str()).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_under_two_meanings_and_every_category_is_the_cards() {
        Synonyms::read(TEXT, &Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    }

    #[test]
    fn what_is_wrong_with_the_file_is_told() {
        let text = "[roles]\nage = ['Age', 'Years']\ntenure = ['years', '#']\nagee = ['x']\n[categories.gender]\nF = ['w']\nM = ['W']\n\
                    X = ['x']\n[categories.region]\n[outcome]\nclosed = ['left']\nopen = ['Left']\n[risk]\nbad = ['x']\ngood = ['x']\n[more]\n";
        let faults = Synonyms::read(text, &Contract::card()).unwrap_err();
        let messages: Vec<&str> = faults.iter().map(Diagnostic::message).collect();
        let expected = [
            "unknown key `more`",
            "`years` means Role(Age) already",
            "`#` has no letter",
            "unknown role `agee`",
            "`left` means Closed already",
            "`x` is bad already",
            "`W` is a value already",
            "the card contract has no value `X`",
            "the card contract has no role `region`",
        ];
        assert_eq!(messages, expected);
    }

    #[test]
    fn names_and_values_are_known_however_they_are_written() {
        let synonyms = Synonyms::built_in();
        for (name, meaning) in [
            ("Customer_ID", Some(Meaning::Role(Role::CustomerKey))),
            ("LÍMITE CRÉDITO", Some(Meaning::Role(Role::CreditLimit))),
            ("trans_ct", Some(Meaning::Role(Role::Transactions))),
            ("Exited", Some(Meaning::Outcome)),
            ("Saldo", Some(Meaning::Balance)),
            ("Unnamed: 0", Some(Meaning::Index)),
            ("default.payment.next.month", Some(Meaning::Risk)),
            ("", None),
            ("Hat size", None),
            ("MonthsSinceClosure", Some(Meaning::MadeFromOutcome)),
            ("Fecha de cierre", Some(Meaning::MadeFromOutcome)),
            ("Closing balance", None),
        ] {
            assert_eq!(synonyms.meaning(name), meaning, "{name}");
        }
        assert_eq!(synonyms.loose_meaning("Total Age of Customer"), Some(Meaning::Role(Role::Age)));
        assert_eq!(synonyms.loose_meaning("customer"), None);
        assert_eq!(synonyms.category(Role::Gender, "FEMALE"), Some("F"));
        assert!(
            synonyms.is_missing(" Not_Specified ") && synonyms.is_missing("--") && !synonyms.is_missing("none of it")
        );
        assert!(synonyms.is_error("#DIV/0!") && !synonyms.is_error("DIV/0!") && synonyms.is_total("Grand Total"));
        assert_eq!(synonyms.order(&["High", "low"]), Some(vec![9, 2]));
        assert_eq!(synonyms.order(&["High", "other"]), None);
    }

    #[test]
    fn a_unit_in_brackets_is_no_part_of_the_name() {
        let synonyms = Synonyms::built_in();
        let limit = Some(Meaning::Role(Role::CreditLimit));
        assert_eq!(synonyms.meaning("Credit_Limit (USD)"), limit);
        assert_eq!(synonyms.meaning("credit limit [ € ]"), limit);
        assert_eq!(synonyms.meaning("Credit_Limit (thousands)"), None);
        assert_eq!(synonyms.meaning("(USD)"), None);
    }
}
