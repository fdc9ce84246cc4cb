//! What is wrong with a cell, and what may help.
//!
//! In: a cell that breaks its column's contract. Out: a [`Diagnostic`] without its place.
//! Invariant: a hint never makes another number of a cell that could be two.

use contract::{Column, Kind, Role};
use diagnostic::{Diagnostic, quote};
use tabular::{Evidence, Notation};

use crate::cell::{decimal, loses_zeros, shown, whole};

/// Words for "no answer" in the files of other programs.
const NO_ANSWER: [&str; 10] = ["nan", "na", "n/a", "#n/a", "null", "none", "nil", "?", "-", "."];
/// What begins the row of totals that some exports end with.
const TOTALS: [&str; 8] = ["total", "totals", "grand total", "sum", "summe", "gesamt", "suma", "totale"];
/// What a spreadsheet shows in place of a value.
const SPREADSHEET_ERRORS: [&str; 7] = ["#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#N/A"];

/// Why a cell is refused.
pub(crate) fn of(column: &Column, notation: Option<&Notation>, cell: &[u8]) -> Diagnostic {
    let text = shown(cell);
    let blank = cell.trim_ascii().is_empty();
    match &column.kind {
        Kind::Category(_) => category(column, cell, &text),
        Kind::Whole { .. } | Kind::Decimal { .. } if blank => {
            Diagnostic::new("the cell is empty; a number belongs here")
        }
        Kind::Whole { .. } if column.role == Some(Role::CustomerKey) && loses_zeros(cell) => {
            Diagnostic::new(format!("the number `{text}` begins with a zero, which a whole number loses"))
                .hint(format!("a contract keeps it with `kind = \"text\"` at `{}`", quote(&column.name)))
        }
        Kind::Whole { min, max } => {
            let number = notation.map_or_else(|| whole(cell), |notation| notation.whole(cell));
            number_fault(column, number.is_some(), "a whole number", cell, (&min.to_string(), &max.to_string()))
        }
        Kind::Decimal { min, max, .. } => {
            let number = notation.map_or_else(|| decimal(cell), |notation| notation.number(cell));
            number_fault(column, number.is_some(), "a number", cell, (&min.to_string(), &max.to_string()))
        }
        Kind::Text if blank => Diagnostic::new("the cell is empty; the customer's key belongs here"),
        Kind::Text => Diagnostic::new(format!("`{text}` is not UTF-8 text"))
            .hint("convert the file to UTF-8, then import it again"),
        Kind::Date if blank => Diagnostic::new("the cell is empty; a day belongs here"),
        Kind::Date => date(column, &text),
    }
}

fn date(column: &Column, text: &str) -> Diagnostic {
    let fault = Diagnostic::new(format!("`{text}` is not a day"));
    match &column.format {
        Some(format) => fault.hint(format!("days of this column are written by the format `{}`", quote(format))),
        None => fault.hint(format!(
            "write days as `2026-01-31`, or say in a contract how they are written: `format = \"%d.%m.%Y\"` at `{}`",
            quote(&column.name)
        )),
    }
}

fn number_fault(column: &Column, is_number: bool, what: &str, cell: &[u8], (min, max): (&str, &str)) -> Diagnostic {
    let text = shown(cell);
    if is_number {
        let scaled = column.scale.map_or_else(String::new, |scale| format!(" times {scale}"));
        return Diagnostic::new(format!("`{text}`{scaled} is out of range: {min} to {max} are allowed"));
    }
    let fault = Diagnostic::new(format!("`{text}` is not {what}"));
    match number_hint(column, cell) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

fn number_hint(column: &Column, cell: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(cell);
    let word = text.trim().to_lowercase();
    if SPREADSHEET_ERRORS.iter().any(|error| text.trim().eq_ignore_ascii_case(error)) && word != "#n/a" {
        return Some(
            "this is an error of a spreadsheet's formula: mend the formula, then export the file again".to_owned(),
        );
    }
    if TOTALS.contains(&word.as_str()) {
        return Some("this looks like a row of totals: remove it".to_owned());
    }
    if NO_ANSWER.contains(&word.as_str()) {
        let name = quote(&column.name);
        return Some(format!(
            "this seems to say “no answer”: a contract allows it with `missing = [\"{}\"]` at `{name}`",
            shown(cell)
        ));
    }
    let mut evidence = Evidence::default();
    if !evidence.add(cell) {
        return None;
    }
    let [result] = tabular::notations(&[evidence], false).try_into().ok()?;
    Some(match result {
        Err(either) => format!(
            "it could be {} or {}: write numbers with a decimal point and nothing between thousands",
            either.whole, either.parts
        ),
        Ok(notation) if notation.percent => {
            let number = notation.number(cell)?;
            format!("the other cells have no `%`: if it is the number {number}, write that")
        }
        Ok(notation) if matches!(column.kind, Kind::Whole { .. }) && notation.whole(cell).is_none() => {
            return cell.iter().any(|byte| matches!(byte, b'e' | b'E')).then(|| {
                "a spreadsheet wrote it in short, and its last digits are lost: export the file from its source"
                    .to_owned()
            });
        }
        Ok(_) => "the other cells of the column are written in another way; write all of them alike".to_owned(),
    })
}

fn category(column: &Column, cell: &[u8], text: &str) -> Diagnostic {
    if cell.trim_ascii().is_empty() {
        let fault = Diagnostic::new("the cell is empty; a category belongs here");
        return match column.missing_value() {
            Some(word) => fault.hint(format!("a missing answer is written `{}`", quote(word))),
            None => fault,
        };
    }
    let fault = Diagnostic::new(format!("`{text}` is not a known category"));
    let categories = column.categories();
    let spellings = || categories.iter().flat_map(|one| std::iter::once(&one.value).chain(&one.spellings));
    let whole = String::from_utf8_lossy(cell);
    let trimmed = whole.trim();
    if whole.contains('\u{a0}')
        && let Some(known) = spellings().find(|known| **known == trimmed || **known == whole.replace('\u{a0}', " "))
    {
        return fault.hint(format!("there is a no-break space in it: write `{}`", quote(known)));
    }
    let folded =
        |text: &str| text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect::<String>();
    match spellings().find(|known| folded(known) == folded(trimmed)) {
        Some(known) => fault.hint(format!("write it exactly as `{}`", quote(known))),
        None => fault.hint(diagnostic::nearest("value", text, categories.iter().map(|one| one.value.as_str()))),
    }
}
