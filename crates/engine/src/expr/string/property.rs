//! Properties of characters, `\p{Lu}`, as PCRE has them: their names, and upper and lower case where case does not count.
//!
//! In: a pattern behind `\p`, `\P` or `[`. Out: the same for PCRE2.
//! MongoDB: a name is spelled as here, and those that came later are unknown. `Lu`, `Ll` and `Lt` mean the same with and
//! without option `i`; PCRE2 takes all three for one another under it, so they are written with the option off, those of a class
//! beside it.

use super::pcre::Reader;

/// Properties that depend on case.
const CASED: [&str; 3] = ["Lu", "Ll", "Lt"];
/// What matches no character of a text, and stands in a class where one of [`CASED`] stood.
const NOTHING: &str = "\\p{Cs}";

const CATEGORIES: &str = "Any C Cc Cf Cn Co Cs L L& Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm \
                          So Xan Xps Xsp Xuc Xwd Z Zl Zp Zs";
const SCRIPTS: &str = "Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bopomofo Brahmi Braille Buginese Buhid \
                       Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Common Coptic Cuneiform Cypriot \
                       Cyrillic Deseret Devanagari Duployan Egyptian_Hieroglyphs Elbasan Ethiopic Georgian Glagolitic Gothic \
                       Grantha Greek Gujarati Gurmukhi Han Hangul Hanunoo Hebrew Hiragana Imperial_Aramaic Inherited \
                       Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kayah_Li Kharoshthi \
                       Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani \
                       Malayalam Mandaic Manichaean Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao \
                       Modi Mongolian Mro Myanmar Nabataean New_Tai_Lue Nko Ogham Ol_Chiki Old_Italic Old_North_Arabian \
                       Old_Permic Old_Persian Old_South_Arabian Old_Turkic Oriya Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau \
                       Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala \
                       Sora_Sompeng Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil \
                       Telugu Thaana Thai Tibetan Tifinagh Tirhuta Ugaritic Vai Warang_Citi Yi";

impl Reader<'_> {
    /// Behind `\p` or `\P`. Whether it is one that depends on case.
    pub(super) fn property(&mut self) -> bool {
        let start = self.out.len();
        if self.take() != Some('{') {
            return false;
        }
        self.skip_past('}');
        let Some(name) = self.out[start..].strip_prefix('{').and_then(|name| name.strip_suffix('}')) else {
            return false;
        };
        let name = name.strip_prefix('^').unwrap_or(name);
        let is_cased = CASED.contains(&name);
        if !CATEGORIES.split(' ').chain(SCRIPTS.split(' ')).any(|known| known == name) {
            self.refusal = Some("unknown property name after \\P or \\p");
        }
        is_cased
    }

    /// The same outside of a class; it is written from `start` on.
    pub(super) fn property_outside(&mut self, start: usize) {
        if self.property() && self.is_caseless {
            self.out.insert_str(start, "(?-i:");
            self.out.push(')');
        }
    }

    /// The same inside a class: it is taken out of it.
    pub(super) fn property_in_class(&mut self, start: usize, cased: &mut String) {
        if self.property() && self.is_caseless {
            cased.push_str(&self.out[start..]);
            self.out.truncate(start);
            self.out.push_str(NOTHING);
        }
    }

    /// A class that is written from `start` on, with what was taken out of it beside it.
    pub(super) fn class_with(&mut self, start: usize, cased: &str) {
        if cased.is_empty() {
            return;
        }
        let class = self.out.split_off(start);
        if class.starts_with("[^") {
            self.out.extend(["(?:(?!(?-i:[", cased, "]))", &class, ")"]);
        } else {
            self.out.extend(["(?:", &class, "|(?-i:[", cased, "]))"]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;

    /// What of a text matches.
    fn matched(pattern: &str, options: &str) -> String {
        let pattern = Pattern::new(&format!("^{pattern}$"), options).unwrap();
        "aAéÉǅßK".chars().filter(|c| pattern.is_match(&c.to_string()).unwrap()).collect()
    }

    #[test]
    fn case_counts_in_properties_whatever_the_options_say() {
        for (pattern, expected) in [
            (r"\p{Lu}", "AÉK"),
            (r"\p{Ll}", "aéß"),
            (r"\p{Lt}", "ǅ"),
            (r"\P{Lu}", "aéǅß"),
            (r"\p{^Lu}", "aéǅß"),
            (r"[\p{Lu}]", "AÉK"),
            (r"[^\p{Lu}]", "aéǅß"),
            (r"[^\P{Lu}]", "AÉK"),
            (r"[\p{Lu}-a]", "aAÉK"),
            (r"[^\p{Lu}a]", "éǅß"),
            (r"(?-i)\p{Lu}", "AÉK"),
            (r"(?-i:\p{Lu}|k)", "AÉK"),
            (r"\p{L&}", "aAéÉǅßK"),
            (r"(?:\p{Lu}|é)", "AéÉK"),
        ] {
            assert_eq!(matched(pattern, "i"), expected, "{pattern}");
        }
        assert_eq!(matched(r"(?i)\p{Lu}", ""), "AÉK");
        assert_eq!(matched(r"(?i:[\p{Lu}é])", ""), "AéÉK");
        let behind = Pattern::new(r"(?<=[\p{Lu}\d])b{1,2}\p{Lu}+", "i").unwrap();
        assert!(behind.is_match("AbBC").unwrap() && !behind.is_match("abBc").unwrap());
    }

    #[test]
    fn only_names_that_the_server_knows_are_taken() {
        for name in ["Lc", "lu", " Lu ", "Uppercase", "sc:Latin", "Script=Latin", "Hira", "Emoji", "Vithkuqi", ""] {
            assert_eq!(Pattern::new(&format!("\\p{{{name}}}"), "").unwrap_err().code(), Some(51_111), "{name}");
            assert!(Pattern::new(&format!("[\\P{{{name}}}]"), "i").is_err(), "{name}");
        }
        assert!(Pattern::new(r"[a-\p{Lu}]", "i").is_err());
        for name in super::CATEGORIES.split(' ').chain(super::SCRIPTS.split(' ')) {
            assert!(Pattern::new(&format!("\\p{{{name}}}"), "i").is_ok(), "{name}");
        }
    }
}
