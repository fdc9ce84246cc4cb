//! `$group`: one document for each distinct key, with what its accumulators gathered.
//!
//! MongoDB: missing and null keys are one group (`_id: null`), also as the only field of an object (`_id: {k: null}`);
//! an object of more fields keeps what is missing apart from null (`_id: {}`). Groups come in the order of their first document (the server promises none).

use std::collections::HashMap;

use bson::{Bson, DateTime, Document, bson};
use pipeline::ast::{AccumulatorCall, Expr};

use super::{Context, Rows, deferred, size};
use crate::Error;
use crate::accumulator::State;
use crate::brake::Held;
use crate::expr::Env;
use crate::value::Key;

pub(super) fn run<'a>(
    id: &'a Expr,
    fields: &'a [(String, AccumulatorCall)],
    rows: Rows<'a>,
    ctx: &'a Context,
) -> Rows<'a> {
    let now = ctx.now;
    deferred(move || {
        let mut groups = Groups::new(fields, ctx);
        for row in rows {
            let row = row?;
            let env = Env::new(&row, now);
            groups.add(key(id, &env)?, &row, &env)?;
        }
        groups.finish()
    })
}

/// The key of a document.
pub(crate) fn key(id: &Expr, env: &Env) -> Result<Bson, Error> {
    match id {
        Expr::Object(fields) if fields.len() == 1 => {
            let (name, expr) = &fields[0];
            Ok(bson!({ name: env.evaluate(expr)?.unwrap_or(Bson::Null) }))
        }
        _ => Ok(env.evaluate(id)?.unwrap_or(Bson::Null)),
    }
}

/// Groups being gathered, in the order of their first document.
pub(super) struct Groups<'a> {
    fields: &'a [(String, AccumulatorCall)],
    now: DateTime,
    places: HashMap<Key, usize>,
    gathered: Vec<(Bson, Vec<State>)>,
    held: Held,
}

impl<'a> Groups<'a> {
    pub(super) fn new(fields: &'a [(String, AccumulatorCall)], ctx: &Context) -> Self {
        let held = ctx.brake.hold("$group");
        Self { fields, now: ctx.now, places: HashMap::new(), gathered: Vec::new(), held }
    }

    pub(super) fn add(&mut self, id: Bson, row: &Document, env: &Env) -> Result<(), Error> {
        let key = Key::of(&id);
        let place = if let Some(place) = self.places.get(&key) {
            *place
        } else {
            let states = start(self.fields, &id, self.now)?;
            self.held.add(|| {
                let key = 2 * (size_of::<Bson>() + size::of_value_in_memory(&id));
                key + states.len() * size_of::<State>()
            })?;
            self.gathered.push((id, states));
            self.places.insert(key, self.gathered.len() - 1);
            self.gathered.len() - 1
        };
        let states = &mut self.gathered[place].1;
        if !self.held.is_limited() {
            return gather(self.fields, states, row, env);
        }
        let kept = |states: &[State]| states.iter().map(State::kept_bytes).sum::<usize>();
        let before = kept(states);
        gather(self.fields, states, row, env)?;
        self.held.add(|| kept(states).saturating_sub(before))
    }

    pub(super) fn finish(self) -> Result<Vec<Document>, Error> {
        let fields = self.fields;
        self.gathered
            .into_iter()
            .map(|(id, states)| {
                let mut output = Document::new();
                output.insert("_id", id);
                finish(fields, states, &mut output);
                size::check(output)
            })
            .collect()
    }
}

/// The states of all accumulators before the first document of the group `id`.
pub(super) fn start(fields: &[(String, AccumulatorCall)], id: &Bson, now: DateTime) -> Result<Vec<State>, Error> {
    fields.iter().map(|(_, call)| State::new(call, id, now)).collect()
}

/// Takes a document into all states.
pub(super) fn gather(
    fields: &[(String, AccumulatorCall)],
    states: &mut [State],
    row: &Document,
    env: &Env,
) -> Result<(), Error> {
    for ((_, call), state) in fields.iter().zip(states) {
        state.gather(call, row, env)?;
    }
    Ok(())
}

/// Writes all answers behind what is in `output`.
pub(super) fn finish(fields: &[(String, AccumulatorCall)], states: Vec<State>, output: &mut Document) {
    for ((name, _), state) in fields.iter().zip(states) {
        output.insert(name.as_str(), state.finish());
    }
}

#[cfg(test)]
mod tests {
    use crate::stage::testing::check;

    #[test]
    fn missing_and_null_are_one_key_but_not_inside_objects_of_several_fields() {
        let input = "{a: null}\n{b: 1}\n{a: 1}\n{a: {$numberDouble: '1.0'}}";
        let grouped = "{_id: null, n: 2}\n{_id: 1, n: 2}";
        check("[{$group: {_id: '$a', n: {$sum: 1}}}]", input, grouped);
        check("[{$group: {_id: {k: '$a'}, n: {$count: {}}}}]", input, "{_id: {k: null}, n: 2}\n{_id: {k: 1}, n: 2}");
        check("[{$group: {_id: {k: '$a', l: '$b'}}}]", "{a: null}\n{}", "{_id: {k: null}}\n{_id: {}}");
        check("[{$group: {_id: null, n: {$sum: 1}}}]", "", "");
    }

    #[test]
    fn answers_over_sixteen_megabytes_are_refused() {
        let row = format!("{{a: '{}'}}\n", "x".repeat(1 << 20));
        check("[{$group: {_id: null, all: {$push: '$a'}}}]", &row.repeat(17), "error 10334");
    }
}
