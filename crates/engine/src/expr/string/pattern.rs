//! Regular expressions as PCRE means them, compiled once.
//!
//! In: a pattern and its options (`i m x s u`). Out: matches. MongoDB: patterns are UTF-8, but without `(*UCP)` `\w`, `\d`,
//! `\s` and `\b` know ASCII only. Invariant: a pattern with catastrophic backtracking ends in an error after a bounded
//! number of steps, as it does on the server.
//! Why not a library in Rust: `fancy-regex` has no recursion, no verbs, no branch reset and another `\b`, so that each
//! pattern had to be rewritten, and what was forgotten answered wrongly.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use pcre2::bytes::{CaptureLocations, Regex, RegexBuilder};

use super::pcre;
use crate::Error;

/// PCRE2's own bound on its steps is ten million, as the server's. This one bounds its memory, in KiB.
const HEAP: &str = "(*LIMIT_HEAP=65536)";
/// The stack of compiled matching, in bytes: a group repeated over a text of some 10,000 characters.
const STACK_BYTES: usize = 1 << 20;
/// Patterns kept compiled on each thread.
const KEPT: usize = 64;

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub struct Pattern(Arc<Regex>);

/// The places of a match and of its groups; `None` for a group that took no part.
pub(super) type Groups = Vec<Option<Range<usize>>>;

impl Pattern {
    /// Compiles a pattern; bad ones and unknown options are the server's error 51111 (51108).
    pub fn new(pattern: &str, options: &str) -> Result<Self, Error> {
        Self::compiled(pattern, options).map(|(compiled, _)| compiled)
    }

    /// The same for the query language, which has a code of its own for a bad pattern.
    ///
    /// MongoDB: there a pattern is also put into a group, which one that ends in a comment or a quotation does not let end.
    pub(crate) fn of_query(pattern: &str, options: &str) -> Result<Self, Error> {
        let refused = |why: &str| Error::coded(51_091, why);
        let (compiled, open) =
            Self::compiled(pattern, options).map_err(|error| refused(error.diagnostic().message()))?;
        if let Some(open) = open {
            return Err(refused(&format!("invalid regex `{pattern}`: its {open} does not end")));
        }
        Ok(compiled)
    }

    /// The pattern, and what it ends in: a comment or a quotation.
    fn compiled(pattern: &str, options: &str) -> Result<(Self, Option<&'static str>), Error> {
        let builder = builder(options)?;
        let refused = |why: &dyn std::fmt::Display| Error::coded(51_111, format!("invalid regex `{pattern}`: {why}"));
        let (translated, open) = pcre::translate(pattern, options).map_err(|why| refused(&why))?;
        let compiled = builder.build(&format!("{HEAP}{translated}")).map_err(|error| refused(&said(&error)))?;
        Ok((Self(Arc::new(compiled)), open))
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> Result<bool, Error> {
        self.0.is_match(text.as_bytes()).map_err(|error| given_up(&error))
    }
}

/// A pattern of one thread, with room for the places of a match: that has a stack of its own, which is not made anew for each.
pub(super) struct Searcher {
    pattern: Pattern,
    places: RefCell<CaptureLocations>,
}

impl Searcher {
    /// The pattern, compiled now or earlier on this thread.
    pub(super) fn cached(pattern: &str, options: &str) -> Result<Rc<Self>, Error> {
        thread_local! {
            static CACHE: RefCell<HashMap<(String, String), Rc<Searcher>>> = RefCell::default();
        }
        let key = (pattern.to_owned(), options.to_owned());
        CACHE.with_borrow_mut(|cache| {
            if let Some(compiled) = cache.get(&key) {
                return Ok(Rc::clone(compiled));
            }
            let pattern = Pattern::new(pattern, options)?;
            let places = RefCell::new(pattern.0.capture_locations());
            let compiled = Rc::new(Self { pattern, places });
            // Patterns made from data could be many; starting over is rare and cheap.
            if cache.len() >= KEPT {
                cache.clear();
            }
            cache.insert(key, Rc::clone(&compiled));
            Ok(compiled)
        })
    }

    /// Whether it matches anywhere.
    pub(super) fn is_match(&self, text: &str) -> Result<bool, Error> {
        self.pattern.is_match(text)
    }

    /// The first match at or behind a byte position: its own place, then those of its groups.
    pub(super) fn groups_from(&self, text: &str, position: usize) -> Result<Option<Groups>, Error> {
        let mut places = self.places.borrow_mut();
        let found = self.pattern.0.captures_read_at(&mut places, text.as_bytes(), position);
        if found.map_err(|error| given_up(&error))?.is_none() {
            return Ok(None);
        }
        let groups = (0..places.len()).map(|group| places.get(group).map(|(start, end)| start..end));
        Ok(Some(groups.collect()))
    }
}

fn builder(options: &str) -> Result<RegexBuilder, Error> {
    let mut builder = RegexBuilder::new();
    // Of these only the Unicode one looks through no text before it matches, which a loop over matches would do each time.
    builder.ucp(true).jit_if_available(true).max_jit_stack_size(Some(STACK_BYTES));
    for option in options.chars() {
        match option {
            'i' => builder.caseless(true),
            'm' => builder.multi_line(true),
            'x' => builder.extended(true),
            's' => builder.dotall(true),
            'u' => &mut builder,
            other => return Err(Error::coded(51_108, format!("invalid flag in regex options: `{other}`"))),
        };
    }
    Ok(builder)
}

/// Refuses options that there are none of.
pub(super) fn check_options(options: &str) -> Result<(), Error> {
    builder(options).map(|_| ())
}

fn given_up(error: &pcre2::Error) -> Error {
    Error::coded(51_156, format!("error occurred while executing the regular expression: {}", said(error)))
}

/// What went wrong, without the library's name and the place in a pattern that is not quite the user's.
fn said(error: &pcre2::Error) -> String {
    let shown = error.to_string();
    shown.splitn(3, ": ").last().unwrap_or(&shown).to_owned()
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
        assert_eq!(pattern.is_match(&text).unwrap_err().code(), Some(51_156));
        let deep = Pattern::new("^(a|b)*$", "").unwrap();
        assert!(deep.is_match(&"ab".repeat(2_000)).unwrap());
        assert_eq!(deep.is_match(&"ab".repeat(1 << 20)).unwrap_err().code(), Some(51_156));
    }
}
