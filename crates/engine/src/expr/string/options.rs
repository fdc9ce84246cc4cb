//! Options inside a pattern, `(?i-x)`.
//!
//! In: a pattern behind `(?`. Out: the same for PCRE2. Invariant: what is written are only options that both libraries have, each
//! once.

use super::pcre::{Length, Reader};

impl Reader<'_> {
    /// `(?i-x)` for what follows, `(?i-x:…)` for a group. PCRE2 gives a second `x` a meaning of its own, and has no `X`.
    pub(super) fn options(&mut self, first: char) -> Option<Length> {
        self.out.pop();
        let (mut c, mut on, mut off) = (Some(first), String::new(), String::new());
        let mut is_on = true;
        loop {
            match c {
                Some('-') => is_on = false,
                Some(letter @ ('i' | 'm' | 's' | 'x' | 'J' | 'U' | 'X')) => {
                    let letters = if is_on { &mut on } else { &mut off };
                    if !letters.contains(letter) {
                        letters.push(letter);
                    }
                }
                Some(end @ (':' | ')')) => return self.with_options(&on, &off, end),
                Some(_) => {
                    self.refusal = Some("unrecognized character after (? or (?-");
                    return None;
                }
                None => return None,
            }
            c = self.rest.next();
        }
    }

    /// What is switched off stays off, also where it is switched on beside it.
    fn with_options(&mut self, on: &str, off: &str, end: char) -> Option<Length> {
        let outside = (self.is_extended, self.is_caseless, self.is_extra);
        for (letter, is_set) in [('x', &mut self.is_extended), ('i', &mut self.is_caseless), ('X', &mut self.is_extra)]
        {
            *is_set = (*is_set || on.contains(letter)) && !off.contains(letter);
        }
        self.out.extend(on.chars().filter(|&letter| letter != 'X'));
        if off.chars().any(|letter| letter != 'X') {
            self.out.push('-');
            self.out.extend(off.chars().filter(|&letter| letter != 'X'));
        }
        self.out.push(end);
        if end == ')' {
            return None;
        }
        let length = self.branches(false);
        (self.is_extended, self.is_caseless, self.is_extra) = outside;
        Some(length)
    }
}
