//! Filters: which customers a question is about.
//!
//! In: `Customer_Age>=45 and Card_Category in Gold,Silver` (names of fields or dimensions; `=`, `!=`, `<`, `<=`, `>`,
//! `>=`, as signs too (`≠`, `≤`, `≥`), also on both sides as in `30 <= Customer_Age <= 40`; `~` for a regular expression, `in`,
//! `not in`, `between`, `not between`, words such as `over`, `at least`, `is`, `is missing`; `and`, `or`, `not`, parentheses; a
//! category by itself; values in quotes where they hold these words, names in back-ticks where another name begins as they do), or
//! any MongoDB query document. Out: a predicate over a customer with its transactions joined as `transactions`.
//! Invariant: every name in it is known, every category too.

mod category;
mod joined;
mod kept;
mod name;
mod range;
mod sign;
mod subject;
mod value;
mod words;

use bson::Bson;
use contract::Role;
use pipeline::ast::{Comparison, Expr, Path, Predicate, Regex, Test};
use pipeline::{Error, FieldType, nearest};

use crate::example::example;
use crate::left_out::{self, Absent, Need, add};
use crate::{Catalog, Unit, roles};

use joined::{Chain, Part};
pub use kept::Kept;
use sign::SIGNS;
pub use value::{read_money, read_share};

use subject::{Subject, compare, not_filtered, refuse_order, within};
use value::{Place, end_of_value, typed};
use words::behind_words;

/// What may stand behind a name.
const COMPARISONS: &str = "one of `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `in`, `not in`, `between`, `not between`, or words such as \
                           `over`, `at most`, `is`, `is missing`";

impl Catalog {
    /// Reads filters that must all hold; none where there are none.
    pub fn filters(&self, texts: &[String]) -> Result<Option<Predicate>, Error> {
        let mut each = texts.iter().map(|text| self.filter(text)).collect::<Result<Vec<_>, _>>()?;
        Ok(match each.len() {
            0 | 1 => each.pop(),
            _ => Some(Predicate::And(each)),
        })
    }

    /// Reads a filter with the names of this catalog.
    pub fn filter(&self, text: &str) -> Result<Predicate, Error> {
        self.read(text, true).map_err(|refused| refused.0)
    }

    /// The same, for a filter in a file: what it lacks is no fault of the file.
    pub(crate) fn read_filter(&self, text: &str) -> Result<Predicate, Absent> {
        self.read(text, false).map_err(|Refused(error, lacking)| match lacking.as_slice() {
            [] => Absent::Wrong(error),
            _ => Absent::Lacking(lacking),
        })
    }

    fn read(&self, text: &str, is_typed: bool) -> Result<Predicate, Refused> {
        if text.trim_start().starts_with('{') {
            return self.query_document(text);
        }
        let mut reader = Reader {
            catalog: self,
            text,
            is_typed,
            at: 0,
            depth: 0,
            lacking: Vec::new(),
            last_name: None,
            last: None,
            before: None,
        };
        reader.whole().map_err(|error| Refused(error, reader.lacking))
    }

    /// A MongoDB query document; fields of the transactions may be named without `transactions.` before them.
    fn query_document(&self, text: &str) -> Result<Predicate, Refused> {
        let document = pipeline::read_document(text).map_err(|error| error.within("filter"))?;
        let document = match roles::resolve(&self.contract, Bson::Document(document)) {
            Ok(resolved) => resolved.value,
            Err(Absent::Wrong(error)) => return Err(error.into()),
            Err(Absent::Lacking(needs)) => {
                let first = needs.first().map(Need::to_string).unwrap_or_default();
                return Err(Refused(left_out::lacking(&format!("<{first}>"), &needs), needs));
            }
        };
        let mut predicate = pipeline::parse_predicate(&document).map_err(|error| error.within("filter"))?;
        let mut unknown = None;
        predicate.change_fields(&mut |path| {
            if self.has_path(path) {
                return;
            }
            match self.field(&path.to_string()).and_then(|field| Path::new(&field.joined_path)) {
                Some(joined) => *path = joined,
                None => {
                    unknown.get_or_insert_with(|| path.to_string());
                }
            }
        });
        if let Some(name) = unknown {
            return Err(self.unknown_field(&name).into());
        }
        pipeline::check_predicate(&predicate, &self.joined_schema()).map_err(|error| error.within("filter"))?;
        if let Some(person) = self.person_in(&predicate.reads()) {
            return Err(not_filtered(person).within("filter").into());
        }
        self.check_categories(&predicate)?;
        Ok(predicate)
    }
}

/// Why a filter cannot be read, with what the contract lacks for it, where that is why.
struct Refused(Error, Vec<Need>);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error, Vec::new())
    }
}

/// A reader of the filter syntax, somewhere in its text.
struct Reader<'a> {
    catalog: &'a Catalog,
    text: &'a str,
    /// Whether a user typed it, who means the columns of the file in hand; a file of a catalog means roles.
    is_typed: bool,
    at: usize,
    depth: usize,
    /// What the contract has not the roles for, of the names read so far.
    lacking: Vec<Need>,
    /// The name in the last comparison.
    last_name: Option<&'a str>,
    /// What the last part says of a column's answers.
    last: Option<Part>,
    /// The same of the part before one that comes next, and the word that joins them.
    before: Option<(Part, &'static str)>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// A place in the filter, for messages.
    fn place(&self, at: usize) -> String {
        let character = self.text[..at].chars().count() + 1;
        format!("filter `{}`, character {character}", diagnostic::quote(self.text))
    }

    fn unexpected(&self, wanted: &str) -> Error {
        self.expected(wanted).hint(format!("a filter is like {}", example(&self.catalog.contract)))
    }

    /// The error for what comes next, without a hint.
    fn expected(&self, wanted: &str) -> Error {
        let rest = self.rest().trim();
        let found = if rest.is_empty() { "the end".to_owned() } else { format!("`{}`", diagnostic::quote(rest)) };
        Error::input(format!("expected {wanted}, found {found}")).at(self.place(self.at))
    }

    /// Takes `word` if it comes next and ends there.
    fn word(&mut self, word: &str) -> bool {
        self.skip_spaces();
        let rest = self.rest();
        let is_next = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// Takes `sign` if it comes next.
    fn sign(&mut self, sign: &str) -> bool {
        self.skip_spaces();
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.at += sign.len();
        }
        is_next
    }

    fn whole(&mut self) -> Result<Predicate, Error> {
        let predicate = self.any_of()?;
        self.skip_spaces();
        if self.at < self.text.len() {
            return Err(self.unexpected("`and`, `or` or the end"));
        }
        Ok(predicate)
    }

    fn any_of(&mut self) -> Result<Predicate, Error> {
        let (first, mut before) = self.all_of()?;
        let mut parts = vec![first];
        while self.word("or") {
            self.before = before.last.clone().map(|part| (part, "or"));
            let (part, chain) = self.all_of()?;
            self.refuse_mixed(&before, &chain)?;
            parts.push(part);
            before = chain;
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Predicate::Or(parts) })
    }

    fn all_of(&mut self) -> Result<(Predicate, Chain), Error> {
        self.skip_spaces();
        let start = self.at;
        let mut parts = vec![self.one()?];
        let (first, first_end, mut last_start) = (self.last.clone(), self.at, start);
        while self.word("and") {
            self.before = self.last.take().map(|part| (part, "and"));
            self.skip_spaces();
            last_start = self.at;
            parts.push(self.one()?);
        }
        let (n_parts, last, end) = (parts.len(), self.last.take(), self.at);
        let predicate = if n_parts == 1 { parts.remove(0) } else { Predicate::And(parts) };
        Ok((predicate, Chain { n_parts, first, last, start, first_end, last_start, end }))
    }

    fn one(&mut self) -> Result<Predicate, Error> {
        // Why a limit: each parenthesis and each `not` is one call deeper.
        if self.depth > 100 {
            return Err(self.unexpected("fewer parentheses"));
        }
        self.depth += 1;
        let before = self.before.take();
        let predicate = if self.word("not") {
            let denied = Predicate::Nor(vec![self.one()?]);
            self.last = self.last.take().map(Part::denied);
            denied
        } else if self.sign("(") {
            let inner = self.any_of()?;
            if !self.sign(")") {
                return Err(self.unexpected("`)`"));
            }
            self.last = None;
            inner
        } else {
            self.comparison(before)?
        };
        self.depth -= 1;
        Ok(predicate)
    }

    fn comparison(&mut self, before: Option<(Part, &'static str)>) -> Result<Predicate, Error> {
        self.skip_spaces();
        self.last = None;
        let at = self.at;
        if let Some(predicate) = self.category()? {
            self.refuse_unclear(before, at)?;
            return Ok(predicate);
        }
        if let Some(predicate) = self.value_first()? {
            return Ok(predicate);
        }
        // `age over 30 and under 35`
        if self.last_name.is_some() && behind_words(self.rest()).is_some() && !self.knows(self.next_name().0) {
            let words = &self.rest()[..end_of_value(self.rest(), self.depth > 0, Place::List)];
            return Err(self.of_no_column(words.trim_end(), ""));
        }
        let (name, subject) = self.named()?;
        self.last_name = Some(name);
        if let Some(predicate) = self.without_answer(&subject) {
            return Ok(predicate);
        }
        let verb = self.verb();
        if self.word("in") {
            return self.among(name, &subject, !verb.is_not);
        }
        if self.word("between") {
            let inside = self.between(name, &subject)?;
            return Ok(if verb.is_not { Predicate::Nor(vec![inside]) } else { inside });
        }
        if verb.is_none() && self.sign("~") {
            return self.matching(name, subject);
        }
        let Some((sign, comparison)) = self.compared(verb, &subject) else {
            if let Some(error) = self.no_answer(name, &subject) {
                return Err(error);
            }
            return Err(self.unexpected(COMPARISONS));
        };
        refuse_order(name, &subject, sign, comparison)?;
        let at = self.at;
        let value = self.value(name, &subject)?;
        self.keep((name, &subject), vec![value.clone()], comparison == Comparison::Ne, at);
        Ok(compare(&subject, comparison, value))
    }

    /// Whether the subject has one of the values that come next, or none of them.
    fn among(&mut self, name: &str, subject: &Subject, is_in: bool) -> Result<Predicate, Error> {
        let at = self.at;
        let values = self.values(name, subject)?;
        self.keep((name, subject), values.clone(), !is_in, at);
        Ok(within(subject, values, is_in))
    }

    pub(super) fn comparison_sign(&mut self) -> Option<(&'static str, Comparison)> {
        SIGNS.into_iter().find(|(sign, _)| self.sign(sign))
    }

    /// A regular expression over a text field.
    fn matching(&mut self, name: &str, subject: Subject) -> Result<Predicate, Error> {
        let (pattern, _) = self.raw(name, Place::Alone)?;
        match subject {
            Subject::Field { path, field_type: FieldType::String, .. } => {
                Ok(Predicate::Field(path, Test::Regex(Regex { pattern, options: String::new() })))
            }
            Subject::Computed(_) if subject.is_text() => {
                let error = Error::input(format!("`{name}` is computed, and `~` matches columns of the file alone"));
                Err(error.hint(format!("say which of its answers are meant, like `{name}{}`", subject.example())))
            }
            _ => Err(Error::input(format!("`{name}` is not a text field, so `~` cannot match it"))),
        }
    }

    fn subject(&mut self, name: &str) -> Result<Subject, Error> {
        let catalog = self.catalog;
        let role = catalog.bare_role(name);
        let name = role.as_deref().unwrap_or(name);
        if let Some(dimension) = catalog.dimensions.iter().find(|dimension| dimension.name == name) {
            return Ok(match &dimension.expr {
                Expr::Field(path) => match catalog.field(&path.to_string()) {
                    Some(field) => catalog.subject_of(field),
                    None => return Err(catalog.unknown_field(&path.to_string())),
                },
                _ => Subject::Computed(dimension.clone()),
            });
        }
        if let Some(field) = catalog.field(name) {
            return Ok(catalog.subject_of(field));
        }
        let lacking = match (roles::named(name), catalog.find_left_out(left_out::Kind::Dimension, name)) {
            (Some(need), _) => match roles::column(&catalog.contract, need?) {
                Ok(column) => {
                    let field = catalog.field(&catalog.contract.joined_path(column));
                    return field
                        .map(|field| catalog.subject_of(field))
                        .ok_or_else(|| catalog.unknown_field(&column.name));
                }
                Err(Absent::Wrong(error)) => return Err(error),
                Err(Absent::Lacking(needs)) => needs,
            },
            (None, Some(left_out)) => match catalog.called(name).filter(|_| self.is_typed) {
                Some(called) => return self.subject(called),
                None => left_out.roles.clone(),
            },
            (None, None) => {
                let names = catalog.fields.iter().map(|field| field.path.as_str());
                let names = names.chain(catalog.dimensions.iter().map(|dimension| dimension.name.as_str()));
                let error = Error::input(format!("unknown field `{}` in the filter", diagnostic::quote(name)));
                if let Some(called) = catalog.called(name) {
                    return self.subject(called);
                }
                if let Some(field) = catalog.number_that_means(name).filter(|_| self.is_compared(name)) {
                    return Ok(catalog.subject_of(field));
                }
                let hint = catalog.groups_that_mean(name).unwrap_or_else(|| nearest("field", name, names));
                return Err(error.hint(hint).hint_at(diagnostic::Action::ListFields));
            }
        };
        add(&mut self.lacking, lacking.clone());
        Err(left_out::lacking(name, &lacking))
    }

    fn values(&mut self, name: &str, subject: &Subject) -> Result<Vec<Bson>, Error> {
        let bracketed = self.sign("(");
        self.skip_spaces();
        let (at, list) = (self.at, self.rest());
        self.depth += usize::from(bracketed);
        let mut values = vec![self.value_in(name, subject, Place::List)?];
        while self.sign(",") {
            values.push(self.value_in(name, subject, Place::List)?);
        }
        let list = &list[..self.at - at];
        if let Some(unclear) = value::one_or_several(list).filter(|_| !subject.is_text()) {
            let error = Error::input(format!("`{unclear}` may be one number or several")).at(self.place(at));
            return Err(error.hint(format!(
                "`{}` is one, `{}` are several",
                unclear.replace(',', ""),
                unclear.replace(',', ", ")
            )));
        }
        self.depth -= usize::from(bracketed);
        if bracketed && !self.sign(")") {
            return Err(self.unexpected("`,` or `)`"));
        }
        Ok(values)
    }

    /// The text of a value, and whether it stood in quotes.
    fn raw(&mut self, name: &str, place: Place) -> Result<(String, bool), Error> {
        self.skip_spaces();
        let rest = self.rest();
        if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let Some(length) = rest[1..].find(quote) else {
                return Err(self.unexpected("a closing quote"));
            };
            self.at += length + 2;
            return Ok((rest[1..=length].to_owned(), true));
        }
        let length = end_of_value(rest, self.depth > 0, place);
        let value = rest[..length].trim_end();
        if value.is_empty() {
            return Err(self.unexpected(&format!("a value for `{name}`")));
        }
        self.at += value.len();
        Ok((value.to_owned(), false))
    }

    /// A value of the subject's type.
    fn value(&mut self, name: &str, subject: &Subject) -> Result<Bson, Error> {
        // Only numbers have commas inside.
        self.value_in(name, subject, if subject.is_text() { Place::List } else { Place::Alone })
    }

    fn value_in(&mut self, name: &str, subject: &Subject, place: Place) -> Result<Bson, Error> {
        self.skip_spaces();
        let at = self.at;
        let (text, quoted) = match self.known_answer(subject) {
            Some(text) => (text, false),
            None => self.raw(name, place)?,
        };
        let is_percent = text.ends_with('%');
        let value = typed(name, subject, text, quoted).map_err(|error| error.at(self.place(at)))?;
        if self.is_part(subject) && !is_percent {
            value::refuse_percent(name, &value).map_err(|error| error.at(self.place(at)))?;
        }
        Ok(value)
    }

    /// Whether it is a part of a whole, which seldom is more than one: a share, or the part of the limit that is used.
    fn is_part(&self, subject: &Subject) -> bool {
        let Subject::Field { path, .. } = subject else { return false };
        let field = self.catalog.fields.iter().find(|field| field.joined_path == path.to_string());
        field.is_some_and(|field| {
            let column = &self.catalog.contract.columns[field.column];
            column.unit == Unit::Share || column.role == Some(Role::Utilization)
        })
    }
}
