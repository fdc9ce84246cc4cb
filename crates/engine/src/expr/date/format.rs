//! Format strings of `$dateToString` and `$dateFromString`, taken apart.

use crate::Error;

/// A piece of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A character to be written or found as it is.
    Literal(char),
    /// `%` and this letter.
    Field(char),
}

/// The pieces of a format whose letters after `%` are among `known`; `%%` is a literal.
pub(super) fn pieces(format: &str, known: &str) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            pieces.push(Piece::Literal(c));
            continue;
        }
        match chars.next() {
            None => return Err(Error::coded(18_535, "unmatched `%` at end of format string")),
            Some('%') => pieces.push(Piece::Literal('%')),
            Some(letter) if known.contains(letter) => pieces.push(Piece::Field(letter)),
            Some(letter) => {
                return Err(Error::coded(18_536, format!("invalid format character `%{letter}` in format string")));
            }
        }
    }
    Ok(pieces)
}
