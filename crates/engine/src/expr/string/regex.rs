//! `$regexMatch`, `$regexFind` and `$regexFindAll`: whether, what first, and all that a regular expression matches.
//!
//! In: `input`, `regex` (a string or a regular expression), `options`. MongoDB: null or missing input or pattern
//! matches nothing (false, null, []); options may not be given twice; positions (`idx`) count code points; a group
//! that took no part is null; after an empty match the search goes on one code point further, and it
//! ends where the text does.

use std::ops::Range;
use std::rc::Rc;

use bson::{Bson, doc};

use super::pattern::{self, Groups, Searcher};
use crate::Error;
use crate::expr::args::{self, Args};
use crate::meter::Growing;
use crate::value::{Value, is_nullish, type_name};

pub(in crate::expr) fn is_match(args: &Args<'_>) -> Result<Value, Error> {
    let found = match prepared("$regexMatch", args)? {
        Some((text, pattern)) => pattern.is_match(text)?,
        None => false,
    };
    Ok(Some(Bson::Boolean(found)))
}

pub(in crate::expr) fn find(args: &Args<'_>) -> Result<Value, Error> {
    let Some((text, pattern)) = prepared("$regexFind", args)? else { return Ok(Some(Bson::Null)) };
    match pattern.groups_from(text, 0)? {
        Some(groups) => described(text, &groups, &mut Counter::default()).map(Some),
        None => Ok(Some(Bson::Null)),
    }
}

pub(in crate::expr) fn find_all(args: &Args<'_>) -> Result<Value, Error> {
    let Some((text, pattern)) = prepared("$regexFindAll", args)? else { return Ok(Some(Bson::Array(vec![]))) };
    let mut all = Vec::new();
    let (mut counter, mut growing) = (Counter::default(), Growing::default());
    let mut position = 0;
    while let Some(groups) = pattern.groups_from(text, position)? {
        let found = described(text, &groups, &mut counter)?;
        growing.add(&found)?;
        all.push(found);
        let Some(Some(whole)) = groups.first() else { break };
        let next_char = || text[whole.end..].chars().next().map_or(1, char::len_utf8);
        position = if whole.end > whole.start { whole.end } else { whole.end + next_char() };
        if position >= text.len() {
            break;
        }
    }
    Ok(Some(Bson::Array(all)))
}

/// Counts code points up to a byte position that only grows.
#[derive(Default)]
struct Counter {
    bytes: usize,
    code_points: usize,
}

impl Counter {
    fn up_to(&mut self, text: &str, position: usize) -> i32 {
        self.code_points += text[self.bytes..position].chars().count();
        self.bytes = position;
        self.code_points as i32
    }
}

fn described(text: &str, groups: &Groups, counter: &mut Counter) -> Result<Bson, Error> {
    // `\C` matches a byte, which may be a part of a character.
    let part = |place: &Range<usize>| {
        let cut = || Error::coded(51_156, "a group of the regular expression ends in the middle of a character");
        text.get(place.clone()).ok_or_else(cut)
    };
    let texts = groups.iter().map(|group| group.as_ref().map(&part).transpose());
    let mut texts = texts.map(|text| Ok(text?.map_or(Bson::Null, Bson::from)));
    let found = texts.next().unwrap_or(Ok(Bson::Null))?;
    let captures = texts.collect::<Result<Vec<Bson>, Error>>()?;
    let start = groups.first().and_then(Option::as_ref).map_or(0, |whole| whole.start);
    Ok(Bson::Document(doc! {"match": found, "idx": counter.up_to(text, start), "captures": captures}))
}

/// The text and the compiled pattern; `None` where one of them is null or missing. All is checked even then.
fn prepared<'a>(name: &str, args: &'a Args<'_>) -> Result<Option<(&'a str, Rc<Searcher>)>, Error> {
    let (input, regex, options) = (args.at(0), args.at(1), args.at(2));
    let text = args::text(input);
    if text.is_none() && !is_nullish(input) {
        let message = format!("`{name}` needs `input` to be of type string, not {}", type_name(input));
        return Err(Error::coded(51_104, message));
    }
    let (pattern, own) = match regex {
        Some(Bson::RegularExpression(regex)) => (regex.pattern.as_str(), regex.options.as_str()),
        regex if is_nullish(regex) => ("", ""),
        regex => {
            let pattern = args::text(regex).ok_or_else(|| {
                let found = type_name(regex);
                Error::coded(51_105, format!("`{name}` needs `regex` to be of type string or regex, not {found}"))
            })?;
            (pattern, "")
        }
    };
    let given = match options {
        options if is_nullish(options) => None,
        options => Some(args::text(options).ok_or_else(|| {
            Error::coded(51_106, format!("`{name}` needs `options` to be of type string, not {}", type_name(options)))
        })?),
    };
    if given.is_some() && !own.is_empty() {
        let message = format!("`{name}`: found regex options specified in both `regex` and `options`");
        return Err(Error::coded(51_107, message));
    }
    let nul = |text: &str| text.contains('\0');
    if nul(pattern) {
        return Err(Error::coded(51_109, format!("`{name}`: regular expression cannot contain an embedded null byte")));
    }
    if given.is_some_and(nul) {
        return Err(Error::coded(51_110, format!("`{name}`: regex options cannot contain an embedded null byte")));
    }
    if is_nullish(regex) {
        return pattern::check_options(given.unwrap_or(own)).map(|()| None);
    }
    let pattern = Searcher::cached(pattern, given.unwrap_or(own))?;
    Ok(text.map(|text| (text, pattern)))
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::gives;

    #[test]
    fn matches_are_told_with_their_groups_and_places() {
        gives("{$regexMatch: {input: 'Abc', regex: '^a', options: 'i'}}", "true");
        gives("{$regexMatch: {input: 'Abc', regex: /^a/i}}", "true");
        gives("{$regexFind: {input: 'éxay', regex: '(x)|(y)'}}", r#"{"match":"x","idx":1,"captures":["x",null]}"#);
        gives("{$regexFind: {input: 'a', regex: 'b'}}", "null");
        gives(
            "{$regexFindAll: {input: 'éaéa', regex: 'a'}}",
            r#"[{"match":"a","idx":1,"captures":[]},{"match":"a","idx":3,"captures":[]}]"#,
        );
        gives("{$map: {input: {$regexFindAll: {input: 'ab', regex: 'x*'}}, in: '$$this.idx'}}", "[0,1]");
    }

    #[test]
    fn absent_and_wrong_arguments() {
        gives("{$regexMatch: {input: null, regex: 'a'}}", "false");
        gives("{$regexFind: {input: 'a', regex: '$nope'}}", "null");
        gives("{$regexFindAll: {input: '$nope', regex: 'a'}}", "[]");
        gives("{$regexMatch: {input: 1, regex: 'a'}}", "error 51104");
        gives("{$regexMatch: {input: 'a', regex: {$abs: 1}}}", "error 51105");
        gives("{$regexMatch: {input: 'a', regex: 'a', options: 1}}", "error 51106");
        gives("{$regexMatch: {input: 'a', regex: /a/i, options: 'i'}}", "error 51107");
        gives("{$regexMatch: {input: 'a', regex: 'a', options: 'q'}}", "error 51108");
        gives("{$regexMatch: {input: 'a', regex: '('}}", "error 51111");
    }
}
