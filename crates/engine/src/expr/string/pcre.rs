//! What our regex library, PCRE2, must be told of a pattern written for PCRE, which the server has.
//!
//! In: the pattern as the user wrote it. Out: one that means the same to PCRE2, or why the server refuses it.
//! MongoDB: a backslash before a letter without a meaning stands for the letter; each branch of a look-behind must have
//! a length of its own that is known. PCRE2 refuses the first, and takes a look-behind of varying length.

use std::iter::Peekable;
use std::str::Chars;

/// Letters that mean nothing behind a backslash, and those that mean nothing there inside a class.
const PLAIN: &str = "FIJMOTYijmqy";
const PLAIN_IN_CLASS: &str = "BRX";
/// The name of a verb that PCRE2 calls `(*UTF)`.
const UTF_8: &str = "(*UTF8)";
/// Groups in one another, as PCRE has them at most.
const MOST_LEVELS: usize = 250;

/// How many characters a piece of a pattern matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Fixed(u32),
    Varies,
    /// Left to the library: what recurses, or depends on a condition.
    Unknown,
}

impl Length {
    fn and(self, next: Self) -> Self {
        match (self, next) {
            (Self::Fixed(a), Self::Fixed(b)) => Self::Fixed(a.saturating_add(b)),
            (Self::Varies, _) | (_, Self::Varies) => Self::Varies,
            _ => Self::Unknown,
        }
    }

    /// Of a group whose branches are these.
    fn or(self, branch: Self) -> Self {
        match (self, branch) {
            (Self::Fixed(a), Self::Fixed(b)) if a != b => Self::Varies,
            _ => self.and(branch).min_of(self),
        }
    }

    fn min_of(self, one: Self) -> Self {
        if matches!(self, Self::Fixed(_)) { one } else { self }
    }
}

/// The pattern for PCRE2, under the options (`i m x s u`) that hold from its start; and what it ends in, a comment or a
/// quotation, that what stood behind it would be a part of.
pub(super) fn translate(pattern: &str, options: &str) -> Result<(String, Option<&'static str>), &'static str> {
    let mut reader = Reader {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len()),
        is_extended: options.contains('x'),
        is_caseless: options.contains('i'),
        is_extra: false,
        refusal: None,
        open: None,
        n_groups: 0,
        level: 0,
    };
    while reader.rest.peek().is_some() {
        reader.branches(false);
        // A bracket that closes nothing: the library says so.
        reader.take();
    }
    match reader.refusal {
        Some(refusal) => Err(refusal),
        None => Ok((with_its_verbs(&reader.out), reader.open)),
    }
}

/// The pattern behind its verbs, which stand first, in PCRE2's names. Unless one of them says otherwise, letters, digits and
/// blanks are those of ASCII alone.
fn with_its_verbs(pattern: &str) -> String {
    let mut end = 0;
    while pattern[end..].starts_with("(*") {
        let Some(length) = pattern[end..].find(')') else { break };
        end += length + 1;
    }
    let (verbs, rest) = pattern.split_at(end);
    let kind = if verbs.contains("(*UCP)") { "" } else { "(?a)" };
    format!("{}{kind}{rest}", verbs.replace(UTF_8, "(*UTF)"))
}

/// Reads a pattern once, from left to right, and writes it down as it goes.
pub(super) struct Reader<'p> {
    pub(super) rest: Peekable<Chars<'p>>,
    pub(super) out: String,
    /// Whether blanks and comments do not count.
    pub(super) is_extended: bool,
    /// Whether case does not count.
    pub(super) is_caseless: bool,
    /// Whether a letter without a meaning may not stand behind a backslash.
    pub(super) is_extra: bool,
    pub(super) refusal: Option<&'static str>,
    /// What the pattern has ended in.
    open: Option<&'static str>,
    /// Groups that were opened so far.
    n_groups: usize,
    /// Groups that are open.
    level: usize,
}

impl Reader<'_> {
    pub(super) fn take(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        self.out.push(c);
        Some(c)
    }

    fn take_if(&mut self, expected: char) -> bool {
        let is_next = self.rest.peek() == Some(&expected);
        if is_next {
            self.take();
        }
        is_next
    }

    /// Everything behind the next `end`.
    pub(super) fn skip_past(&mut self, end: char) {
        while self.take().is_some_and(|c| c != end) {}
    }

    /// The branches of a group, up to its closing bracket, which is left. In a look-behind each has its own length.
    pub(super) fn branches(&mut self, is_look_behind: bool) -> Length {
        let before = (self.is_extended, self.is_caseless, self.is_extra);
        let mut whole = None;
        loop {
            let branch = self.branch();
            if is_look_behind && branch == Length::Varies {
                self.refusal = Some("lookbehind assertion is not fixed length");
            }
            whole = Some(whole.map_or(branch, |whole: Length| whole.or(branch)));
            if !self.take_if('|') {
                break;
            }
        }
        (self.is_extended, self.is_caseless, self.is_extra) = before;
        whole.unwrap_or(Length::Fixed(0))
    }

    fn branch(&mut self) -> Length {
        let mut whole = Length::Fixed(0);
        while let Some(&c) = self.rest.peek() {
            if matches!(c, '|' | ')') {
                break;
            }
            let is_quantifier = c == '{' && self.counts().is_some();
            self.take();
            let item = match c {
                '\\' => self.escape(),
                '[' => self.class(),
                '(' => self.group(),
                '^' | '$' => Length::Fixed(0),
                // PCRE2 knows more quantifiers, such as `{,2}`; it refuses one that has nothing to repeat.
                '{' if !is_quantifier => {
                    self.out.insert(self.out.len() - 1, '\\');
                    Length::Fixed(1)
                }
                '#' if self.is_extended => {
                    self.skip_past('\n');
                    self.open = self.open.or((!self.out.ends_with('\n')).then_some("comment"));
                    continue;
                }
                c if self.is_extended && c.is_ascii_whitespace() => continue,
                _ => Length::Fixed(1),
            };
            whole = whole.and(self.repeated(item));
        }
        whole
    }

    /// The length with the quantifier that follows, if one does.
    fn repeated(&mut self, item: Length) -> Length {
        let length = match self.rest.peek() {
            Some('?' | '*' | '+') => {
                self.take();
                Length::Varies
            }
            Some('{') => match self.counts() {
                Some((least, most)) => {
                    self.skip_past('}');
                    match item {
                        Length::Fixed(length) if Some(least) == most => Length::Fixed(length.saturating_mul(least)),
                        _ if Some(least) == most => item,
                        _ => Length::Varies,
                    }
                }
                None => return item,
            },
            _ => return item,
        };
        if !self.take_if('?') {
            self.take_if('+');
        }
        length
    }

    /// `{2}`, `{2,}` or `{2,5}`; any other brace stands for itself.
    fn counts(&self) -> Option<(u32, Option<u32>)> {
        let inside: String = self.rest.clone().skip(1).take_while(|&c| c.is_ascii_digit() || c == ',').collect();
        let is_closed = self.rest.clone().nth(inside.len() + 1) == Some('}');
        let (least, most) = match inside.split_once(',') {
            Some((least, "")) => (least, None),
            Some((least, most)) => (least, Some(most)),
            None => (inside.as_str(), Some(inside.as_str())),
        };
        let least = least.parse().ok().filter(|_| is_closed)?;
        match most {
            None => Some((least, None)),
            Some(most) => Some((least, Some(most.parse().ok()?))),
        }
    }

    /// Behind `\`, outside of a class.
    fn escape(&mut self) -> Length {
        let Some(c) = self.take() else { return Length::Fixed(0) };
        match c {
            'Q' => return self.quoted(),
            'A' | 'B' | 'b' | 'E' | 'G' | 'K' | 'Z' | 'z' => return Length::Fixed(0),
            'k' | 'g' if self.rest.peek() == Some(&'{') => {
                self.skip_past('}');
                return Length::Varies;
            }
            '8' | '9' if self.n_groups < 8 => self.without_backslash(c),
            'R' | 'X' | 'C' | 'k' | 'g' | '1'..='9' => return Length::Varies,
            'N' if self.rest.peek() == Some(&'{') && self.counts().is_none() => {
                self.refusal = Some("\\N{name} is not supported");
            }
            'c' => drop(self.take()),
            'p' | 'P' => self.property_outside(self.out.len() - 2),
            'x' | 'o' if self.rest.peek() == Some(&'{') => self.skip_past('}'),
            'x' => self.hexadecimal(),
            '0' => self.digits(2, |c| c.is_digit(8)),
            c if PLAIN.contains(c) => self.without_backslash(c),
            _ => {}
        }
        Length::Fixed(1)
    }

    pub(super) fn digits(&mut self, most: usize, is_digit: impl Fn(char) -> bool) {
        for _ in 0..most {
            if self.rest.peek().is_some_and(|&c| is_digit(c)) {
                self.take();
            }
        }
    }

    fn without_backslash(&mut self, letter: char) {
        if self.is_extra && letter.is_ascii_alphabetic() {
            self.refusal = Some("unrecognized character follows \\");
        }
        self.out.truncate(self.out.len() - 2);
        self.out.push(letter);
    }

    /// `\Q…\E`: everything stands for itself. A quantifier behind it belongs to the last character.
    fn quoted(&mut self) -> Length {
        let mut length = 0;
        self.open = Some("quotation");
        while let Some(c) = self.take() {
            if c == '\\' && self.take_if('E') {
                self.open = None;
                break;
            }
            length += 1;
        }
        match self.repeated(Length::Fixed(1)) {
            Length::Fixed(last) if length > 0 => Length::Fixed(length - 1 + last),
            _ if length == 0 => Length::Fixed(0),
            other => other,
        }
    }

    /// Behind `[`, up to its `]`.
    fn class(&mut self) -> Length {
        let (start, mut cased) = (self.out.len() - 1, String::new());
        self.take_if('^');
        self.take_if(']');
        // MongoDB: a hyphen behind what stands for several characters is one of the class, which PCRE2 refuses.
        let mut is_behind_set = false;
        while let Some(c) = self.take() {
            is_behind_set = match c {
                ']' => {
                    self.class_with(start, &cased);
                    break;
                }
                '[' if self.rest.peek() == Some(&':') => self.posix(),
                '\\' => self.escape_in_class(&mut cased, is_behind_set),
                '-' if is_behind_set => {
                    self.out.insert(self.out.len() - 1, '\\');
                    false
                }
                _ => false,
            };
        }
        Length::Fixed(1)
    }

    /// `[:alpha:]`, where it is one: otherwise the bracket stands for itself. MongoDB: where case does not count, upper and
    /// lower case are all letters.
    fn posix(&mut self) -> bool {
        let name: String = self.rest.clone().skip(1).take_while(|&c| c.is_ascii_lowercase() || c == '^').collect();
        let is_set = self.rest.clone().skip(name.len() + 1).take(2).eq([':', ']']);
        if is_set {
            let start = self.out.len() + 1;
            self.skip_past(']');
            let bare = name.trim_start_matches('^');
            if self.is_caseless && matches!(bare, "upper" | "lower") {
                let end = start + name.len();
                self.out.replace_range(end - bare.len()..end, "alpha");
            }
        }
        is_set
    }

    /// Whether what is behind us then stands for several characters.
    fn escape_in_class(&mut self, cased: &mut String, is_behind_set: bool) -> bool {
        match self.take() {
            Some('p' | 'P') => {
                self.property_in_class(self.out.len() - 2, cased);
                true
            }
            Some('d' | 'D' | 'w' | 'W' | 's' | 'S' | 'h' | 'H' | 'v' | 'V') => true,
            Some('E') => is_behind_set,
            Some('Q') => self.quoted_in_class() && is_behind_set,
            Some('x') if self.rest.peek() != Some(&'{') => {
                self.hexadecimal();
                false
            }
            Some(c) if PLAIN.contains(c) || PLAIN_IN_CLASS.contains(c) => {
                self.without_backslash(c);
                false
            }
            _ => false,
        }
    }

    /// Whether nothing is quoted.
    fn quoted_in_class(&mut self) -> bool {
        let mut is_empty = true;
        while let Some(c) = self.take() {
            if c == '\\' && self.take_if('E') {
                break;
            }
            is_empty = false;
        }
        is_empty
    }

    /// Behind `(`, with its closing bracket.
    fn group(&mut self) -> Length {
        if self.level == MOST_LEVELS {
            self.refusal = Some("parentheses are too deeply nested");
            while self.take().is_some() {}
            return Length::Unknown;
        }
        self.level += 1;
        let length = self.inside_group();
        self.level -= 1;
        length
    }

    fn inside_group(&mut self) -> Length {
        let length = if self.take_if('?') {
            self.special()
        } else if self.rest.peek() == Some(&'*') {
            self.verb();
            return Length::Fixed(0);
        } else {
            self.n_groups += 1;
            Some(self.branches(false))
        };
        match length {
            Some(length) => {
                self.take_if(')');
                length
            }
            None => Length::Fixed(0),
        }
    }

    /// Behind `(?`; `None` where the closing bracket is behind us and nothing is matched.
    fn special(&mut self) -> Option<Length> {
        let zero = |_| Some(Length::Fixed(0));
        match self.take() {
            Some('#') => {
                self.skip_past(')');
                None
            }
            Some('=' | '!') => zero(self.branches(false)),
            Some('<') if self.take_if('=') || self.take_if('!') => zero(self.branches(true)),
            Some('<') => Some(self.named('>')),
            Some('\'') => Some(self.named('\'')),
            Some(':' | '>' | '|') => Some(self.branches(false)),
            Some('P') if self.take_if('<') => Some(self.named('>')),
            Some('(') => {
                // One that looks around is read as the group that it is.
                self.condition();
                self.group();
                self.branches(false);
                Some(Length::Unknown)
            }
            Some('R' | '&' | 'P' | '+' | '0'..='9') => {
                self.skip_until_end();
                Some(Length::Unknown)
            }
            Some('C') => {
                self.callout();
                Some(Length::Fixed(0))
            }
            Some(c) => self.options(c),
            None => None,
        }
    }

    fn named(&mut self, end: char) -> Length {
        self.n_groups += 1;
        self.name(end);
        self.branches(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_without_a_meaning_stand_for_themselves() {
        for (pattern, expected) in [
            (r"\i\y\\i\w", r"iy\\i\w"),
            (r"[\B\i\w]\B", r"[Bi\w]\B"),
            (r"\Q\i\E\i", r"\Q\i\Ei"),
            (r"[\Q\i]\E\i]\j", r"[\Q\i]\Ei]j"),
            (r"(*UTF8)(*UCP)a(*UTF8)", r"(*UTF)(*UCP)a(*UTF8)"),
            (r"a{b}{,2}é{2}[[:alpha:]{]]", r"a\{b}\{,2}é{2}[[:alpha:]{]]"),
            (r"\8(\x{e9})\g{1}\81", r"8(\x{e9})\g{1}81"),
            (r"[\w-.][[:alpha:]\E--z][\w\Q-\E-z][\w-]", r"[\w\-.][[:alpha:]\E\--z][\w\Q-\E-z][\w\-]"),
            ("(?i)[[:upper:][:^lower:]_]", "(?i)[[:alpha:][:^alpha:]_]"),
            (r"(?xx)[a b](?x-x)(?--i)(?-)(?iX:a)", r"(?x)[a b](?x-x)(?-i)(?)(?i:a)"),
            ("(", "("),
            ("a)b\\", "a)b\\"),
            ("[", "["),
        ] {
            let is_unicode = pattern.contains("(*UCP)");
            let expected = if is_unicode { expected.to_owned() } else { format!("(?a){expected}") };
            assert_eq!(translate(pattern, "").map(|(translated, _)| translated), Ok(expected));
        }
    }

    #[test]
    fn groups_in_one_another_are_bounded() {
        let nested = |n: usize| format!("{}a{}", "(?:".repeat(n), ")".repeat(n));
        assert!(translate(&nested(MOST_LEVELS), "").is_ok());
        assert_eq!(translate(&nested(MOST_LEVELS + 1), ""), Err("parentheses are too deeply nested"));
        assert!(translate(&nested(200_000), "").is_err());
    }

    #[test]
    fn a_look_behind_of_varying_length_is_refused() {
        for pattern in [
            "(?<=a+)b",
            "(?<!a*)b",
            "(?<=(?:ab|a))b",
            "(?<=a{1,2})a",
            r"(?<=(a)\1)",
            r"(?<=\R)",
            "x(?=(?<!a?)b)",
            "(?<=b(?i:ab|c))",
            r"(?<=\Qab\E?)",
            "(?<=(?<n>a|bc)d)",
        ] {
            assert!(translate(pattern, "").is_err(), "{pattern}");
        }
        for pattern in [
            "(?<=ab|c)a",
            "(?<=a{2})a",
            "(?<=[a+*]b)",
            r"(?<=\x{e9}\p{L}\.)",
            "(?<=(?:ab|cd))",
            r"(?<=\Qa+\E)",
            "(?<=^|,)a",
            "(?<=a(?=b+))",
            "(?<=a{x)b+",
            r"(?<=\bab)",
            "(?<=(?#a|bc)x)",
            r"(?<=\+)a+",
            "(?<name>a+)",
            "(?<=a(?i)b)",
        ] {
            assert!(translate(pattern, "").is_ok(), "{pattern}");
        }
        assert!(translate("(?<=a b # +\n)c", "x").is_ok());
        assert!(translate("(?<=(?x)a b # +\n)c", "").is_ok());
        assert!(translate("(?<=a|b c)(?<=(?:a|b c))", "x").is_err());
    }
}
