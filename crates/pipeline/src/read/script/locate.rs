//! Where in a text a part of its pipeline stands.
//!
//! In: what a script made, and the steps down to a part of it. Out: the bytes to be marked. The text is read again for it, and
//! only where there is an error to show.
//! Invariant: steps that lead nowhere end at the last part that was found, so a place that is told in other words than
//! the text's (`a.b` for `{a: {b: …}}`, `$addFields` for `$set`) is still near.

use std::ops::Range;

use super::{
    run::{
        Machine,
        value::{Entries, Entry, Item, Value},
    },
    syntax::Span,
};
use crate::error::Step;

impl Machine<'_> {
    /// The bytes of the part at the end of `steps`, which lead from the outside in.
    pub(super) fn locate(&self, item: &Item, steps: &[&Step]) -> Option<Range<usize>> {
        let (step, rest) = steps.split_first()?;
        match (step, &item.value) {
            (Step::Key(key), Value::Object(id)) => self.in_object(&self.objects[*id], key, rest),
            // A single stage is a pipeline of one.
            (Step::Element(_), Value::Object(_)) => self.locate(item, rest),
            (Step::Element(at), Value::List(id)) => {
                let element = self.lists[*id].items.get(*at)?;
                self.locate(element, rest).or(Some(bytes(element.span)))
            }
            _ => None,
        }
    }

    fn in_object(&self, entries: &Entries, key: &str, rest: &[&Step]) -> Option<Range<usize>> {
        if let Some(entry) = entries.get(key) {
            return Some(self.below(entry, rest));
        }
        // A dotted path that the text writes as objects in one another.
        for (name, entry) in entries {
            if let Some(inner) = key.strip_prefix(&**name).and_then(|inner| inner.strip_prefix('.')) {
                let step = Step::Key(inner.to_owned());
                return Some(self.below(entry, &[&[&step], rest].concat()));
            }
        }
        let mut all = entries.iter();
        if let (Some((name, only)), None) = (all.next(), all.next())
            && key.starts_with('$')
            && name.starts_with('$')
        {
            // The other name of a stage or of an operator.
            return Some(self.below(only, rest));
        }
        // `$and` is the same as its clauses side by side.
        let Value::List(clauses) = entries.get("$and")?.item.value else { return None };
        let step = Step::Key(key.to_owned());
        self.lists[clauses].items.iter().find_map(|clause| match clause.value {
            Value::Object(id) if self.objects[id].contains_key(key) => self.locate(clause, &[&[&step], rest].concat()),
            _ => None,
        })
    }

    /// The part below an entry; where there is none, or the way ends here, its key, with its value if that is plain.
    fn below(&self, entry: &Entry, rest: &[&Step]) -> Range<usize> {
        let inside = self.locate(&entry.item, rest);
        let is_container = matches!(entry.item.value, Value::Object(_) | Value::List(_));
        let is_beside = !is_container && entry.item.span.start >= entry.key_span.start;
        let end = if is_beside { entry.item.span.end } else { entry.key_span.end };
        inside.unwrap_or(entry.key_span.start..end.max(entry.key_span.start))
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.start..span.end.max(span.start)
}
