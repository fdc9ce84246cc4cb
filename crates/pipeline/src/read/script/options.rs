//! The options beside a pipeline: what they mean here, by name.
//!
//! In: the options of an `aggregate`. Out: a script with its variables, its time, its collection. Refused: what would change the
//! answer in a way that is not kept here.

use std::time::Duration;

use bson::Bson;

use super::{
    Script,
    run::{Machine, value::Value},
};
use crate::{Collation, Error, error::nearest};

/// What changes no answer.
const WITHOUT_MEANING: &[&str] = &[
    "allowDiskUse",
    "batchSize",
    "bypassDocumentValidation",
    "comment",
    "cursor",
    "hint",
    "readConcern",
    "readPreference",
    "writeConcern",
    "session",
    "serializeFunctions",
    "promoteValues",
    "promoteLongs",
    "promoteBuffers",
    "useBigInt64",
    "ignoreUndefined",
    "raw",
    "timeoutMS",
    "lsid",
    "$db",
    "$clusterTime",
    "$readPreference",
    "apiVersion",
    "apiStrict",
    "timeoutMode",
    "willRetryWrite",
    "enableUtf8Validation",
    "out",
    "checkKeys",
];

impl Machine<'_> {
    pub(super) fn read_options(&mut self, asked: usize, script: &mut Script) -> Result<(), Error> {
        let asked = &self.asked[asked];
        let text = |part: &Option<std::rc::Rc<str>>| part.as_deref().map(str::to_owned);
        script.collection = text(&asked.collection.name);
        script.database = text(&asked.collection.database);
        script.explains = asked.explains;
        if let Some(what) = &asked.is_processed {
            script.notes.push(format!(
                "what the text does with the answer (`{what}`) is not done: these are the documents of its pipeline"
            ));
        }
        for (name, entry) in asked.options.clone() {
            let span = entry.key_span;
            let value = &entry.item.value;
            match &*name {
                _ if value.is_nothing() => {}
                "let" => match self.bson_of(&entry.item)? {
                    Bson::Document(variables) => script.variables = variables,
                    _ => return Err(self.error(span, "`let` takes an object of variables")),
                },
                "maxTimeMS" | "maxAwaitTimeMS" => {
                    let millis = self.to_number(value, span)?;
                    let is_time = (0.0..=f64::from(i32::MAX)).contains(&millis) && millis.fract() == 0.0;
                    if !is_time {
                        return Err(self.error(span, "`maxTimeMS` takes a whole number of milliseconds"));
                    }
                    script.max_time = (millis > 0.0).then(|| Duration::from_millis(millis as u64));
                }
                "explain" => {
                    let explains = !matches!(value, Value::Boolean(false));
                    script.explains |= explains;
                }
                "collation" => {
                    let collation = self.bson_of(&entry.item)?;
                    let refused = |error| self.cursor.shown(error, span.start);
                    script.collation = Collation::parse(&collation).map_err(refused)?;
                }
                known if WITHOUT_MEANING.contains(&known) => {}
                unknown => {
                    let known = WITHOUT_MEANING.iter().copied().chain(["let", "maxTimeMS", "explain", "collation"]);
                    return Err(self
                        .error(span, format!("unknown option `{unknown}` of `aggregate`"))
                        .hint(nearest("option", unknown, known)));
                }
            }
        }
        Ok(())
    }
}
