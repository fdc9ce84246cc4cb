//! Text from data that is fit for any output: no character in it moves a cursor or breaks a file of XML.

/// The text with what cannot be shown replaced: blanks for line breaks and tabs, the replacement character for other control
/// characters and for those that XML has no place for.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// Words in lines no wider than `width`, the first behind `first` and the others behind `indent`; a word that is wider by itself is
/// broken.
pub(crate) fn wrapped(sentence: &str, first: &str, indent: &str, width: usize) -> String {
    // A figure and its percent sign stay on one line.
    let sentence = printable(sentence).replace(" %", "\u{a0}%");
    let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(indent);
    let mut text = String::new();
    for line in textwrap::wrap(sentence.trim(), options) {
        text.push_str(line.replace('\u{a0}', " ").trim_end());
        text.push('\n');
    }
    text
}

fn shown(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_replaced() {
        assert_eq!(printable("a\0b\u{1b}[31m\n\u{ffff}\u{85}é"), "a\u{fffd}b\u{fffd}[31m \u{fffd}\u{fffd}é");
    }
}
