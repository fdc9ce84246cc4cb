//! Text from data, made fit for a message.

/// Longer texts are cut in the middle of a message.
const MOST_CHARS: usize = 200;
/// Longer lines of a message are cut.
const LONGEST_LINE: usize = 4_000;

/// The text with control characters written as escapes, and cut where it is long. The marks around it are the caller's.
///
/// ```
/// assert_eq!(diagnostic::quote("a\u{1b}[31mb"), "a\\u{1b}[31mb");
/// assert!(diagnostic::quote(&"x".repeat(1_000_000)).chars().count() < 250);
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == MOST_CHARS {
            let left = text.chars().count() - MOST_CHARS;
            quoted.extend(["… (", &left.to_string(), " more characters)"]);
            break;
        }
        if is_harmful(c) { quoted.extend(c.escape_default()) } else { quoted.push(c) }
    }
    quoted
}

/// A whole message, with the control characters in it written as escapes and endless lines cut; line feeds stay. The last
/// filter before a terminal, for text whose parts were not quoted.
///
/// ```
/// assert_eq!(diagnostic::printable("a\u{1b}[2J\nb\0"), "a\\u{1b}[2J\nb\\u{0}");
/// ```
#[must_use]
pub fn printable(text: &str) -> String {
    let line = |line: &str| {
        let kept: String = line.chars().take(LONGEST_LINE).collect();
        let left = line.chars().count().saturating_sub(LONGEST_LINE);
        let mut shown = String::new();
        for c in kept.chars() {
            if is_harmful(c) && c != '\u{a0}' { shown.extend(c.escape_default()) } else { shown.push(c) }
        }
        if left > 0 { format!("{shown}… ({left} more characters)") } else { shown }
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Control characters, and those that turn the direction of a line.
pub(crate) fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{a0}')
}

#[cfg(test)]
mod tests {
    use super::{printable, quote};

    #[test]
    fn harmless_text_stays_and_harmful_text_is_escaped() {
        assert_eq!(quote("Zürich – “x”"), "Zürich – “x”");
        assert_eq!(quote("Single\u{a0}\0\n"), "Single\\u{a0}\\u{0}\\n");
        let long = quote(&"é".repeat(300));
        assert!(long.ends_with("é… (100 more characters)"), "{long}");
    }

    #[test]
    fn a_message_moves_no_terminal() {
        assert_eq!(printable("é\u{a0}x\n\u{9b}31m\t\u{202e}"), "é\u{a0}x\n\\u{9b}31m\\t\\u{202e}");
        let long = printable(&format!("{}\nnext", "x".repeat(5_000)));
        assert!(long.ends_with("x… (1000 more characters)\nnext"), "{long}");
    }
}
