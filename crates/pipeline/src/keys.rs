//! What is told of a join that finds nothing since its keys are of different types.
//!
//! In: a `$lookup`, and the types that its keys have on both sides. Out: a notice, where no key here can equal one there.
//! MongoDB: numbers are compared by value, whatever their type; a number never equals a text.

use std::collections::BTreeSet;

use diagnostic::{Diagnostic, quote};

use crate::ast::Lookup;

/// The notice; `None` where keys could be equal, or where one side has none. Types are named as `$type` names them.
#[must_use]
pub fn differ(lookup: &Lookup, here: &BTreeSet<String>, there: &BTreeSet<String>) -> Option<Diagnostic> {
    let can_equal = |one: &str| there.iter().any(|other| other == one || (is_number(one) && is_number(other)));
    if here.is_empty() || there.is_empty() || here.iter().any(|one| can_equal(one)) {
        return None;
    }
    let list = |types: &BTreeSet<String>| types.iter().map(String::as_str).collect::<Vec<_>>().join(" or ");
    let message = format!(
        "`$lookup` finds nothing in `{}`: `{}` is {} here, `{}` is {} there",
        quote(&lookup.from),
        quote(&lookup.local.to_string()),
        list(here),
        quote(&lookup.foreign.to_string()),
        list(there)
    );
    Some(Diagnostic::new(message))
}

fn is_number(name: &str) -> bool {
    matches!(name, "int" | "long" | "double" | "decimal")
}
