//! Regular expressions as PCRE means them, compiled once.
//!
//! In: a pattern and its options (`i m x s u`). Out: matches. Invariant: a pattern with catastrophic backtracking
//! ends in an error after a bounded number of steps, as it does on the server.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use fancy_regex::{Captures, Regex, RegexBuilder};

use super::pcre::{self, End};
use crate::Error;

/// Steps that a match may take before it is given up; PCRE's own bound has this order of magnitude.
const STEPS: usize = 1_000_000;
/// Patterns kept compiled on each thread.
const KEPT: usize = 64;

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    /// With `$` only at the very end, which needs no look ahead.
    plain: Regex,
    /// With `$` before a last newline too, for texts that end in one; `None` where it makes no difference.
    before_newline: Option<Regex>,
}

impl Pattern {
    /// Compiles a pattern; bad ones and unknown options are the server's error 51111 (51108).
    pub fn new(pattern: &str, options: &str) -> Result<Self, Error> {
        let plain = pcre::translate(pattern, options, End::OfText);
        let before_newline = pcre::translate(pattern, options, End::OrLastNewline);
        let compiled = |text: &str| {
            let built = builder(text, options)?.build();
            built.map_err(|error| Error::coded(51_111, format!("invalid regex `{pattern}`: {error}")))
        };
        Ok(Self(Arc::new(Compiled {
            plain: compiled(&plain)?,
            before_newline: (plain != before_newline).then(|| compiled(&before_newline)).transpose()?,
        })))
    }

    /// The pattern, compiled now or earlier on this thread.
    pub(crate) fn cached(pattern: &str, options: &str) -> Result<Rc<Self>, Error> {
        thread_local! {
            static CACHE: RefCell<HashMap<(String, String), Rc<Pattern>>> = RefCell::default();
        }
        let key = (pattern.to_owned(), options.to_owned());
        CACHE.with_borrow_mut(|cache| {
            if let Some(compiled) = cache.get(&key) {
                return Ok(Rc::clone(compiled));
            }
            let compiled = Rc::new(Self::new(pattern, options)?);
            // Patterns made from data could be many; starting over is rare and cheap.
            if cache.len() >= KEPT {
                cache.clear();
            }
            cache.insert(key, Rc::clone(&compiled));
            Ok(compiled)
        })
    }

    fn for_text(&self, text: &str) -> &Regex {
        match &self.0.before_newline {
            Some(regex) if text.ends_with('\n') => regex,
            _ => &self.0.plain,
        }
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> Result<bool, Error> {
        self.for_text(text).is_match(text).map_err(|error| given_up(&error))
    }

    /// The first match at or behind a byte position.
    pub(super) fn captures_from<'t>(&self, text: &'t str, position: usize) -> Result<Option<Captures<'t, str>>, Error> {
        self.for_text(text).captures_from_pos(text, position).map_err(|error| given_up(&error))
    }
}

fn builder(pattern: &str, options: &str) -> Result<RegexBuilder, Error> {
    let mut builder = RegexBuilder::new(pattern);
    builder.backtrack_limit(STEPS);
    for option in options.chars() {
        match option {
            'i' => builder.case_insensitive(true),
            'm' => builder.multi_line(true),
            'x' => builder.ignore_whitespace(true),
            's' => builder.dot_matches_new_line(true),
            'u' => &mut builder,
            other => return Err(Error::coded(51_108, format!("invalid flag in regex options: `{other}`"))),
        };
    }
    Ok(builder)
}

fn given_up(error: &fancy_regex::Error) -> Error {
    Error::coded(51_156, format!("error occurred while executing the regular expression: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, options: &str, text: &str) -> bool {
        Pattern::new(pattern, options).unwrap().is_match(text).unwrap()
    }

    #[test]
    fn options_and_lookaround_work() {
        assert!(matches("^A.c$", "im", "x\nabc\ny"));
        assert!(!matches("^abc$", "", "x\nabc"));
        assert!(matches("a . c", "x", "abc"));
        assert!(matches("a.c", "s", "a\nc"));
        assert!(matches(r"(\w)\1", "", "hello"));
        assert!(matches("foo(?!bar)", "", "foobaz"));
        assert_eq!(Pattern::new("(", "").unwrap_err().code(), Some(51_111));
        assert_eq!(Pattern::new("a", "q").unwrap_err().code(), Some(51_108));
    }

    #[test]
    fn catastrophic_patterns_end() {
        let pattern = Pattern::new(r"^(?:(a+)+)\1?$(?<!x)", "").unwrap();
        let text = format!("{}b", "a".repeat(60));
        assert!(!pattern.is_match(&text).unwrap_or(false));
    }
}
