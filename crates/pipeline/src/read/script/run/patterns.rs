//! Regular expressions that the text itself runs, as JavaScript has them; those of Python are in `re`.
//!
//! In: a pattern, a string. Out: what is found, or put in its place. Invariant: the work is bounded; what JavaScript writes otherwise than
//! PCRE2, which does the work, is written anew or refused.

use std::rc::Rc;

use pcre2::bytes::{Regex, RegexBuilder};

use super::{
    Machine,
    value::{Args, Item, Pattern, Value},
};
use crate::{Error, read::script::syntax::Span};

/// How many steps one search may take.
const LIMIT: &str = "(*LIMIT_MATCH=100000)";
/// How long a string may be that is searched.
const MAX_LENGTH: usize = 10_000;

/// What was found in a string: the whole, and each group, by their bytes.
pub(super) struct Found {
    pub(super) groups: Vec<Option<(usize, usize)>>,
}

impl Found {
    pub(super) fn whole(&self) -> (usize, usize) {
        self.groups.first().copied().flatten().unwrap_or_default()
    }
}

impl Machine<'_> {
    pub(super) fn compiled(&self, pattern: &str, flags: &str, span: Span) -> Result<Regex, Error> {
        let has = |flag: char| flags.contains(flag);
        RegexBuilder::new()
            .utf(true)
            .ucp(self.is_python)
            .caseless(has('i'))
            .multi_line(has('m'))
            .dotall(has('s'))
            .extended(has('x'))
            .build(&format!("{LIMIT}{pattern}"))
            .map_err(|_| self.error(span, "this regular expression cannot be run here").hint("write out what it gives"))
    }

    /// All that a pattern finds, or the first alone.
    pub(super) fn found(
        &mut self,
        regex: &Regex,
        text: &str,
        is_first_only: bool,
        span: Span,
    ) -> Result<Vec<Found>, Error> {
        if text.len() > MAX_LENGTH {
            return Err(self.error(span, format!("a string that is searched has at most {MAX_LENGTH} bytes here")));
        }
        let mut all = Vec::new();
        for captures in regex.captures_iter(text.as_bytes()) {
            self.charge(100, span)?;
            let captures = captures.map_err(|_| self.error(span, "this regular expression takes too many steps"))?;
            let group = |at: usize| captures.get(at).map(|found| (found.start(), found.end()));
            all.push(Found { groups: (0..captures.len()).map(group).collect() });
            if is_first_only {
                break;
            }
        }
        Ok(all)
    }

    fn of_pattern(&mut self, pattern: &Pattern, text: &str, is_first: bool, span: Span) -> Result<Vec<Found>, Error> {
        let written = in_pcre(&pattern.source, pattern.flags.contains('m'));
        let written = written.ok_or_else(|| self.error(span, "this regular expression cannot be run here"))?;
        if pattern.flags.contains('y') {
            return Err(self.error(span, "the flag `y` of a regular expression is not read here"));
        }
        let regex = self.compiled(&written, &pattern.flags, span)?;
        self.found(&regex, text, is_first, span)
    }

    /// `/a/.test(…)` and `/a/.exec(…)`.
    pub(super) fn method_of_pattern(
        &mut self,
        pattern: &Rc<Pattern>,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Value, Error> {
        match name {
            "test" | "exec" if pattern.flags.contains('g') => Err(self
                .error(
                    span,
                    format!("`{name}` with the flag `g` goes on where it ended before, which is not read here"),
                )
                .hint("leave the flag out, or use `matchAll`")),
            "test" | "exec" => {
                let text = self.text_of(&args.first(), span)?;
                let found = self.of_pattern(pattern, &text, true, span)?;
                match (name, found.first()) {
                    ("test", found) => Ok(Value::Boolean(found.is_some())),
                    (_, Some(found)) => self.groups(&text, found, span),
                    _ => Ok(Value::Null),
                }
            }
            "toString" => Ok(Value::text(format!("/{}/{}", pattern.source, pattern.flags))),
            _ => Err(self.no_method(&Value::Pattern(Rc::clone(pattern)), name, span)),
        }
    }

    pub(super) fn groups(&mut self, text: &str, found: &Found, span: Span) -> Result<Value, Error> {
        let part = |group: &Option<(usize, usize)>| {
            group.map_or(if self.is_python { Value::Null } else { Value::Undefined }, |(a, b)| Value::text(&text[a..b]))
        };
        let items = found.groups.iter().map(|group| part(group).at(span)).collect();
        self.list(items, span)
    }

    /// The methods of strings that search.
    pub(super) fn search_text(&mut self, text: &str, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        let pattern = match args.first() {
            Value::Pattern(pattern) => pattern,
            other => Rc::new(Pattern { source: Rc::from(self.text_of(&other, span)?), flags: Rc::from("") }),
        };
        let is_global = pattern.flags.contains('g');
        let found = self.of_pattern(&pattern, text, name == "search" || (name == "match" && !is_global), span)?;
        match name {
            "search" => {
                let at = found.first().map(|found| text[..found.whole().0].encode_utf16().count() as f64);
                Ok(Value::Number(at.unwrap_or(-1.0)))
            }
            "match" if is_global && !found.is_empty() => {
                let parts = found.iter().map(|found| text[found.whole().0..found.whole().1].to_owned()).collect();
                self.texts(parts, span)
            }
            "match" => match found.first() {
                Some(found) => self.groups(text, found, span),
                None => Ok(Value::Null),
            },
            _ if !is_global => Err(self.error(span, "`matchAll` needs the flag `g`")),
            _ => {
                let mut all = Vec::with_capacity(found.len());
                for found in &found {
                    all.push(self.groups(text, found, span)?.at(span));
                }
                self.list(all, span)
            }
        }
    }

    /// `replace` and `replaceAll`, by a string or a pattern, with a string or a function.
    pub(super) fn replaced(&mut self, text: &str, name: &str, args: &Args, span: Span) -> Result<String, Error> {
        let mut names = Vec::new();
        let found = match args.first() {
            Value::Pattern(pattern) => {
                let is_global = pattern.flags.contains('g');
                if name == "replaceAll" && !is_global {
                    return Err(self.error(span, "`replaceAll` needs the flag `g`"));
                }
                names = names_of(&pattern.source);
                self.of_pattern(&pattern, text, !is_global, span)?
            }
            other => {
                let wanted = self.text_of(&other, span)?;
                let all = text.match_indices(&wanted).map(|(at, part)| (at, at + part.len()));
                let all = all.take(if name == "replace" { 1 } else { usize::MAX });
                all.map(|whole| Found { groups: vec![Some(whole)] }).collect()
            }
        };
        let with = args.get(1, "");
        let template = match &with {
            Value::Function(_) | Value::Native(_) | Value::Bound(_) => None,
            other => Some(self.text_of(other, span)?),
        };
        self.replaced_by(text, &found, span, |machine, found| {
            if let Some(template) = &template {
                return Ok(expanded(template, text, found, &names));
            }
            let Value::List(groups) = machine.groups(text, found, span)? else { return Ok(String::new()) };
            let mut given = machine.lists[groups].items.clone();
            let at = text[..found.whole().0].encode_utf16().count() as f64;
            given.extend([Value::Number(at).at(span), Value::text(text).at(span)]);
            let made = machine.apply(&with, &Args::of(given), span)?;
            machine.text_of(&made, span)
        })
    }

    pub(super) fn replaced_by(
        &mut self,
        text: &str,
        all: &[Found],
        span: Span,
        mut with: impl FnMut(&mut Self, &Found) -> Result<String, Error>,
    ) -> Result<String, Error> {
        let mut made = String::new();
        let mut end = 0;
        for found in all {
            let (start, stop) = found.whole();
            made.push_str(&text[end..start]);
            made.push_str(&with(self, found)?);
            self.charge(1 + made.len() / 256, span)?;
            end = stop;
        }
        made.push_str(&text[end..]);
        Ok(made)
    }

    /// `"a1b".split(/\d/)`: with what the groups found in between.
    pub(super) fn split_by(&mut self, text: &str, pattern: &Pattern, span: Span) -> Result<Vec<Item>, Error> {
        let found = self.of_pattern(pattern, text, false, span)?;
        let mut parts = Vec::new();
        let mut end = 0;
        for found in &found {
            let (start, stop) = found.whole();
            if start == stop && (start == 0 || start == text.len()) {
                continue;
            }
            parts.push(Value::text(&text[end..start]).at(span));
            if let Value::List(groups) = self.groups(text, found, span)? {
                parts.extend(self.lists[groups].items.iter().skip(1).cloned());
            }
            end = stop;
        }
        if !text.is_empty() || found.is_empty() {
            parts.push(Value::text(&text[end..]).at(span));
        }
        Ok(parts)
    }
}

/// `$1`, `$&`, `` $` ``, `$'`, `$<name>` and `$$` in what JavaScript puts in place.
fn expanded(template: &str, text: &str, found: &Found, names: &[(String, usize)]) -> String {
    let (start, end) = found.whole();
    let n_groups = found.groups.len() - 1;
    let group = |at: usize| found.groups.get(at).copied().flatten().map_or("", |(a, b)| &text[a..b]);
    let mut made = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        made.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
        let number = (1..=digits)
            .rev()
            .find_map(|n| rest[..n].parse().ok().filter(|n| (1..=n_groups).contains(n)).map(|at: usize| (n, at)));
        let name = rest.strip_prefix('<').filter(|_| !names.is_empty()).and_then(|behind| behind.split_once('>'));
        match (rest.chars().next(), number, name) {
            (Some('$'), ..) => made.push('$'),
            (Some('&'), ..) => made.push_str(&text[start..end]),
            (Some('`'), ..) => made.push_str(&text[..start]),
            (Some('\''), ..) => made.push_str(&text[end..]),
            (_, Some((n, at)), _) => {
                made.push_str(group(at));
                rest = &rest[n..];
                continue;
            }
            (_, _, Some((name, behind))) => {
                made.push_str(names.iter().find(|(known, _)| known == name).map_or("", |(_, at)| group(*at)));
                rest = behind;
                continue;
            }
            _ => {
                made.push('$');
                continue;
            }
        }
        rest = &rest[1..];
    }
    made + rest
}

/// The names of a pattern's groups, with their numbers.
pub(super) fn names_of(source: &str) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    let (mut n_groups, mut is_in_class, mut is_escaped) = (0, false, false);
    for (at, c) in source.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => is_in_class = true,
            ']' => is_in_class = false,
            '(' if !is_in_class => {
                let rest = &source[at + 1..];
                let group = rest.strip_prefix("?<").or_else(|| rest.strip_prefix("?P<"));
                let group = group.filter(|name| !name.starts_with(['=', '!'])).and_then(|name| name.split_once('>'));
                n_groups += usize::from(group.is_some() || !rest.starts_with('?'));
                names.extend(group.map(|(name, _)| (name.to_owned(), n_groups)));
            }
            _ => {}
        }
    }
    names
}

/// A pattern of JavaScript in PCRE2's words; nothing where it has none.
fn in_pcre(source: &str, is_multi_line: bool) -> Option<String> {
    let mut made = String::new();
    let mut is_in_class = false;
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let next = rest.chars().next()?;
                rest = &rest[next.len_utf8()..];
                match next {
                    'u' if rest.starts_with('{') => {
                        let (digits, behind) = rest[1..].split_once('}')?;
                        made.extend(["\\x{", digits, "}"]);
                        rest = behind;
                    }
                    'u' => {
                        let digits = rest.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
                        made.extend(["\\x{", digits, "}"]);
                        rest = &rest[4..];
                    }
                    'v' => made.push_str("\\x0b"),
                    's' if !is_in_class => made.push_str("[\\s\\h\\x0b\\x{feff}\\x{2028}\\x{2029}]"),
                    'd' | 'D' | 'w' | 'W' | 's' | 'b' | 'n' | 'r' | 't' | 'f' | 'x' | 'k' | '0'..='9' => {
                        made.extend(['\\', next]);
                    }
                    'B' if !is_in_class => made.push_str("\\B"),
                    c if c.is_alphabetic() => return None,
                    c => made.extend(['\\', c]),
                }
            }
            '[' if is_in_class => made.push_str("\\["),
            '[' if rest.starts_with("^]") => {
                made.push_str("[\\s\\S]");
                rest = &rest[2..];
            }
            '[' if rest.starts_with(']') => {
                made.push_str("(?!)");
                rest = &rest[1..];
            }
            '[' => {
                is_in_class = true;
                made.push('[');
            }
            ']' => {
                is_in_class = false;
                made.push(']');
            }
            '$' if !is_in_class && !is_multi_line => made.push_str("\\z"),
            '(' if !is_in_class && rest.starts_with(['?', '*']) => {
                let known = ["?:", "?=", "?!", "?<"];
                known.iter().find(|known| rest.starts_with(**known))?;
                made.push('(');
            }
            '*' | '+' | '?' | '}' if !is_in_class && rest.starts_with('+') => return None,
            c => made.push(c),
        }
    }
    Some(made)
}
