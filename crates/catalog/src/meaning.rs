//! Names by what a word means: who types `age` or `churn` is told what of the catalog is made of that.
//!
//! In: a word that names nothing. Out: the names of what is computed from the column that the word means, as a hint; none
//! where it means no column, or where the contract has none for it.

use contract::Role;
use diagnostic::Action;
use pipeline::ast::{Expr, Reads};
use pipeline::{Error, FieldType, nearest};

use crate::fields::{PlainField, own_fields};
use crate::measure::{Interval, Measure, Value};
use crate::{Catalog, Dimension, roles};

/// Words that people use for what a role says, beside the roles' own names.
const WORDS: [(&str, Role); 26] = [
    ("attrition", Role::Closed),
    ("attrited", Role::Closed),
    ("churn", Role::Closed),
    ("churned", Role::Closed),
    ("churn_rate", Role::Closed),
    ("closure", Role::Closed),
    ("closures", Role::Closed),
    ("exited", Role::Closed),
    ("left", Role::Closed),
    ("balance", Role::RevolvingBalance),
    ("debt", Role::RevolvingBalance),
    ("revolving", Role::RevolvingBalance),
    ("deposit", Role::DepositBalance),
    ("children", Role::Dependents),
    ("sex", Role::Gender),
    ("married", Role::MaritalStatus),
    ("salary", Role::Income),
    ("earnings", Role::Income),
    ("limit", Role::CreditLimit),
    ("score", Role::CreditScore),
    ("inactive", Role::MonthsInactive),
    ("inactivity", Role::MonthsInactive),
    ("spending", Role::Spend),
    ("turnover", Role::Spend),
    ("volume", Role::Spend),
    ("usage", Role::Utilization),
];

/// So many names are told.
const MOST: usize = 3;

impl Catalog {
    /// The name of the one field or dimension that is written so but for case and for blanks in place of `_`, that the file
    /// calls so, or that tables head so; none where there are several.
    pub(crate) fn called(&self, text: &str) -> Option<&str> {
        let said = loose(text);
        let fields = |words: fn(&PlainField) -> &str| {
            let found = self.fields.iter().filter(|field| field.is_column && loose(words(field)) == said);
            found.map(|field| field.path.as_str()).collect::<Vec<_>>()
        };
        let dimensions = |words: fn(&Dimension) -> &str| {
            let found = self.dimensions.iter().filter(|dimension| loose(words(dimension)) == said);
            found.map(|dimension| dimension.name.as_str()).collect::<Vec<_>>()
        };
        let written = [fields(|field| &field.path), dimensions(|dimension| &dimension.name)].concat();
        let of_file = self.fields.iter().filter(|field| self.headers(field).any(|header| loose(header) == said));
        let of_file: Vec<&str> = of_file.map(|field| field.path.as_str()).collect();
        let headed = fields(|field| &field.label);
        only(&written)
            .or_else(|| only(&of_file))
            .or_else(|| only(&headed))
            .or_else(|| only(&dimensions(|dimension| &dimension.label)))
    }

    /// What the file calls the column of a field, where that is not the field's own name.
    pub(crate) fn headers(&self, field: &PlainField) -> impl Iterator<Item = &str> {
        let headers = field.is_column.then(|| &self.contract.columns[field.column].headers);
        headers.into_iter().flatten().map(String::as_str)
    }

    /// The name of the measure that is written so but for case, or that tables head so.
    pub(crate) fn measure_called(&self, text: &str) -> Option<&Measure> {
        let said = loose(text);
        let names = |measure: &&Measure| measure.names().any(|name| loose(name) == said);
        let mut found = self.measures.iter().filter(names);
        found.next().or_else(|| self.measures.iter().find(|measure| loose(&measure.label) == said))
    }

    /// The error for a name that nothing has; `what` is what it was taken for: a dimension, or a column of a list.
    pub(crate) fn unknown_dimension(&self, what: &str, name: &str) -> Error {
        let names = self.dimensions.iter().map(|dimension| dimension.name.as_str());
        let names: Vec<&str> = names.chain(self.fields.iter().map(|field| field.path.as_str())).collect();
        let error = Error::input(format!("unknown {what} `{}`", diagnostic::quote(name)));
        let hint = self.groups_that_mean(name).unwrap_or_else(|| nearest(what, name, names));
        let hint = if hint.is_empty() { self.groups_of_a_near_word(name).unwrap_or_default() } else { hint };
        error.hint(hint).hint_at(Action::ListNames)
    }

    /// Which dimensions and fields mean what a word says that is near a misspelt one: `agee` as `age`.
    fn groups_of_a_near_word(&self, misspelt: &str) -> Option<String> {
        let words = Role::names().chain(WORDS.into_iter().map(|(word, _)| word));
        let groups = |word: &str| told(self.groups_of(word)?, &format!("`{word}`"));
        diagnostic::near(misspelt, words).into_iter().find_map(groups)
    }

    /// Which dimensions and fields mean what the word says.
    pub(crate) fn groups_that_mean(&self, word: &str) -> Option<String> {
        told(self.groups_of(word)?, "this")
    }

    /// The names of some dimensions that are computed from the column that a word means, and of the column itself.
    fn groups_of(&self, word: &str) -> Option<impl Iterator<Item = &str>> {
        let path = self.path_of(word)?;
        let dimensions = self.dimensions.iter().filter(|dimension| reads(&dimension.expr.reads(), &path));
        let dimensions: Vec<&str> = dimensions.map(|dimension| dimension.name.as_str()).take(MOST - 1).collect();
        let column = self.fields.iter().filter(move |field| field.joined_path == path).map(|field| field.path.as_str());
        Some(dimensions.into_iter().chain(column))
    }

    /// `spend` as `<spend>`, where it is the name of a role and of nothing else, and the contract has a column for it.
    pub(crate) fn bare_role(&self, name: &str) -> Option<String> {
        let is_free = self.field(name).is_none() && !self.dimensions.iter().any(|dimension| dimension.name == name);
        let role = Role::named(name).filter(|role| is_free && self.contract.role(*role).is_some())?;
        Some(format!("<{}>", role.name()))
    }

    /// The field of numbers that the word means: `limit` in `limit > $10k`.
    pub(crate) fn number_that_means(&self, word: &str) -> Option<&PlainField> {
        let path = self.path_of(word)?;
        let is_number = |kind| matches!(kind, FieldType::Int | FieldType::Long | FieldType::Double);
        self.fields.iter().find(|field| field.joined_path == path && is_number(field.field_type))
    }

    /// The column that a word means where a column is asked for and no group of customers: `Age`, `limit`; none where it is the
    /// very name of something.
    pub(crate) fn column_meant(&self, name: &str) -> Option<&str> {
        let is_name = self.field(name).is_some() || self.dimensions.iter().any(|dimension| dimension.name == name);
        let meant = || self.called(name).or_else(|| Some(self.number_that_means(name)?.path.as_str()));
        if is_name { None } else { meant() }
    }

    /// The column of a role that is named without its brackets, as a dimension; none where others are computed from it, which the
    /// word may mean as well.
    pub(crate) fn column_of_role(&self, name: &str) -> Option<Dimension> {
        let column = self.find_dimension(&self.bare_role(name)?).ok()?;
        let Expr::Field(path) = &column.expr else { return None };
        let is_computed =
            |other: &Dimension| other.expr != column.expr && reads(&other.expr.reads(), &path.to_string());
        (!self.dimensions.iter().any(is_computed)).then_some(column)
    }

    /// Which measures mean what the word says, rates first.
    pub(crate) fn measures_that_mean(&self, word: &str) -> Option<String> {
        let path = self.path_of(word)?;
        let mut measures: Vec<&Measure> =
            self.measures.iter().filter(|measure| self.is_made_of(measure, &path)).collect();
        measures.sort_by_key(|measure| !matches!(measure.interval, Interval::Rate { .. }));
        told(measures.iter().map(|measure| measure.name.as_str()), "this")
    }

    /// The path of the column that a word means.
    fn path_of(&self, word: &str) -> Option<String> {
        let word = word.to_lowercase();
        let role = Role::named(&word).or_else(|| WORDS.iter().find(|(known, _)| *known == word).map(|(_, role)| *role));
        let column = roles::column(&self.contract, crate::Need { role: role?, unit: None }).ok()?;
        Some(self.contract.joined_path(column))
    }

    /// Whether a measure, or one that it is finished from, accumulates the field.
    fn is_made_of(&self, measure: &Measure, path: &str) -> bool {
        let accumulates = |name: &str| {
            let all = self.measures.iter().flat_map(|other| &other.accumulators);
            all.filter(|(field, _)| field == name).any(|(_, call)| reads(&call.reads(), path))
        };
        match &measure.value {
            Value::Field => measure.accumulators.iter().any(|(_, call)| reads(&call.reads(), path)),
            Value::Finish(expr) => own_fields(expr).iter().any(|name| accumulates(name)),
            Value::ShareOf { measure, .. } => accumulates(measure),
        }
    }
}

/// A name as two are compared: without case, with one blank for `_`, for `.` and for each run of blanks.
fn loose(name: &str) -> String {
    let words = name.to_lowercase().replace(['_', '.'], " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The one name that there is, however often.
fn only<'a>(names: &[&'a str]) -> Option<&'a str> {
    let first = names.first()?;
    names.iter().all(|name| name == first).then_some(*first)
}

fn reads(reads: &Reads, path: &str) -> bool {
    reads.named().iter().any(|read| read.to_string() == path)
}

/// Names as a hint: that they mean `what`.
fn told<'a>(names: impl Iterator<Item = &'a str>, what: &str) -> Option<String> {
    let mut names: Vec<String> = names.take(MOST).map(|name| format!("`{name}`")).collect();
    // A column may be a dimension of its own name.
    names.dedup();
    match names.as_slice() {
        [] => None,
        [only] => Some(format!("{only} means {what}")),
        several => Some(format!("{} mean {what}", diagnostic::list(several))),
    }
}
