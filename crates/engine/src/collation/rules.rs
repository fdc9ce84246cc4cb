//! The rules of a language, by ICU4X.
//!
//! In: a collation. Out: the order of strings, and keys that lie in that order. Invariant: rules that ICU4X has not are refused,
//! never taken for others: it would silently use the usual ones.

use std::cmp::Ordering;

use icu_collator::options::{AlternateHandling, CaseLevel, CollatorOptions, MaxVariable, Strength};
use icu_collator::preferences::{CollationCaseFirst, CollationNumericOrdering};
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::Locale;
use pipeline::{CaseFirst, Collation};

use crate::Error;

/// A language's rules, made ready.
pub(super) struct Rules(CollatorBorrowed<'static>);

impl Rules {
    pub(super) fn of(collation: &Collation) -> Result<Self, Error> {
        let locale: Locale = tag(collation)?.parse().map_err(|_| unknown(collation))?;
        let mut preferences = CollatorPreferences::from(locale);
        preferences.case_first = collation.case_first.map(|first| match first {
            CaseFirst::Off => CollationCaseFirst::False,
            CaseFirst::Upper => CollationCaseFirst::Upper,
            CaseFirst::Lower => CollationCaseFirst::Lower,
        });
        let by_number = |is_on| if is_on { CollationNumericOrdering::True } else { CollationNumericOrdering::False };
        preferences.numeric_ordering = collation.numeric_ordering.map(by_number);
        let mut options = CollatorOptions::default();
        options.strength = Some(match collation.strength {
            1 => Strength::Primary,
            2 => Strength::Secondary,
            4 => Strength::Quaternary,
            5 => Strength::Identical,
            _ => Strength::Tertiary,
        });
        options.case_level = collation.case_level.map(|is_on| if is_on { CaseLevel::On } else { CaseLevel::Off });
        let (shifted, plain) = (AlternateHandling::Shifted, AlternateHandling::NonIgnorable);
        options.alternate_handling = collation.is_shifted.map(|is_on| if is_on { shifted } else { plain });
        let (space, punctuation) = (MaxVariable::Space, MaxVariable::Punctuation);
        options.max_variable = collation.shifts_only_spaces.map(|is_on| if is_on { space } else { punctuation });
        CollatorBorrowed::try_new(preferences, options).map(Self).map_err(|_| unknown(collation))
    }

    pub(super) fn compare(&self, a: &str, b: &str) -> Ordering {
        self.0.compare(a, b)
    }

    pub(super) fn key(&self, text: &str) -> Box<[u8]> {
        let mut key = Vec::with_capacity(2 * text.len());
        let Ok(()) = self.0.write_sort_key_to(text, &mut key);
        key.into()
    }
}

/// Locales whose rules ICU4X does not have.
const NOT_THERE: [&str; 7] = ["en_US_POSIX", "haw", "kl", "lkt", "se", "smn", "yi"];

/// The locale as ICU4X names it: `de-u-co-phonebk`.
fn tag(collation: &Collation) -> Result<String, Error> {
    if NOT_THERE.contains(&collation.locale()) {
        return Err(unknown(collation));
    }
    let locale = match (collation.locale(), collation.backwards) {
        ("fr_CA", Some(false)) => "fr",
        // Accents from the end are only in the rules of Canada's French, which are else those that most languages share.
        ("fr" | "en" | "en_US" | "de" | "it" | "nl" | "pt" | "ga" | "id" | "ms" | "sw" | "zu", Some(true)) => "fr-CA",
        ("fr_CA", _) | (_, None | Some(false)) => collation.locale(),
        (locale, Some(true)) => {
            let message =
                format!("`collation` compares accents `backwards` for the locale `{locale}`, which is not there");
            return Err(Error::new(message).hint("leave `backwards` out, or take the locale `fr`; a server has it"));
        }
    };
    let variant = match collation.variant() {
        None => return Ok(locale.replace('_', "-")),
        Some("dictionary") => "dict",
        Some("phonebook") => "phonebk",
        Some("traditional") => "trad",
        Some(same @ ("compat" | "eor" | "pinyin" | "stroke" | "unihan" | "zhuyin")) => same,
        Some(_) => return Err(unknown(collation)),
    };
    Ok(format!("{}-u-co-{variant}", locale.replace('_', "-")))
}

fn unknown(collation: &Collation) -> Error {
    let locale = collation.to_document().get_str("locale").unwrap_or_default().to_owned();
    let message = format!("`collation` names the rules `{locale}`, which are not there");
    Error::new(message).hint("take another locale; a server has these rules")
}
