//! Names of a file and numbers, as lines on it write them.
//!
//! Invariant: a name of any length takes at most forty characters, and a list at most [`MOST_NAMES`] names.

use diagnostic::quote;

/// So many names stand in a list; more are counted.
pub(crate) const MOST_NAMES: usize = 4;

/// A name of the file in a line.
pub(crate) fn name(header: &str) -> String {
    const MOST: usize = 40;
    if header.is_empty() {
        return "the column without a name".to_owned();
    }
    let mut short: String = header.chars().take(MOST).collect();
    if header.chars().nth(MOST).is_some() {
        short.push('…');
    }
    format!("`{}`", quote(&short))
}

/// Several of them, each once.
pub(crate) fn names(headers: &[String]) -> String {
    let mut names: Vec<(String, usize)> = Vec::new();
    for name in headers.iter().map(|header| name(header)) {
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, n)) => *n += 1,
            None => names.push((name, 1)),
        }
    }
    let each = names.into_iter().map(|(name, n)| if n == 1 { name } else { format!("{name} ({n} columns)") });
    listed(&each.collect::<Vec<_>>(), MOST_NAMES)
}

/// `a, b and c`; `a, b and 3 more`.
pub(crate) fn listed(parts: &[String], most: usize) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        parts if parts.len() <= most + 1 => {
            format!("{} and {}", parts[..parts.len() - 1].join(", "), parts[parts.len() - 1])
        }
        parts => format!("{} and {} more", parts[..most].join(", "), parts.len() - most),
    }
}

/// `one column`, `2 columns`.
pub(crate) fn some(n: usize, what: &str) -> String {
    if n == 1 { format!("one {what}") } else { format!("{n} {what}s") }
}

/// `one value is`, `2 values are`.
pub(crate) fn are(n: usize, what: &str, one: &str, several: &str) -> String {
    if n == 1 { format!("one {what} {one}") } else { format!("{n} {what}s {several}") }
}

/// A number with its thousands apart.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
