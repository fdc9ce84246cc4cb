//! What a bank's contract lacks for some things of the catalog: roles, and so the things that stay out.

use std::fmt;

use contract::{Contract, Role, Unit};
use pipeline::Error;

use crate::lowered;
use crate::measure::MeasureRole;

/// A role that something needs, where it matters in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The role.
    pub role: Role,
    /// The unit that its column must have.
    pub unit: Option<Unit>,
}

impl Need {
    /// What is needed, in words: `time with the bank in months`.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self.unit {
            Some(unit) => format!("{} in {}", self.role.words(), unit_name(unit)),
            None => self.role.words(),
        }
    }
}

/// Written as in catalog files: `tenure in months`.
impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.role.name())?;
        match self.unit {
            Some(unit) => write!(f, " in {}", unit_name(unit)),
            None => Ok(()),
        }
    }
}

/// A unit's name in files.
pub(crate) fn unit_name(unit: Unit) -> &'static str {
    Unit::NAMES.into_iter().find(|name| Unit::named(name) == Some(unit)).unwrap_or("count")
}

/// One thing of the catalog that a bank's contract has not the roles for.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Of an analysis: its heading, in which what the contract lacks is said in words.
    pub title: Option<String>,
    /// The roles that it needs and the contract lacks; never empty.
    pub roles: Vec<Need>,
    /// Names that it had.
    pub(crate) aliases: Vec<String>,
    /// Of a measure: the fields that it would accumulate.
    pub(crate) fields: Vec<String>,
    /// Whether it is a rate.
    pub(crate) is_rate: bool,
    /// Of a measure: what it would mean to findings.
    pub(crate) role: Option<MeasureRole>,
    /// Of an analysis: the word of its topic.
    pub topic: Option<String>,
}

/// The kinds of things that can stay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named as what it is")]
pub enum Kind {
    Dimension,
    Measure,
    Analysis,
}

impl Kind {
    /// The word for it: `analysis`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Dimension => "dimension",
            Self::Measure => "measure",
            Self::Analysis => "analysis",
        }
    }
}

impl LeftOut {
    pub(crate) fn new(kind: Kind, name: &str, roles: Vec<Need>) -> Self {
        let (name, aliases, fields) = (name.to_owned(), Vec::new(), Vec::new());
        Self { kind, name, title: None, roles, aliases, fields, is_rate: false, role: None, topic: None }
    }

    /// Its heading, or its name where it has none.
    #[must_use]
    pub fn heading(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }

    /// What it needs, in words.
    #[must_use]
    pub fn needs(&self) -> Vec<String> {
        self.roles.iter().map(Need::in_words).collect()
    }

    pub(crate) fn error(&self) -> Error {
        lacking(&self.name, &self.roles)
    }
}

/// `` `closed_accounts` needs the role `closed`, which this bank's contract does not have ``
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.error().message())
    }
}

/// A heading of a file for people: `{mean_limit: and limit}` is left out, `<segment>` is said in words.
pub(crate) fn heading(contract: &Contract, text: &str) -> String {
    let mut heading = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '<']) {
        let (before, marked) = rest.split_at(at);
        heading.push_str(before);
        let end = if marked.starts_with('{') { '}' } else { '>' };
        let Some(length) = marked.find(end) else { break };
        if let Some(role) = marked.get(1..length).filter(|_| end == '>').and_then(Role::named) {
            let column = contract.columns.iter().find(|column| column.role == Some(role));
            heading.push_str(&column.map_or_else(|| role.words(), |column| lowered(&column.label)));
        }
        rest = &marked[length + 1..];
    }
    heading + rest
}

/// The error for something that needs roles which the contract lacks.
pub(crate) fn lacking(name: &str, needs: &[Need]) -> Error {
    let quoted: Vec<String> = needs.iter().map(|need| format!("`{need}`")).collect();
    let noun = if quoted.len() == 1 { "role" } else { "roles" };
    let roles = diagnostic::list(&quoted);
    let name = diagnostic::quote(name);
    Error::input(format!("`{name}` needs the {noun} {roles}, which this bank's contract does not have"))
}

/// Why something of a file does not come to stand.
#[derive(Debug)]
pub(crate) enum Absent {
    /// The file is wrong.
    Wrong(Error),
    /// The file is fine; the contract lacks roles.
    Lacking(Vec<Need>),
}

impl From<Error> for Absent {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}

impl Absent {
    /// The error for a user who asks for `name`.
    pub(crate) fn error(self, name: &str) -> Error {
        match self {
            Self::Wrong(error) => error,
            Self::Lacking(needs) => lacking(name, &needs),
        }
    }
}

/// Adds needs, each once.
pub(crate) fn add(needs: &mut Vec<Need>, more: impl IntoIterator<Item = Need>) {
    for need in more {
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
}
