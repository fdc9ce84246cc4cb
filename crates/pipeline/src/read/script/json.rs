//! Whether a text is JSON, so that it is read as Extended JSON and not as a script.
//!
//! In: text. Out: yes, if it holds nothing that JSON has not; comments and commas before a bracket's end are let pass.
//! Invariant: only the words are looked at, not the grammar, which the reader checks.

pub(super) fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let mut rest = text.trim_start();
    let mut is_first = true;
    while let Some(next) = rest.chars().next() {
        let length = match next {
            '"' => match string(rest) {
                Some(length) => length,
                None => return false,
            },
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => match rest.find("*/") {
                Some(at) => at + 2,
                None => return false,
            },
            c if c.is_whitespace() => c.len_utf8(),
            '{' | '[' => 1,
            _ if is_first => return false,
            '}' | ']' | ':' | ',' => 1,
            '-' | '0'..='9' => rest.find(|c: char| !(c.is_ascii_digit() || "+-.eE".contains(c))).unwrap_or(rest.len()),
            _ => match ["true", "false", "null"].iter().find(|word| rest.starts_with(**word)) {
                Some(word) => word.len(),
                None => return false,
            },
        };
        is_first = is_first && !matches!(next, '{' | '[');
        rest = &rest[length..];
    }
    !is_first
}

/// How long the string is that begins here.
fn string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(at + 1),
            '\n' => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_told_from_scripts() {
        for text in ["[]", " {\"a\": -1.5e3}", "[{\"$match\": {\"a\": null}}, ]", "// all\n[true]", "[1 /* one */]"] {
            assert!(is_json(text), "{text}");
        }
        for text in [
            "",
            "5",
            "\"a\"",
            "[{a: 1}]",
            "['a']",
            "[1, NaN]",
            "[True]",
            "db.c.aggregate([])",
            "[\"a",
            "# x\n[]",
            "[0x1]",
        ] {
            assert!(!is_json(text), "{text}");
        }
    }
}
