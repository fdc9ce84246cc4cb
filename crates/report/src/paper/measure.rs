//! How wide text is in the font that a PDF carries, and where its lines break.
//!
//! In: text, a size, the room of a line. Out: lines that fit. Invariant: no letter is lost; a word that is wider than a line is
//! broken.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::chart::font::Face;
use crate::chart::text;

/// A size of letters in pixels, and whether they are bold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Letters {
    pub(super) size: u32,
    pub(super) is_bold: bool,
}

impl Letters {
    pub(super) const fn plain(size: u32) -> Self {
        Self { size, is_bold: false }
    }

    pub(super) const fn bold(size: u32) -> Self {
        Self { size, is_bold: true }
    }
}

/// The widths that were measured, in ems.
#[derive(Debug, Default)]
pub(super) struct Measure {
    known: RefCell<HashMap<(bool, String), f64>>,
}

impl Measure {
    /// The width of a text in pixels.
    pub(super) fn width(&self, text: &str, letters: Letters) -> f64 {
        let key = (letters.is_bold, text.to_owned());
        let ems = *self.known.borrow_mut().entry(key).or_insert_with(|| {
            let line = Face::of(letters.is_bold).and_then(|face| face.line(text).map(|line| line.width));
            // A text that the font cannot set is never narrower than this.
            line.unwrap_or_else(|_| text::width(text, 1.0))
        });
        ems * f64::from(letters.size)
    }

    /// The widest of a text's words.
    pub(super) fn widest_word(&self, text: &str, letters: Letters) -> f64 {
        text::words(text).map(|word| self.width(word.trim_end(), letters)).fold(0.0, f64::max)
    }

    /// The lines of a text, none wider than `room`.
    pub(super) fn wrap(&self, text: &str, letters: Letters, room: f64) -> Vec<String> {
        let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
        for word in text::words(text) {
            let (width, bare) = (self.width(word, letters), self.width(word.trim_end(), letters));
            if !line.is_empty() && used + bare > room {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if bare > room {
                self.push_broken(&mut lines, word, letters, room);
                line = lines.pop().unwrap_or_default();
                used = self.width(&line, letters);
            } else {
                line.push_str(word);
                used += width;
            }
        }
        lines.push(line);
        lines.iter().map(|line| line.trim_end().to_owned()).collect()
    }

    /// A word in pieces that fit.
    fn push_broken(&self, lines: &mut Vec<String>, word: &str, letters: Letters, room: f64) {
        let mut piece = String::new();
        for c in word.chars() {
            piece.push(c);
            if piece.chars().nth(1).is_some() && self.width(&piece, letters) > room {
                piece.pop();
                lines.push(std::mem::replace(&mut piece, c.to_string()));
            }
        }
        lines.push(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_no_letter() {
        let (measure, letters) = (Measure::default(), Letters::plain(12));
        for (text, room) in [
            ("Of 10,127 customers 1,627 closed their account: 16.1 %.", 120.0),
            ("Donaudampfschifffahrtsgesellschaftskapitän", 60.0),
            ("年齢区分年齢区分 年齢区分", 30.0),
            ("", 50.0),
            ("a", 1.0),
        ] {
            let lines = measure.wrap(text, letters, room);
            let letters_of = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(letters_of(&lines.concat()), letters_of(text));
            let widths = lines.iter().filter(|line| line.chars().count() > 1).map(|line| measure.width(line, letters));
            assert!(widths.fold(0.0, f64::max) <= room + 0.5, "{lines:?}");
        }
        assert_eq!(measure.wrap("one two three", letters, 55.0), ["one two", "three"]);
        assert!(measure.width("Gold", Letters::bold(12)) > measure.width("Gold", letters));
        assert!((measure.widest_word("a Platinum b", letters) - measure.width("Platinum", letters)).abs() < 1e-9);
    }
}
