//! Says which document the server refused, and by which rule.
//!
//! In: the driver's error of a bulk insert, and the batch that was sent. Out: an [`Error`] in our words, from the server's
//! `errInfo` where a validator refused.

use bson::{Bson, Document, RawDocumentBuf, doc};
use mongodb::error::{Error as DriverError, ErrorKind as DriverKind, IndexedWriteError};
use pipeline::print;

use crate::{Error, ErrorKind};

const VALIDATION_FAILURE: i32 = 121;
const DUPLICATE_KEY: i32 = 11_000;

/// Whether documents were refused only because they are there already.
pub(crate) fn is_there_already(error: &DriverError) -> bool {
    let DriverKind::InsertMany(refusals) = error.kind.as_ref() else { return false };
    refusals.write_concern_error.is_none()
        && refusals.write_errors.as_ref().is_some_and(|errors| errors.iter().all(|error| error.code == DUPLICATE_KEY))
}

/// What is known of the documents that were sent.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The name that users know for their collection.
    pub(crate) collection: String,
    /// The field by which a customer is known, where they are customers.
    pub(crate) key: Option<String>,
}

/// The refusal of a batch, in our words.
pub(crate) fn refusal(error: DriverError, known: &Known, batch: &[RawDocumentBuf]) -> Error {
    let DriverKind::InsertMany(refusals) = error.kind.as_ref() else { return error.into() };
    let Some(refused) = refusals.write_errors.as_ref().and_then(|errors| errors.first()) else {
        return match &refusals.write_concern_error {
            Some(refused) => Error::new(ErrorKind::Refused, refused.message.clone())
                .with_code(refused.code, Some(&refused.code_name)),
            None => error.into(),
        };
    };
    let document = batch.get(refused.index).and_then(|raw| Document::try_from(raw.as_ref()).ok()).unwrap_or_default();
    let name = name(&document, known.key.as_deref());
    let (message, hint) = match refused.code {
        VALIDATION_FAILURE => {
            let broken = refused.details.as_ref().map(broken_rules).unwrap_or_default();
            let broken = if broken.is_empty() { refused.message.clone() } else { broken.join("; ") };
            (format!("the validator of `{}` refused {name}: {broken}", known.collection), "nothing was changed")
        }
        DUPLICATE_KEY => (duplicate(refused, &name), "keep one of the two; nothing was changed"),
        _ => (format!("the server refused {name}: {}", refused.message), "nothing was changed"),
    };
    Error::new(ErrorKind::Refused, message).hint(hint).with_code(refused.code, refused.code_name.as_deref())
}

/// What a document is called: a customer by its key, any other by its `_id`.
fn name(document: &Document, key: Option<&str>) -> String {
    match (key.and_then(|key| document.get(key)), document.get("_id")) {
        (Some(number), _) => format!("the customer {}", value(number)),
        (None, Some(id)) => format!("the document with `_id` {}", value(id)),
        (None, None) => "a document".to_owned(),
    }
}

/// As mongosh would print it.
fn value(value: &Bson) -> String {
    let text = print::document(&doc! { "": value }, print::Format::Relaxed);
    let value = text.split_once(':').map_or(text.as_str(), |(_, value)| value.trim().trim_end_matches('}').trim_end());
    diagnostic::quote(value)
}

fn duplicate(refused: &IndexedWriteError, name: &str) -> String {
    let key = refused.details.as_ref().and_then(|details| details.get_document("keyPattern").ok());
    let fields = key.map_or_else(|| "_id".to_owned(), |key| key.keys().cloned().collect::<Vec<_>>().join("`, `"));
    format!("{name} is there twice: another has the same `{fields}`")
}

/// The rules that a validator found broken, each in words.
fn broken_rules(info: &Document) -> Vec<String> {
    let mut broken = Vec::new();
    if let Ok(details) = info.get_document("details") {
        collect(details, "", &mut broken);
    }
    broken
}

/// Walks the server's explanation: `schemaRulesNotSatisfied` holds rules, some of which hold properties, which hold
/// `details`, and so on.
fn collect(rule: &Document, path: &str, broken: &mut Vec<String>) {
    let documents = |name: &str| {
        let found = rule.get_array(name).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(Bson::as_document)
    };
    let names = |name: &str| {
        let found = rule.get_array(name).map_or(&[][..], Vec::as_slice);
        found
            .iter()
            .filter_map(Bson::as_str)
            .map(|name| format!("`{}`", joined(path, name)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    for inner in documents("schemaRulesNotSatisfied").chain(documents("details")) {
        collect(inner, path, broken);
    }
    for property in documents("propertiesNotSatisfied") {
        let path = joined(path, property.get_str("propertyName").unwrap_or_default());
        collect(property, &path, broken);
    }
    match rule.get_str("operatorName") {
        Ok("required") => broken.push(format!("{} is missing", names("missingProperties"))),
        Ok("additionalProperties") => broken.push(format!("{} is not a field here", names("additionalProperties"))),
        Ok(operator) => broken.extend(broken_value(operator, rule, path)),
        Err(_) => {}
    }
}

/// A rule about one value, where this is one.
fn broken_value(operator: &str, rule: &Document, path: &str) -> Option<String> {
    let found = rule.get("consideredValue").map(value)?;
    let specified = rule.get_document("specifiedAs").ok().and_then(|specified| specified.get(operator));
    let specified = specified.map(value).unwrap_or_default();
    Some(match operator {
        "minimum" => format!("`{path}` is {found}, but must be at least {specified}"),
        "maximum" => format!("`{path}` is {found}, but must be at most {specified}"),
        "bsonType" | "type" => {
            let found_type = rule.get_str("consideredType").unwrap_or("another type");
            format!("`{path}` is {found} ({found_type}), but must be of type {specified}")
        }
        "enum" => format!("`{path}` is {found}, but must be one of {specified}"),
        _ => format!("`{path}` is {found}, which `{operator}` {specified} does not allow"),
    })
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
