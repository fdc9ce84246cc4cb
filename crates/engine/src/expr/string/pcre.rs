//! Rewrites a PCRE pattern into the dialect of our regex library where the two differ.
//!
//! In: the pattern as the user wrote it. Out: one that means the same here. MongoDB: patterns are UTF-8, but `\d`, `\w` and
//! `\s` know ASCII only; `$` also matches before a newline that ends the text. What neither dialect knows stays as it is
//! and is refused when it is compiled.

/// What `$` becomes: at the very end, or also before a last newline. The first is faster and right for most texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Only at the end of the text.
    OfText,
    /// Also before a newline that ends the text.
    OrLastNewline,
}

const AT_END: &str = r"(?=\n?\z)";

/// The members of `\d`, `\w`, `\s` and `\h`.
fn shorthand(letter: char) -> Option<&'static str> {
    Some(match letter.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "A-Za-z0-9_",
        's' => r"\t\n\x0B\f\r\x20",
        'h' => r"\t\x20\x{A0}",
        _ => return None,
    })
}

/// Rewrites `pattern`; `options` as MongoDB writes them.
pub(super) fn translate(pattern: &str, options: &str, end: End) -> String {
    let mut translation = Translation {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() + 16),
        end: if options.contains('m') { End::OfText } else { end },
        skips_comments: options.contains('x'),
    };
    translation.run();
    translation.out
}

struct Translation<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
    end: End,
    skips_comments: bool,
}

impl Translation<'_> {
    fn run(&mut self) {
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => self.escape(false),
                '[' => self.class(),
                '$' if self.end == End::OrLastNewline => self.out.push_str(AT_END),
                '{' if !self.opens_quantifier() => self.out.push_str(r"\{"),
                '#' if self.skips_comments => self.comment(),
                other => self.out.push(other),
            }
        }
    }

    fn comment(&mut self) {
        while self.rest.next_if(|&c| c != '\n').is_some() {}
    }

    /// Whether `{` is followed by `3}`, `3,}` or `3,5}`; otherwise PCRE takes it as it stands.
    fn opens_quantifier(&self) -> bool {
        let inside: String = self.rest.clone().take_while(|&c| c != '}').collect();
        let is_closed = self.rest.clone().any(|c| c == '}');
        let (least, most) = inside.split_once(',').unwrap_or((&inside, ""));
        let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        is_closed && !least.is_empty() && is_number(least) && is_number(most)
    }

    /// After a backslash.
    fn escape(&mut self, in_class: bool) {
        let Some(c) = self.rest.next() else {
            self.out.push('\\');
            return;
        };
        match (c, shorthand(c)) {
            (_, Some(members)) if c.is_ascii_lowercase() && in_class => self.out.push_str(members),
            (_, Some(members)) if c.is_ascii_lowercase() => self.push_all(&["[", members, "]"]),
            (_, Some(members)) => self.push_all(&["[^", members, "]"]),
            ('Q', _) => self.quoted(),
            ('E', _) => {}
            ('Z', _) if !in_class => self.out.push_str(AT_END),
            ('<' | '>', _) => self.out.push(c),
            _ => {
                self.out.push('\\');
                self.out.push(c);
            }
        }
    }

    fn push_all(&mut self, parts: &[&str]) {
        self.out.extend(parts.iter().copied());
    }

    /// `\Q…\E`: everything stands for itself.
    fn quoted(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            if c.is_ascii_punctuation() {
                self.out.push('\\');
            }
            self.out.push(c);
        }
    }

    /// After `[`, up to its `]`. Here `[`, `&` and `~` stand for themselves, as does a first `]`.
    fn class(&mut self) {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        if self.rest.next_if_eq(&']').is_some() {
            self.out.push_str(r"\]");
        }
        while let Some(c) = self.rest.next() {
            match c {
                ']' => {
                    self.out.push(']');
                    return;
                }
                '\\' => self.escape(true),
                '[' if self.rest.peek() == Some(&':') => self.posix(),
                '[' | '&' | '~' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                other => self.out.push(other),
            }
        }
    }

    /// `[:alpha:]`, up to its closing bracket.
    fn posix(&mut self) {
        self.out.push('[');
        for c in self.rest.by_ref() {
            self.out.push(c);
            if c == ']' {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_rewritten() {
        let cases = [
            (r"\d+\W", r"[0-9]+[^A-Za-z0-9_]"),
            (r"[\d\-\S]", r"[0-9\-[^\t\n\x0B\f\r\x20]]"),
            ("a$", r"a(?=\n?\z)"),
            (r"a\$", r"a\$"),
            ("[]a[&]", r"[\]a\[\&]"),
            ("[[:alpha:]]{2}", "[[:alpha:]]{2}"),
            ("a{b}{2,}", r"a\{b}{2,}"),
            (r"\Qa.b\Ec.", r"a\.bc."),
        ];
        for (pattern, expected) in cases {
            assert_eq!(translate(pattern, "", End::OrLastNewline), expected, "{pattern}");
        }
        assert_eq!(translate("a$", "m", End::OrLastNewline), "a$");
        assert_eq!(translate("a # [$\nb", "x", End::OrLastNewline), "a \nb");
    }
}
