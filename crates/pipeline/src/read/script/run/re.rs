//! Python's `re`, as far as the text itself runs it.
//!
//! In: a pattern and a string. Out: what is found, or put in its place; a match is a dict under names that no dict has.
//! Invariant: as in `patterns`, the work is bounded.

use std::rc::Rc;

use bson::Bson;

use super::{
    Machine,
    patterns::{Found, names_of},
    value::{Args, Entries, Entry, Value},
};
use crate::{
    Error,
    read::script::syntax::{Listing, Span},
};

/// Under which name a match keeps its groups.
const GROUPS: &str = "\0groups";

impl Machine<'_> {
    /// Python's `re.sub(…)` and its kin.
    pub(super) fn re(&mut self, name: &str, args: &Args, span: Span) -> Result<Value, Error> {
        if name == "escape" {
            let text = self.text_of(&args.first(), span)?;
            let escaped = |c: char| {
                let is_special = "()[]{}?*+-|^$\\.&~# \t\n\r\u{b}\u{c}".contains(c);
                if is_special { format!("\\{c}") } else { c.to_string() }
            };
            return self.made_text(text.chars().map(escaped).collect(), span);
        }
        let (pattern, mut flags) = match args.get(0, "pattern") {
            Value::Plain(Bson::RegularExpression(regex)) => (regex.pattern.to_string(), regex.options.to_string()),
            Value::Text(text) => (text.to_string(), String::new()),
            _ => return Err(self.error(span, "a pattern belongs here, a string or `re.compile(…)`")),
        };
        let at_text = usize::from(name == "sub") + 1;
        if let Some(item) = args.item(at_text + 1 + usize::from(matches!(name, "sub" | "split")), "flags") {
            flags.push_str(&super::python::options_of(&item.value));
        }
        let is_limited = args.named.iter().any(|(name, _)| matches!(&**name, "count" | "maxsplit"))
            || (matches!(name, "sub" | "split") && args.items.len() > at_text + 1);
        if is_limited {
            return Err(self.error(span, format!("`re.{name}` with a number of times is not read here")));
        }
        let Value::Text(text) = args.get(at_text, "string") else {
            return Err(self.error(span, "a string belongs here"));
        };
        let written = python_in_pcre(&pattern);
        let written = match name {
            "match" => format!("\\A(?:{written})"),
            "fullmatch" => format!("\\A(?:{written})\\z"),
            _ => written,
        };
        let regex = self.compiled(&written, &flags, span)?;
        let found = self.found(&regex, &text, matches!(name, "match" | "fullmatch" | "search"), span)?;
        match name {
            "match" | "fullmatch" | "search" => match found.first() {
                Some(found) => self.match_object(&text, found, &names_of(&pattern), span),
                None => Ok(Value::Null),
            },
            "findall" => self.found_all(&text, &found, span),
            "split" => self.split_python(&text, &found, span),
            "sub" => {
                let with = args.get(1, "repl");
                let names = names_of(&pattern);
                let made = self.replaced_by(&text, &found, span, |machine, found| match &with {
                    Value::Text(template) => machine.expanded_python(template, &text, found, &names, span),
                    function => {
                        let object = machine.match_object(&text, found, &names, span)?;
                        let made = machine.apply(function, &Args::of(vec![object.at(span)]), span)?;
                        machine.text_of(&made, span)
                    }
                })?;
                self.made_text(made, span)
            }
            _ => Err(self.error(span, format!("`re.{name}` is not read here")).hint("write out what it gives")),
        }
    }

    fn found_all(&mut self, text: &str, found: &[Found], span: Span) -> Result<Value, Error> {
        let mut all = Vec::with_capacity(found.len());
        for found in found {
            let part = |group: &Option<(usize, usize)>| Value::text(group.map_or("", |(a, b)| &text[a..b])).at(span);
            let item = match found.groups.as_slice() {
                [whole] => part(whole),
                [_, only] => part(only),
                [_, groups @ ..] => self.listed(groups.iter().map(part).collect(), Listing::Tuple, span)?.at(span),
                [] => continue,
            };
            all.push(item);
        }
        self.list(all, span)
    }

    fn split_python(&mut self, text: &str, found: &[Found], span: Span) -> Result<Value, Error> {
        let mut parts = Vec::new();
        let mut end = 0;
        for found in found {
            let (start, stop) = found.whole();
            parts.push(Value::text(&text[end..start]).at(span));
            if let Value::List(groups) = self.groups(text, found, span)? {
                parts.extend(self.lists[groups].items.iter().skip(1).cloned());
            }
            end = stop;
        }
        parts.push(Value::text(&text[end..]).at(span));
        self.list(parts, span)
    }

    /// What Python gives for a match: its groups, behind a name that no dict has.
    fn match_object(
        &mut self,
        text: &str,
        found: &Found,
        names: &[(String, usize)],
        span: Span,
    ) -> Result<Value, Error> {
        let groups = self.groups(text, found, span)?;
        let mut entries = Entries::from_iter([(Rc::from(GROUPS), Entry::new(span, groups.at(span)))]);
        for (name, at) in names {
            let part = found.groups.get(*at).copied().flatten().map_or(Value::Null, |(a, b)| Value::text(&text[a..b]));
            entries.insert(Rc::from(format!("\0{name}")), Entry::new(span, part.at(span)));
        }
        self.object(entries, span)
    }

    /// `match.group(1)` and its kin; nothing where the object is no match.
    pub(super) fn method_of_match(
        &mut self,
        id: usize,
        name: &str,
        args: &Args,
        span: Span,
    ) -> Result<Option<Value>, Error> {
        let Some(Value::List(groups)) = self.objects[id].get(GROUPS).map(|entry| entry.item.value.clone()) else {
            return Ok(None);
        };
        let items = self.lists[groups].items.clone();
        match (name, args.first()) {
            ("group", Value::Undefined) => Ok(items.first().map(|item| item.value.clone())),
            ("group", Value::Text(name)) => {
                Ok(self.objects[id].get(format!("\0{name}").as_str()).map(|entry| entry.item.value.clone()))
            }
            ("group", at) if args.items.len() == 1 => {
                let place = self.place(&at, items.len()).and_then(|place| items.get(place));
                place.map(|item| Some(item.value.clone())).ok_or_else(|| self.error(span, "there is no such group"))
            }
            ("groups", _) => self.listed(items[1..].to_vec(), Listing::Tuple, span).map(Some),
            _ => Err(self.error(span, format!("`{name}` of a match is not read here"))),
        }
    }

    /// `\1` and `\g<name>` in what Python puts in place.
    fn expanded_python(
        &self,
        template: &str,
        text: &str,
        found: &Found,
        names: &[(String, usize)],
        span: Span,
    ) -> Result<String, Error> {
        let part = |at: usize| found.groups.get(at).copied().flatten().map_or("", |(a, b)| &text[a..b]);
        let mut made = String::new();
        let mut rest = template;
        while let Some(at) = rest.find('\\') {
            made.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(end) = rest.strip_prefix("g<").and_then(|behind| behind.find('>')) {
                let name = &rest[2..2 + end];
                let number =
                    name.parse().ok().or_else(|| names.iter().find(|(known, _)| known == name).map(|(_, at)| *at));
                made.push_str(part(number.ok_or_else(|| self.error(span, format!("there is no group `{name}`")))?));
                rest = &rest[end + 3..];
                continue;
            }
            match rest.chars().next() {
                Some(c @ '1'..='9') if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                    made.push_str(part(c as usize - '0' as usize));
                }
                Some('\\') => made.push('\\'),
                Some('n') => made.push('\n'),
                Some('t') => made.push('\t'),
                _ => return Err(self.error(span, "this escape in what is put in place is not read here")),
            }
            rest = &rest[1..];
        }
        made.push_str(rest);
        Ok(made)
    }
}

/// A pattern of Python in PCRE2's words.
fn python_in_pcre(source: &str) -> String {
    let mut made = String::new();
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        made.push(c);
        if c == '\\' {
            made.extend(chars.next().map(|next| if next == 'Z' { 'z' } else { next }));
        }
    }
    made
}
