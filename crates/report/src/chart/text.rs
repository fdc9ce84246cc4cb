//! How much room text takes, without reading a font.
//!
//! The widths are those of a wide sans serif (`DejaVu`, which the PNG and PDF carry); system fonts are mostly narrower, so
//! that what fits here fits there.

use textwrap::core::Fragment;
use textwrap::wrap_algorithms::wrap_first_fit;

/// The width of a text at a font size, in the picture's units.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.28,
        ' ' | '.' | ',' | ':' | ';' | 'I' | '!' | '-' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '–' => 0.42,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.57,
        'm' | 'M' | 'W' | '%' | '@' | '—' | '…' => 0.96,
        'w' | '+' | '<' | '>' | '=' | '−' | '~' => 0.84,
        'G' | 'O' | 'Q' | 'D' | 'H' | 'N' | 'U' => 0.77,
        'A'..='Z' => 0.68,
        c if c.is_ascii() => 0.64,
        '\u{0300}'..='\u{036f}' | '\u{200b}'..='\u{200f}' => 0.0,
        '\u{1100}'.. => 1.05,
        _ => 0.66,
    }
}

/// Breaks a text into at most `n_lines` lines no wider than `room`; what is left over ends in an ellipsis.
pub(crate) fn wrap(text: &str, size: f64, room: f64, n_lines: usize) -> Vec<String> {
    let words: Vec<Word<'_>> = words(text).map(|text| Word { text, size }).collect();
    let mut lines: Vec<String> =
        wrap_first_fit(&words, &[room + 0.01]).iter().map(|line| line.iter().map(|word| word.text).collect()).collect();
    if lines.is_empty() {
        lines.push(String::new());
    }
    if lines.len() > n_lines.max(1) {
        let rest = lines.split_off(n_lines.max(1) - 1).concat();
        lines.push(rest);
    }
    lines.iter().map(|line| shorten(line.trim(), size, room)).collect()
}

/// A word with the blank that follows it, as `textwrap` sees it.
#[derive(Debug)]
struct Word<'a> {
    text: &'a str,
    size: f64,
}

impl Fragment for Word<'_> {
    fn width(&self) -> f64 {
        width(self.text.trim_end(), self.size)
    }

    fn whitespace_width(&self) -> f64 {
        width(self.text, self.size) - self.width()
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

/// Whether a text fits into `n_lines` lines of the given room without losing a letter.
pub(crate) fn fits(text: &str, size: f64, room: f64, n_lines: usize) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let lines = wrap(text, size, room, n_lines);
    lines.iter().map(|line| letters(line)).sum::<usize>() == letters(text)
        && lines.iter().all(|line| width(line, size) <= room + 0.01)
}

/// Words with what follows them: a space, or the hyphen or slash after which a line may break.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive([' ', '/']).flat_map(|word| {
        // A hyphen inside a long word may break (Post-Graduate); one between figures (30-39) may not.
        let cut = word.find('-').filter(|&at| at > 2 && word[at + 1..].trim_end().len() > 2).map_or(0, |at| at + 1);
        let (head, tail) = word.split_at(cut);
        [head, tail].into_iter().filter(|part| !part.is_empty())
    })
}

/// The text, cut with an ellipsis where it is too wide: at a word, where that leaves most of it.
pub(crate) fn shorten(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room + 0.01 {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&kept, size) + (advance(c) + advance('…')) * size > room {
            break;
        }
        kept.push(c);
    }
    let is_inside_word = text[kept.len()..].starts_with(|c: char| !c.is_whitespace());
    if is_inside_word && let Some(at) = kept.rfind(char::is_whitespace).filter(|at| at * 2 >= kept.len()) {
        kept.truncate(at);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_wrap_at_words_and_shorten_last() {
        assert_eq!(wrap("Less than $40K", 12.0, 70.0, 2), ["Less than", "$40K"]);
        assert_eq!(wrap("Post-Graduate", 12.0, 70.0, 2), ["Post-", "Graduate"]);
        assert_eq!(wrap("Uneducated", 12.0, 40.0, 2), ["Une…"]);
        assert_eq!(wrap("", 12.0, 40.0, 2), [""]);
        assert_eq!(shorten("Transactions in the last year", 12.0, 160.0), "Transactions in the last…");
        assert_eq!(shorten("Transactions in the last year", 12.0, 140.0), "Transactions in the…");
        assert!(fits("$80K - $120K", 12.0, 60.0, 3));
        assert!(!fits("Contacts with the bank in the last year", 12.0, 60.0, 2));
        assert_eq!(wrap("お客様の年齢区分", 12.0, 40.0, 1), ["お客…"]);
    }
}
