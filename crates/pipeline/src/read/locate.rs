//! Where in a text a part of its value stands.
//!
//! In: a text that was read, and the steps down to a part of its value. Out: the bytes to be marked. The text is read again,
//! and only where there is an error to show: reading costs nothing for it.
//! Invariant: steps that lead nowhere end at the last part that was found, so a place that is told in other words than
//! the text's (`a.b` for `{a: {b: …}}`, `$addFields` for `$set`) is still near.

use std::ops::Range;

use super::{cursor::Cursor, value};
use crate::error::Step;

/// The bytes of the part at the end of `steps`, which lead from the outside in.
pub(super) fn locate(cursor: &mut Cursor<'_>, steps: &[&Step]) -> Option<Range<usize>> {
    let (step, rest) = steps.split_first()?;
    cursor.skip_blank().ok()?;
    match (step, cursor.peek()?) {
        (Step::Key(key), '{') => in_object(&entries(cursor)?, cursor, key, rest),
        // A single stage is a pipeline of one.
        (Step::Element(_), '{') => locate(cursor, rest),
        (Step::Element(at), '[') => in_array(cursor, *at, rest),
        _ => None,
    }
}

/// One key with its value.
struct Entry {
    key: String,
    key_span: Range<usize>,
    value_span: Range<usize>,
    is_container: bool,
}

/// The entries of an object; the cursor stands on its brace, and stays there.
fn entries(cursor: &Cursor<'_>) -> Option<Vec<Entry>> {
    let mut cursor = cursor.clone();
    cursor.advance();
    let mut entries = Vec::new();
    loop {
        cursor.skip_blank().ok()?;
        if cursor.peek()? == '}' {
            return Some(entries);
        }
        let key_at = cursor.at();
        let key = value::key(&mut cursor).ok()?;
        let key_span = key_at..cursor.at();
        cursor.expect(':').ok()?;
        let (value_span, is_container) = value_here(&mut cursor)?;
        entries.push(Entry { key, key_span, value_span, is_container });
        cursor.skip_blank().ok()?;
        if cursor.peek()? == ',' {
            cursor.advance();
        }
    }
}

/// Reads over a value: its bytes, and whether it is an object or an array.
fn value_here(cursor: &mut Cursor<'_>) -> Option<(Range<usize>, bool)> {
    cursor.skip_blank().ok()?;
    let start = cursor.at();
    let is_container = matches!(cursor.peek()?, '{' | '[');
    value::value(cursor, 0).ok()?;
    Some((start..cursor.at(), is_container))
}

fn in_object(entries: &[Entry], cursor: &Cursor<'_>, key: &str, rest: &[&Step]) -> Option<Range<usize>> {
    if let Some(entry) = entries.iter().find(|entry| entry.key == key) {
        return Some(below(entry, cursor, rest));
    }
    // A dotted path that the text writes as objects in one another.
    for entry in entries {
        if let Some(inner) = key.strip_prefix(entry.key.as_str()).and_then(|inner| inner.strip_prefix('.')) {
            let step = Step::Key(inner.to_owned());
            return Some(below(entry, cursor, &[&[&step], rest].concat()));
        }
    }
    match entries {
        // The other name of a stage or of an operator.
        [only] if key.starts_with('$') && only.key.starts_with('$') => Some(below(only, cursor, rest)),
        _ => {
            // `$and` is the same as its clauses side by side.
            let clauses = entries.iter().find(|entry| entry.key == "$and")?;
            let step = Step::Key(key.to_owned());
            (0..n_elements(&cursor.moved_to(clauses.value_span.start))?).find_map(|at| {
                let element = Step::Element(at);
                let steps = [&[&element, &step], rest].concat();
                let mut inside = cursor.moved_to(clauses.value_span.start);
                let found = locate(&mut inside, &steps)?;
                // Only a clause with that key leads further than to itself.
                (found != locate(&mut cursor.moved_to(clauses.value_span.start), &steps[..1])?).then_some(found)
            })
        }
    }
}

/// The part below an entry; where there is none, or the way ends here, its key, with its value if that is plain.
fn below(entry: &Entry, cursor: &Cursor<'_>, rest: &[&Step]) -> Range<usize> {
    let inside = locate(&mut cursor.moved_to(entry.value_span.start), rest);
    let end = if entry.is_container { entry.key_span.end } else { entry.value_span.end };
    inside.unwrap_or(entry.key_span.start..end)
}

fn in_array(cursor: &mut Cursor<'_>, wanted: usize, rest: &[&Step]) -> Option<Range<usize>> {
    cursor.advance();
    for at in 0.. {
        cursor.skip_blank().ok()?;
        if cursor.peek()? == ']' {
            return None;
        }
        let (span, _) = value_here(cursor)?;
        if at == wanted {
            let inside = locate(&mut cursor.moved_to(span.start), rest);
            return Some(inside.unwrap_or(span));
        }
        cursor.skip_blank().ok()?;
        if cursor.peek()? == ',' {
            cursor.advance();
        }
    }
    None
}

/// How many elements the array has on which the cursor stands.
fn n_elements(cursor: &Cursor<'_>) -> Option<usize> {
    let mut cursor = cursor.clone();
    match value::value(&mut cursor, 0).ok()? {
        bson::Bson::Array(elements) => Some(elements.len()),
        _ => None,
    }
}
