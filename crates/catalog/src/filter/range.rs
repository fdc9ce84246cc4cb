//! Comparisons that begin with their value, and ranges: `30 <= age`, `30 <= age < 40`, `age between 30 and 40`.
//!
//! In: the rest of a filter. Out: a predicate of one column. Invariant: a range that holds nothing, or whose ends may be meant otherwise
//! than they are written, is refused.

use bson::Bson;
use pipeline::Error;
use pipeline::ast::{Comparison, Predicate};

use super::Reader;
use super::sign::{is_upward, same_way, turned};
use super::subject::{Subject, both, compare, refuse_order};
use super::value::{self, Place, typed};

impl Reader<'_> {
    /// `30 <= Customer_Age`, `30 <= Customer_Age < 40`: a comparison that starts with its value; none where a name comes next.
    pub(super) fn value_first(&mut self) -> Result<Option<Predicate>, Error> {
        let (rest, (name, _)) = (self.rest(), self.next_name());
        let starts_a_value = |c: char| c.is_ascii_digit() || matches!(c, '$' | '-' | '.' | '\'' | '"');
        if !rest.starts_with(starts_a_value) || (!name.is_empty() && self.knows(name)) {
            return Ok(None);
        }
        let at = self.at;
        let first = if rest.starts_with(['\'', '"']) {
            self.raw("the comparison", Place::Alone)?
        } else {
            let end = rest.find(['<', '>', '=', '!', '≠', '≤', '≥']).unwrap_or(rest.len());
            self.at += end;
            (rest[..end].trim_end().to_owned(), false)
        };
        let Some((sign, comparison)) = self.comparison_sign() else {
            let wanted = "one of `<`, `<=`, `>`, `>=` and a name";
            let hint = "a value by itself is of no column; several values of one are like `age in 40, 45`";
            return Err(self.expected(wanted).hint(hint));
        };
        let (name, subject) = self.named()?;
        refuse_order(name, &subject, sign, comparison)?;
        let first = typed(name, &subject, first.0, first.1).map_err(|error| error.at(self.place(at)))?;
        let left = compare(&subject, turned(comparison), first.clone());
        let before = self.at;
        let Some((second, other)) = self.comparison_sign() else { return Ok(Some(left)) };
        if !same_way(comparison, other) {
            self.at = before;
            let error = Error::input(format!("`{sign}` and `{second}` do not point the same way"));
            return Err(error.at(self.place(before)).hint(format!("a range is like `30 <= {name} <= 40`")));
        }
        let right = self.value(name, &subject)?;
        self.refuse_scale(at, before)?;
        let (low, high) = if is_upward(comparison) { (&first, &right) } else { (&right, &first) };
        self.refuse_descending(at, low, high)?;
        Ok(Some(both(left, compare(&subject, other, right))))
    }

    /// What lies from one value to another, both included.
    pub(super) fn between(&mut self, name: &str, subject: &Subject) -> Result<Predicate, Error> {
        refuse_order(name, subject, "between", Comparison::Gte)?;
        let at = self.at;
        let low = self.value(name, subject)?;
        if !self.word("and") {
            return Err(self.unexpected("`and` with the end of the range"));
        }
        let (middle, high) = (self.at, self.value(name, subject)?);
        self.refuse_scale(at, middle)?;
        self.refuse_descending(at, &low, &high)?;
        Ok(both(compare(subject, Comparison::Gte, low), compare(subject, Comparison::Lte, high)))
    }

    /// Refuses the range from `at` to here whose end, behind `middle`, has a `k` or an `m` where its beginning has none, and is small.
    fn refuse_scale(&self, at: usize, middle: usize) -> Result<(), Error> {
        let [low, high] = [&self.text[at..middle], &self.text[middle..self.at]];
        let Some((low, scale)) = value::without_scale(low, high) else { return Ok(()) };
        let error = Error::input(format!("it is not clear whether `{low}` is {low} or {low}{scale}"));
        Err(error.at(self.place(at)).hint(format!("write both ends alike: `{low}{scale}`, or the other one in full")))
    }

    /// Refuses the range at `at` where it ends before it begins.
    fn refuse_descending(&self, at: usize, low: &Bson, high: &Bson) -> Result<(), Error> {
        if !value::is_descending(low, high) {
            return Ok(());
        }
        let error = Error::input(format!("nothing lies between {low} and {high}"));
        Err(error.at(self.place(at)).hint("the smaller value stands first"))
    }
}
