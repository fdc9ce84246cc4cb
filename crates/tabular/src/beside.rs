//! Rows of a table that are no rows of data: the header once more, a line of units below it, a line below the table.
//!
//! In: the header and a row. Out: what the row is, where that can be seen.
//! Invariant: a row that may be data is none of them.

use std::fmt;

use diagnostic::quote;

use crate::{Evidence, Row};

/// What a row is that is no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// The names of the columns again.
    Header,
    /// What the columns count, with an example of it.
    Units(String),
    /// The only text in the row.
    Footer(String),
}

/// What columns count, as lines below a header say it; in brackets anything does.
const UNITS: [&str; 36] = [
    "$", "€", "£", "%", "#", "usd", "us$", "eur", "gbp", "chf", "brl", "try", "dollars", "euro", "euros", "years",
    "year", "yrs", "months", "month", "days", "count", "number", "ratio", "percent", "text", "string", "date", "-",
    "n/a", "jahre", "monate", "meses", "años", "mois", "ans",
];

impl Beside {
    /// What a row is; `is_first` of the one right below the header.
    #[must_use]
    pub fn of(header: &[String], row: &Row, is_first: bool) -> Option<Self> {
        let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_owned();
        let first = row.get(0).unwrap_or_default();
        // Most rows end here: they have a second cell, and do not begin as the header does.
        let is_header_like = header.first().is_some_and(|name| name.trim().as_bytes() == first.trim_ascii());
        let is_sparse = row.get(1).is_none_or(<[u8]>::is_empty) || first.is_empty();
        if !is_header_like && !is_sparse && !is_first {
            return None;
        }
        let filled: Vec<String> = row.iter().map(text).filter(|cell| !cell.is_empty()).collect();
        let is_name = |(cell, name): (&[u8], &String)| text(cell) == name.trim();
        if is_header_like && filled.len() > 1 && row.len() == header.len() && row.iter().zip(header).all(is_name) {
            return Some(Self::Header);
        }
        if is_first && filled.len() > 1 && filled.iter().all(|cell| is_unit(cell)) {
            return filled.into_iter().find(|cell| cell.chars().any(char::is_alphanumeric)).map(Self::Units);
        }
        match filled.as_slice() {
            [only] if header.len() > 2 && is_remark(only) => Some(Self::Footer(only.clone())),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Header => "remove this line: several files may have been put one behind the other",
            Self::Units(_) => "remove this line; a contract says what a column counts by `unit`",
            Self::Footer(_) => "remove this line",
        }
    }
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("this line names the columns once more and is no row of the table"),
            Self::Units(unit) => {
                write!(
                    f,
                    "this line says what the columns count, such as `{}`, and is no row of the table",
                    quote(unit)
                )
            }
            Self::Footer(text) => {
                let shown: String = text.chars().take(60).collect();
                write!(f, "this line is a remark beside the table: only `{}` stands in it", quote(&shown))
            }
        }
    }
}

fn is_unit(cell: &str) -> bool {
    let is_bracketed = |open, close| cell.starts_with(open) && cell.ends_with(close) && cell.len() > 2;
    let is_number = Evidence::default().add(cell.as_bytes());
    let lower = cell.to_lowercase();
    !is_number && (is_bracketed('(', ')') || is_bracketed('[', ']') || UNITS.contains(&lower.as_str()))
}

/// Whether a text is more than the name or number of something: `Source: the bank`, `n = 100`.
fn is_remark(text: &str) -> bool {
    let has_sign = text.contains([':', '=', '©', '*', ' ']);
    has_sign && text.chars().any(char::is_alphabetic) && !Evidence::default().add(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_no_data_are_seen() {
        let header = ["id", "age", "limit"].map(str::to_owned);
        let of = |cells: &[&str], is_first: bool| Beside::of(&header, &Row::from(cells.to_vec()), is_first);
        let footer = |text: &str| Some(Beside::Footer(text.to_owned()));
        assert_eq!(of(&["id", "age ", "limit"], false), Some(Beside::Header));
        assert_eq!(of(&["", "years", "USD"], true), Some(Beside::Units("years".to_owned())));
        assert_eq!(of(&["-", "(in years)", "[k$]"], true), Some(Beside::Units("(in years)".to_owned())));
        assert_eq!(of(&["Source: the bank"], false), footer("Source: the bank"));
        assert_eq!(of(&["", "", "n = 100"], false), footer("n = 100"));
        for (cells, is_first) in [
            (&["id", "1", "2"][..], false),
            (&["C1", "years", "USD"], true),
            (&["(1)", "(2)", "(3)"], true),
            (&["", "years", "USD"], false),
            (&["C1", "", ""], false),
            (&["", "", "5"], false),
            (&["1 000", "", ""], false),
        ] {
            assert_eq!(of(cells, is_first), None, "{cells:?}");
        }
    }
}
