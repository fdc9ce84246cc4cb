//! What PCRE2 takes of a pattern and PCRE, which the server has, does not.
//!
//! In: the pattern, read up to a verb, a name, a callout or a condition. Out: a refusal, where it is one that only PCRE2 knows.

use super::pcre::Reader;

/// The verbs of PCRE that take no name.
const VERBS: [&str; 18] = [
    "UTF8",
    "UTF",
    "UCP",
    "CR",
    "LF",
    "CRLF",
    "ANYCRLF",
    "ANY",
    "BSR_ANYCRLF",
    "BSR_UNICODE",
    "NO_START_OPT",
    "NO_AUTO_POSSESS",
    "ACCEPT",
    "FAIL",
    "F",
    "COMMIT",
    "PRUNE",
    "SKIP",
];
/// The starts of verbs that go on with a name or a number.
const STARTS: [&str; 7] = ["MARK:", ":", "PRUNE:", "SKIP:", "THEN:", "LIMIT_MATCH=", "LIMIT_RECURSION="];
/// A group's name is no longer.
const MOST_IN_A_NAME: usize = 32;

impl Reader<'_> {
    /// Behind `(`, at the `*`: up to the next closing bracket.
    pub(super) fn verb(&mut self) {
        let start = self.out.len() + 1;
        self.skip_past(')');
        let verb = self.out.get(start..).unwrap_or_default();
        let verb = verb.strip_suffix(')').unwrap_or(verb);
        if !VERBS.contains(&verb) && verb != "THEN" && !STARTS.iter().any(|known| verb.starts_with(known)) {
            self.refusal = Some("(*VERB) not recognized or malformed");
        }
    }

    /// The name of a group, up to its `end`.
    pub(super) fn name(&mut self, end: char) {
        let start = self.out.len();
        self.skip_past(end);
        let name = self.out.get(start..).unwrap_or_default();
        let name = name.strip_suffix(end).unwrap_or(name);
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.refusal = Some("syntax error in subpattern name (missing terminator)");
        } else if name.len() > MOST_IN_A_NAME {
            self.refusal = Some("subpattern name is too long (maximum 32 characters)");
        }
    }

    /// Behind `(?C`: a number at most.
    pub(super) fn callout(&mut self) {
        let start = self.out.len();
        self.skip_until_end();
        if !self.out[start..].bytes().all(|byte| byte.is_ascii_digit()) {
            self.refusal = Some("closing ) for (?C expected");
        }
    }

    /// Everything up to the next closing bracket, which is left.
    pub(super) fn skip_until_end(&mut self) {
        while self.rest.peek().is_some_and(|&c| c != ')') {
            self.take();
        }
    }

    /// Behind `(?(`: anything but a version of the library.
    pub(super) fn condition(&mut self) {
        let mut rest = self.rest.clone();
        if "VERSION".chars().all(|letter| rest.next() == Some(letter)) && matches!(rest.next(), Some('=' | '>')) {
            self.refusal = Some("malformed number or name after (?(");
        }
    }

    /// Behind `\x`: without digits it is the character with the number 0, which PCRE2 wants to see written.
    pub(super) fn hexadecimal(&mut self) {
        if self.rest.peek().is_some_and(char::is_ascii_hexdigit) {
            self.digits(2, |c| c.is_ascii_hexdigit());
        } else {
            self.out.push_str("00");
        }
    }
}
