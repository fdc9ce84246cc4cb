//! What the system says of a file, in words.

use std::io;

/// The error without the system's number, which tells a reader nothing: `(os error 2)`.
///
/// ```
/// let error = std::fs::read("nowhere").unwrap_err();
/// assert!(!diagnostic::in_words(&error).contains("os error"));
/// ```
#[must_use]
pub fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" (os error ") {
        Some((words, number)) if number.trim_end_matches(')').parse::<i32>().is_ok() => words.to_owned(),
        _ => text,
    }
}
