//! Several words, numbers of things, and doubts, each as the one phrase that all fronts have.

/// `a, b and c`; empty where there are none.
///
/// ```
/// assert_eq!(diagnostic::list(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "a, b and c");
/// assert_eq!(diagnostic::list(&["a".to_owned()]), "a");
/// ```
#[must_use]
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A number with what it counts: `1 cell`, `20 cells`. Numbers that may be large are written by the fronts.
///
/// ```
/// assert_eq!((diagnostic::counted(1, "cell"), diagnostic::counted(20, "cell")), ("1 cell".to_owned(), "20 cells".to_owned()));
/// ```
#[must_use]
pub fn counted(n: impl TryInto<u64>, what: &str) -> String {
    let n = n.try_into().unwrap_or(u64::MAX);
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A doubt as a line among others: `in doubt: the currency is not said`.
#[must_use]
pub fn in_doubt(doubt: impl std::fmt::Display) -> String {
    format!("in doubt: {doubt}")
}
