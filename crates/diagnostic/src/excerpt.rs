//! The lines of a text in question, with a mark under the place.

use std::ops::Range;

use crate::quote::is_harmful;

/// Longer lines are cut round the place.
const WIDTH: usize = 100;
/// So much is kept of what stands before the place in a line that is cut.
const BEFORE: usize = 40;

/// The line of `text` in which the bytes `span` begin, with marks under them; a line that is long is cut round the place.
/// In a text of several lines its number stands before it.
///
/// ```
/// assert_eq!(diagnostic::excerpt("[{$limt: 5}]", 2..7), "[{$limt: 5}]\n  ^^^^^");
/// assert_eq!(diagnostic::excerpt("[\n  {$limt: 5}\n]", 5..10), "2 |   {$limt: 5}\n  |    ^^^^^");
/// ```
#[must_use]
pub fn excerpt(text: &str, span: Range<usize>) -> String {
    let start = floor(text, span.start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = floor(text, span.end).clamp(start, line_end);
    let line: Vec<char> = text[line_start..line_end].trim_end_matches('\r').chars().collect();
    let first = text[line_start..start].chars().count();
    let n_marked = text[start..end].chars().count().max(1);
    let (from, to) = window(line.len(), first);
    let mut shown = String::new();
    shown.push_str(if from > 0 { "…" } else { "" });
    shown.extend(line[from..to].iter().map(|c| visible(*c)));
    shown.push_str(if to < line.len() { "…" } else { "" });
    let indent = first - from + usize::from(from > 0);
    let n_marked = n_marked.min(to.saturating_sub(first).max(1));
    let mark = " ".repeat(indent) + &"^".repeat(n_marked);
    if !text.trim_end().contains('\n') {
        return format!("{shown}\n{mark}");
    }
    let number = (text[..line_start].matches('\n').count() + 1).to_string();
    let blank = " ".repeat(number.len());
    format!("{number} | {shown}\n{blank} | {mark}")
}

/// The part of a line of `length` characters that is shown, where the place begins at the character `first`.
fn window(length: usize, first: usize) -> (usize, usize) {
    if length <= WIDTH {
        return (0, length);
    }
    let from = first.saturating_sub(BEFORE).min(length - WIDTH);
    (from, from + WIDTH)
}

/// The character itself, if it takes one column and does no harm.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        c if is_harmful(c) => '\u{fffd}',
        c => c,
    }
}

/// The nearest character boundary at or below.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_long_line_is_cut_round_the_place() {
        let text = format!("{}WRONG{}", "a".repeat(5_000), "b".repeat(5_000));
        let shown = excerpt(&text, 5_000..5_005);
        let (line, mark) = shown.split_once('\n').unwrap();
        assert_eq!(line, format!("…{}WRONG{}…", "a".repeat(40), "b".repeat(55)));
        assert_eq!(mark, format!("{}^^^^^", " ".repeat(41)));
        // At the beginning and at the end nothing is cut away before or behind.
        let text = format!("{}x", "é".repeat(300));
        assert_eq!(excerpt(&text, 0..2).lines().next().unwrap(), format!("{}…", "é".repeat(100)));
        let last = excerpt(&text, 600..601);
        assert_eq!(last.lines().next().unwrap(), format!("…{}x", "é".repeat(99)));
        assert_eq!(last.lines().nth(1).unwrap(), format!("{}^", " ".repeat(100)));
    }

    #[test]
    fn marks_stay_in_the_line_and_do_no_harm() {
        assert_eq!(excerpt("a\tb\u{1b}c\r\nd", 2..100), "1 | a b\u{fffd}c\n  |   ^^^");
        assert_eq!(excerpt("", 5..9), "\n^");
        assert_eq!(excerpt("ab", 2..2), "ab\n  ^");
        assert_eq!(excerpt("é", 1..1), "é\n^");
    }
}
