//! Names of fields out of names of columns.
//!
//! In: a column's name in its file. Out: a name that a field can have. Invariant: no two columns have one name.

use contract::{CUSTOMERS, TRANSACTIONS};

use crate::describe::Drafter;
use crate::document::Document;
use crate::finish::{Note, Standing};
use crate::lists::{MOST_NAMES, listed, name as name_of_file};

/// The name of a field for a column of a file, other than those that are taken, which it joins.
///
/// A name may stand in a document: it has no `.` and no leading `$`, is not empty and not `_id`.
pub(crate) fn name(header: &str, position: usize, taken: &mut Vec<String>) -> String {
    let mut name: String = header.trim().chars().map(|c| if c == '.' || c.is_control() { '_' } else { c }).collect();
    if let Some(rest) = name.strip_prefix('$') {
        name = format!("_{rest}");
    }
    if name.is_empty() {
        name = format!("column_{}", position + 1);
    }
    if name == "_id" {
        "id".clone_into(&mut name);
    }
    if name == TRANSACTIONS || name == CUSTOMERS {
        name = format!("{name}_of_file");
    }
    let mut free = name.clone();
    let mut n = 2;
    while taken.contains(&free) {
        free = format!("{name}_{n}");
        n += 1;
    }
    taken.push(free.clone());
    free
}

/// That columns have other names in documents than in the file; nothing where none has, or where the contract has its own names.
pub(crate) fn note(drafter: &Drafter<'_>, document: &Document) -> Option<Note> {
    let renamed = document.columns.iter().filter_map(|entry| {
        let header = drafter.table.columns[entry.source?].header.trim();
        let is_other = entry.field != header && drafter.card.column(&entry.field).is_none();
        is_other.then(|| format!("{} is `{}`", name_of_file(header), diagnostic::quote(&entry.field)))
    });
    let renamed: Vec<String> = renamed.collect();
    let text = format!("names that fields cannot have: {}", listed(&renamed, MOST_NAMES));
    (!renamed.is_empty()).then_some(Note { text, standing: Standing::Found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_has_the_columns_name_where_it_can() {
        let mut taken = Vec::new();
        for (header, expected) in [
            ("Age", "Age"),
            ("Age", "Age_2"),
            (" Age ", "Age_3"),
            ("Saving accounts", "Saving accounts"),
            ("default.payment", "default_payment"),
            ("$amount", "_amount"),
            ("", "column_8"),
            ("_id", "id"),
            ("transactions", "transactions_of_file"),
            ("a\nb\u{0}", "a_b_"),
        ] {
            assert_eq!(name(header, 7, &mut taken), expected);
        }
    }
}
