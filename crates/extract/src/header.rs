//! Which cell of a row is which column of a contract.
//!
//! In: a contract, and the names in a table's header. Out: a [`Header`], or all that does not fit at once.
//! Invariant: a column of the file that is neither in the contract nor left out by it is refused: nothing is left out in silence.

use contract::Contract;
use diagnostic::{Diagnostic, nearest, quote};

use crate::cell::shown;

/// Which cell of a row is which column.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) n_cells: usize,
    /// The cell of each of the contract's columns; `None` where none is read.
    pub(crate) cells: Vec<Option<usize>>,
    /// The names of the columns that are left out.
    pub(crate) dropped: Vec<String>,
}

impl Header {
    pub(crate) fn read(contract: &Contract, names: &[String]) -> Result<Self, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let mut cells = vec![None; contract.columns.len()];
        let (mut dropped, mut unknown) = (Vec::new(), Vec::new());
        for (cell, name) in names.iter().enumerate() {
            // A spreadsheet may have several columns without a name and without a value.
            let is_nameless = name.trim().is_empty() && contract.left_out.iter().any(|left_out| left_out.is(name));
            if is_nameless && dropped.contains(name) {
                continue;
            }
            if names[..cell].contains(name) {
                let message = format!("the header names the column `{}` twice", shown(name.as_bytes()));
                faults.push(Diagnostic::new(message).hint("rename or remove one of the two"));
                continue;
            }
            match contract.column_headed(name) {
                Some(position) => match cells[position].replace(cell) {
                    None => {}
                    Some(other) => {
                        let column = quote(&contract.columns[position].name);
                        let both = [other, cell].map(|cell| shown(names[cell].as_bytes()));
                        let message = format!("`{}` and `{}` are both the column `{column}`", both[0], both[1]);
                        faults.push(Diagnostic::new(message).hint("remove one of the two"));
                    }
                },
                None if contract.left_out.iter().any(|left_out| left_out.is(name)) => dropped.push(name.clone()),
                None => unknown.push(name.as_str()),
            }
        }
        let missing: Vec<&str> = contract
            .columns
            .iter()
            .zip(&cells)
            .filter(|(column, cell)| column.is_read() && cell.is_none())
            .map(|(column, _)| column.headers.first().unwrap_or(&column.name).as_str())
            .collect();
        let is_alike = |name: &&str| missing.iter().any(|one| one.eq_ignore_ascii_case(name.trim()));
        if cells.iter().all(Option::is_none) && !unknown.iter().any(is_alike) {
            return Err(vec![foreign(contract, &missing)]);
        }
        faults.extend(missing_fault(&missing, &unknown));
        faults.extend(unknown_fault(&unknown));
        if faults.is_empty() { Ok(Self { n_cells: names.len(), cells, dropped }) } else { Err(faults) }
    }
}

/// The file has no column of the contract.
fn foreign(contract: &Contract, missing: &[&str]) -> Diagnostic {
    let message = format!("this file has none of the columns of “{}”", quote(&contract.title));
    let names = listed(&missing.iter().take(3).copied().collect::<Vec<_>>());
    Diagnostic::new(message).hint(format!("the first line must name the columns, among them {names}"))
}

/// All columns that the file should have.
fn missing_fault(missing: &[&str], unknown: &[&str]) -> Option<Diagnostic> {
    let first = missing.first()?;
    let message = if missing.len() == 1 {
        format!("the column `{}` is missing", quote(first))
    } else {
        format!("{} columns are missing: {}", missing.len(), listed(missing))
    };
    let alike = missing.iter().find_map(|name| {
        let other = unknown.iter().find(|other| other.trim().eq_ignore_ascii_case(name))?;
        Some(format!("write `{}` exactly as `{}`", shown(other.as_bytes()), quote(name)))
    });
    let hint = match alike {
        Some(hint) => hint,
        None if unknown.is_empty() && missing.len() == 1 => "export the file again with this column".to_owned(),
        None if unknown.is_empty() => "export the file again with these columns".to_owned(),
        None => nearest("unknown column", first, unknown.iter().copied()),
    };
    Some(Diagnostic::new(message).hint(hint))
}

/// All columns that the contract does not know.
fn unknown_fault(unknown: &[&str]) -> Option<Diagnostic> {
    let (message, hint) = match unknown {
        [] => return None,
        [name] => (
            format!("the column `{}` is not one that the bank knows", shown(name.as_bytes())),
            "remove it from the file (nothing is left out in silence), or say in a contract what it is",
        ),
        names => (
            format!("{} columns are not among those that the bank knows: {}", names.len(), listed(names)),
            "remove them from the file (nothing is left out in silence), or say in a contract what they are",
        ),
    };
    Some(Diagnostic::new(message).hint(hint))
}

/// At most ten names.
fn listed(names: &[&str]) -> String {
    let mut shown_names: Vec<String> =
        names.iter().take(10).map(|name| format!("`{}`", shown(name.as_bytes()))).collect();
    if names.len() > 10 {
        shown_names.push(format!("and {} more", names.len() - 10));
    }
    shown_names.join(", ")
}
