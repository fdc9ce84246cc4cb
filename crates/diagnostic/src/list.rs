//! Several words as one phrase of a sentence.

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
