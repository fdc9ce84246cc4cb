//! The one error of this crate: what is wrong with a pipeline, where, and what to do.

use std::fmt;

/// What is wrong with a pipeline. Printed on up to three lines: `error` text, place, hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    message: String,
    /// Where inside a stage or an expression, outermost first: built while the error climbs out of the parser.
    trail: String,
    place: Option<String>,
    hint: Option<String>,
    code: Option<i32>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The user can mend it.
    Input,
    /// MongoDB has it, we do not yet.
    Unsupported,
}

impl Error {
    /// The user wrote something that no server would take.
    #[must_use]
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message.into())
    }

    /// The user wrote something that MongoDB takes and we do not yet.
    #[must_use]
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, message.into())
    }

    fn new(kind: ErrorKind, message: String) -> Self {
        Self(Box::new(Inner { kind, message, trail: String::new(), place: None, hint: None, code: None }))
    }

    /// Says where, such as ``stage 3, `$group.avg_limit.$avg` ``; a place already there is kept.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.0.place.get_or_insert_with(|| place.into());
        self
    }

    /// Says what to do; a hint already there is kept.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Puts where the pipeline came from (a file) before the place.
    #[must_use]
    pub fn within(mut self, source: &str) -> Self {
        self.0.place = Some(match self.0.place.take() {
            Some(place) => format!("{source}: {place}"),
            None => source.to_owned(),
        });
        self
    }

    /// Keeps the code that a MongoDB server gives for the same mistake; one already there is kept.
    #[must_use]
    pub fn code(mut self, code: i32) -> Self {
        self.0.code.get_or_insert(code);
        self
    }

    /// Says that the trouble lies under `segment`: a field, an operator, or `[3]` for an element of an array.
    pub(crate) fn under(mut self, segment: &str) -> Self {
        let dot = if self.0.trail.is_empty() || self.0.trail.starts_with('[') { "" } else { "." };
        self.0.trail = format!("{segment}{dot}{}", self.0.trail);
        self
    }

    /// Makes a place of the trail so far, inside the stage of that number (from 1) where there is one.
    pub(crate) fn settled(mut self, stage: Option<usize>) -> Self {
        let trail = std::mem::take(&mut self.0.trail);
        let quoted = if trail.is_empty() { String::new() } else { format!("`{trail}`") };
        let mut parts: Vec<String> = stage.map(|number| format!("stage {number}")).into_iter().collect();
        parts.extend((!quoted.is_empty()).then_some(quoted));
        let mut place = parts.join(", ");
        if let Some(inner) = self.0.place.take() {
            place = if place.is_empty() { inner } else { format!("{place}: {inner}") };
        }
        self.0.place = (!place.is_empty()).then_some(place);
        self
    }

    /// Whose turn it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The code that a MongoDB server gives for the same mistake, where we are sure of it.
    #[must_use]
    pub fn error_code(&self) -> Option<i32> {
        self.0.code
    }

    /// Where.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.0.place.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(place) = &self.0.place {
            write!(f, "\n  at {place}")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A hint that helps with a misspelt name: all valid names where there are ten or fewer, else the three nearest.
/// `what` is the singular noun, such as `field`.
#[must_use]
pub fn nearest<'a>(what: &str, wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> String {
    let mut valid: Vec<&str> = valid.into_iter().collect();
    let quote = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let plural = what.strip_suffix("sis").map_or_else(|| format!("{what}s"), |stem| format!("{stem}ses"));
    if valid.len() <= 10 {
        return format!("the {plural} here are {}", quote(&valid));
    }
    valid.sort_by_key(|name| distance(&wrong.to_lowercase(), &name.to_lowercase()));
    format!("{plural} with a near name: {}", quote(&valid[..3]))
}

/// Levenshtein's edit distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_of_many_names_come_first() {
        let names = ["$abs", "$add", "$and", "$avg", "$ceil", "$cmp", "$cond", "$concat", "$divide", "$eq", "$exp"];
        assert_eq!(nearest("operator", "$ad", names), "operators with a near name: `$add`, `$and`, `$abs`");
        assert_eq!(nearest("stage", "$x", ["$match", "$sort"]), "the stages here are `$match`, `$sort`");
    }
}
