//! Names of fields out of names of columns.

use contract::{CUSTOMERS, TRANSACTIONS};

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
        name = String::from("id");
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
