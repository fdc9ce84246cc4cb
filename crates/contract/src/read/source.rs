//! Where a column's values come from: its names in files, its missing answers, its scale and format, or what takes a file's
//! place.

use bson::Bson;
use diagnostic::{Diagnostic, quote};

use crate::day::is_format;
use crate::entry::Entry;
use crate::{Column, Computed, Kind};

/// Where a column's values come from; what is computed is read when all columns are known.
pub(super) struct Source {
    pub(super) headers: Vec<String>,
    pub(super) is_nullable: bool,
    pub(super) missing: Vec<String>,
    pub(super) scale: Option<f64>,
    pub(super) format: Option<String>,
    pub(super) is_numbered: bool,
}

impl Source {
    pub(super) fn read(entry: &mut Entry<'_>, kind: Option<&Kind>, is_key: bool) -> Self {
        let mut headers: Vec<String> = Vec::new();
        for header in entry.text_or_texts("header") {
            if headers.iter().any(|other| other == header) {
                entry.fault("header", Diagnostic::new(format!("`{}` is a header already", quote(header))));
            } else {
                headers.push(header.to_owned());
            }
        }
        let has_nulls = entry.flag("nullable");
        let missing = missing(entry, kind);
        for key in ["nullable", "missing"] {
            if is_key && entry.has(key) && (key == "missing" || has_nulls) {
                entry.fault(key, Diagnostic::new("the key of a customer may not be empty"));
            }
        }
        let scale = scale(entry, kind, is_key);
        let format = format(entry, kind);
        let is_numbered = numbered(entry, kind, is_key);
        not_of_a_file(entry, is_numbered, is_key);
        Self { headers, is_nullable: has_nulls || !missing.is_empty(), missing, scale, format, is_numbered }
    }
}

/// `missing = ["NA"]`.
fn missing(entry: &mut Entry<'_>, kind: Option<&Kind>) -> Vec<String> {
    let missing: Vec<String> = entry.texts("missing").into_iter().map(str::to_owned).collect();
    if matches!(kind, Some(Kind::Category(_))) && entry.has("missing") {
        let hint = "write `{ value = \"Unknown\", spellings = [\"NA\"], missing = true }`";
        entry.fault("missing", Diagnostic::new("a category has its missing answers among its values").hint(hint));
    }
    missing
}

/// `scale = 0.01`.
fn scale(entry: &mut Entry<'_>, kind: Option<&Kind>, is_key: bool) -> Option<f64> {
    let scale = entry.value("scale")?;
    let number = match scale {
        Bson::Int32(number) => Some(f64::from(number)),
        Bson::Int64(number) => Some(number as f64),
        Bson::Double(number) => Some(number),
        _ => None,
    };
    let number = number.filter(|number| number.is_finite() && *number > 0.0);
    if number.is_none() {
        entry.fault("scale", Diagnostic::new("`scale` must be a number above 0"));
    }
    if is_key {
        entry.fault("scale", Diagnostic::new("the key of a customer is not multiplied"));
    } else if kind.is_some_and(|kind| !matches!(kind, Kind::Whole { .. } | Kind::Decimal { .. })) {
        entry.fault("scale", Diagnostic::new("`scale` belongs to a column of kind `whole` or `decimal`"));
    }
    number
}

/// `format = "%d.%m.%Y"`.
fn format(entry: &mut Entry<'_>, kind: Option<&Kind>) -> Option<String> {
    let format = entry.optional_text("format")?;
    if kind.is_some_and(|kind| !matches!(kind, Kind::Date)) {
        entry.fault("format", Diagnostic::new("`format` belongs to a column of kind `date`"));
    } else if !is_format(format) {
        let message = format!("the format `{}` does not tell a day", quote(format));
        let hint = "year, month and day belong in it: `%d.%m.%Y` reads `31.12.2025`, `%m/%d/%Y` reads `12/31/2025`";
        entry.fault("format", Diagnostic::new(message).hint(hint));
    }
    Some(format.to_owned())
}

/// `numbered = true`.
fn numbered(entry: &mut Entry<'_>, kind: Option<&Kind>, is_key: bool) -> bool {
    if !entry.flag("numbered") {
        return false;
    }
    if !is_key {
        let hint = "say `role = \"customer_key\"`, or leave `numbered` out";
        entry.fault("numbered", Diagnostic::new("only the key numbers the rows").hint(hint));
        return true;
    }
    match kind {
        Some(Kind::Whole { min: ..=1, max: 1.. }) | None => {}
        Some(Kind::Whole { .. }) => {
            entry.fault("numbered", Diagnostic::new("rows are numbered from 1, which is out of the range"));
        }
        Some(_) => entry.fault("numbered", Diagnostic::new("a key that numbers the rows is of kind `whole`")),
    }
    true
}

/// What is numbered or computed is not read from a file, so nothing can be said of its cells.
fn not_of_a_file(entry: &mut Entry<'_>, is_numbered: bool, is_key: bool) {
    let what = match (is_numbered, entry.has("computed")) {
        (true, true) => {
            entry.fault("computed", Diagnostic::new("a column is either numbered or computed"));
            return;
        }
        (true, false) => "numbered",
        (false, true) => "computed",
        (false, false) => return,
    };
    if is_key && !is_numbered {
        entry.fault("computed", Diagnostic::new("the key of a customer is not computed"));
    }
    for key in ["header", "missing", "scale", "format"].into_iter().filter(|key| entry.has(key)).collect::<Vec<_>>() {
        let message = format!("`{key}` belongs to a column of a file; this one is {what}");
        entry.fault(key, Diagnostic::new(message));
    }
}

/// Reads what columns are computed from, now that all of them are known.
pub(super) fn compute(file: &mut Entry<'_>, columns: &mut [Column], broken: &[&str]) {
    if columns.is_empty() {
        return;
    }
    let Some(mut tables) = file.table("columns") else { return };
    let is_computed =
        |tables: &mut Entry<'_>, column: &Column| tables.table(&column.name).is_some_and(|entry| entry.has("computed"));
    let are_computed: Vec<bool> = columns.iter().map(|column| is_computed(&mut tables, column)).collect();
    for position in (0..columns.len()).filter(|position| are_computed[*position]) {
        let column = &columns[position];
        let Some(mut entry) = tables.table(&column.name) else { continue };
        if !column.is_number() {
            let message = "`computed` belongs to a column of kind `whole` or `decimal`";
            entry.fault("computed", Diagnostic::new(message));
            continue;
        }
        let Some(expression) = entry.text("computed") else { continue };
        match Computed::parse(expression, columns, &are_computed) {
            Ok(computed) => {
                let is_nullable = computed.is_nullable(columns);
                columns[position].is_nullable |= is_nullable;
                columns[position].computed = Some(computed);
            }
            // What is said of a column that has faults of its own only follows from them.
            Err(_) if broken.iter().any(|name| expression.contains(&format!("${name}"))) => {}
            Err(fault) => entry.fault("computed", fault),
        }
    }
}
