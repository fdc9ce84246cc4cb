//! The option `collation`: by the rules of which language strings are compared.
//!
//! In: its document. Out: a [`Collation`], or nothing where none is said. `{locale: "simple"}` says that strings are compared by
//! their bytes, as they are where nothing is said; a view refuses it all the same, where it compares otherwise.
//! Invariant: every locale is one that a server knows, and the options go together, so that what is refused is refused in both
//! homes, with the server's codes.

mod locales;

use bson::{Bson, Document, doc};

use crate::{Error, describe, error::nearest};

/// The version of the rules that servers have, which a document may name.
const VERSION: &str = "57.1";

/// The locale that compares strings by their bytes.
const SIMPLE: &str = "simple";

/// What a collation says, in the order in which pymongo takes it.
pub(crate) const OPTIONS: [&str; 9] = [
    "locale",
    "caseLevel",
    "caseFirst",
    "strength",
    "numericOrdering",
    "alternate",
    "maxVariable",
    "normalization",
    "backwards",
];

/// The fields that a collation may have.
fn names() -> impl Iterator<Item = &'static str> {
    OPTIONS.into_iter().chain(["version"])
}

/// How strings are compared. What is not said is as the locale has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collation {
    locale: &'static str,
    variant: Option<&'static str>,
    /// 1 to 5: base letters; accents; case and variants; punctuation, where that is shifted; code points.
    pub strength: u8,
    /// Whether case counts on a level of its own.
    pub case_level: Option<bool>,
    /// Which case comes first.
    pub case_first: Option<CaseFirst>,
    /// Whether digits are compared as the numbers that they write.
    pub numeric_ordering: Option<bool>,
    /// Whether spaces and punctuation count on the fourth level alone.
    pub is_shifted: Option<bool>,
    /// Whether only spaces do, where they are shifted.
    pub shifts_only_spaces: Option<bool>,
    /// Whether accents are compared from the end.
    pub backwards: Option<bool>,
    /// Whether text is normalized before it is compared.
    pub normalization: Option<bool>,
}

/// Which case comes first among strings that differ in nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseFirst {
    /// `A` before `a`.
    Upper,
    /// `a` before `A`.
    Lower,
    /// As the other rules have it.
    Off,
}

impl Collation {
    /// Reads the option; `None` where it asks for a comparison by bytes.
    ///
    /// ```
    /// use bson::{Bson, doc};
    /// use pipeline::Collation;
    ///
    /// let german = Collation::parse(&Bson::from(doc! {"locale": "de", "strength": 1}))?;
    /// assert_eq!(german.map(|collation| (collation.locale(), collation.strength)), Some(("de", 1)));
    /// assert_eq!(Collation::parse(&Bson::from(doc! {}))?, None);
    /// # Ok::<(), pipeline::Error>(())
    /// ```
    pub fn parse(value: &Bson) -> Result<Option<Self>, Error> {
        let options = match value {
            Bson::Document(options) if options.is_empty() => return Ok(None),
            Bson::Document(options) => options,
            Bson::Null => return Ok(None),
            other => return Err(wrong_type("collation", other, "an object such as `{locale: \"de\", strength: 1}`")),
        };
        if let Some(unknown) = options.keys().find(|name| !names().any(|known| known == name.as_str())) {
            let error = Error::input(format!("unknown field `{}` of `collation`", diagnostic::quote(unknown)));
            return Err(error.code(40_415).hint(nearest("field", unknown, names())));
        }
        let strength = strength(options)?;
        let case_first = match word(options, "caseFirst", &["upper", "lower", "off"])? {
            Some("upper") => Some(CaseFirst::Upper),
            Some("lower") => Some(CaseFirst::Lower),
            Some(_) => Some(CaseFirst::Off),
            None => None,
        };
        let of_locale = locale(options)?;
        let Some((locale, variant)) = of_locale else { return Ok(Some(Self::simple())) };
        let collation = Self {
            locale,
            variant,
            strength,
            case_level: flag(options, "caseLevel")?,
            case_first,
            numeric_ordering: flag(options, "numericOrdering")?,
            is_shifted: word(options, "alternate", &["non-ignorable", "shifted"])?.map(|word| word == "shifted"),
            shifts_only_spaces: word(options, "maxVariable", &["punct", "space"])?.map(|word| word == "space"),
            backwards: flag(options, "backwards")?,
            normalization: flag(options, "normalization")?,
        };
        collation.goes_together()?;
        match text(options, "version")? {
            Some(version) if version != VERSION => {
                let version = diagnostic::quote(version);
                let error = Error::input(format!("the version `{version}` of the rules of languages is not there"));
                Err(error.at("`collation.version`").code(161).hint(format!("there is {VERSION}")))
            }
            _ => Ok(Some(collation)),
        }
    }

    /// Says that strings are compared by their bytes.
    fn simple() -> Self {
        Self {
            locale: SIMPLE,
            variant: None,
            strength: 3,
            case_level: None,
            case_first: None,
            numeric_ordering: None,
            is_shifted: None,
            shifts_only_spaces: None,
            backwards: None,
            normalization: None,
        }
    }

    /// Whether strings are compared by their bytes.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        self.locale == SIMPLE
    }

    /// MongoDB: what one option says, or the locale where it does not, must not lie on a level that another leaves out.
    fn goes_together(&self) -> Result<(), Error> {
        let of_locale = |locales: &[&str]| self.variant.is_none() && locales.contains(&self.locale);
        let is_backwards = self.backwards.unwrap_or_else(|| of_locale(&["fr_CA"]));
        if is_backwards && self.strength == 1 {
            let error = Error::input("`backwards` orders by accents, which do not count at `strength` 1");
            let hint = match self.backwards {
                Some(_) => "take a `strength` of 2 or more".to_owned(),
                None => format!(
                    "the locale `{}` has it; take a `strength` of 2 or more, or `backwards: false`",
                    self.locale
                ),
            };
            return Err(error.at("`collation.backwards`").code(2).hint(hint));
        }
        let orders_by_case = match self.case_first {
            Some(case) => case != CaseFirst::Off,
            None => of_locale(&["da", "mt"]),
        };
        if orders_by_case && self.case_level != Some(true) && self.strength < 3 {
            let error = Error::input("`caseFirst` orders by case, which does not count here");
            let hint = match self.case_first {
                Some(_) => "take a `strength` of 3 or more, or `caseLevel`".to_owned(),
                None => format!(
                    "the locale `{}` has it; take a `strength` of 3 or more, `caseLevel`, or `caseFirst: \"off\"`",
                    self.locale
                ),
            };
            return Err(error.at("`collation.caseFirst`").code(2).hint(hint));
        }
        Ok(())
    }

    /// The locale as a server names it: `de`, `zh_Hant`.
    #[must_use]
    pub fn locale(&self) -> &'static str {
        self.locale
    }

    /// Which of the locale's rules, where not the usual: `phonebook`.
    #[must_use]
    pub fn variant(&self) -> Option<&'static str> {
        self.variant
    }

    /// The option as a server takes it: what is not said is left out.
    #[must_use]
    pub fn to_document(&self) -> Document {
        let locale = match self.variant {
            Some(variant) => format!("{}@collation={variant}", self.locale),
            None => self.locale.to_owned(),
        };
        let mut options = doc! { "locale": locale };
        if self.strength != 3 {
            options.insert("strength", i32::from(self.strength));
        }
        if let Some(case) = self.case_first {
            let word = match case {
                CaseFirst::Upper => "upper",
                CaseFirst::Lower => "lower",
                CaseFirst::Off => "off",
            };
            options.insert("caseFirst", word);
        }
        if let Some(is_shifted) = self.is_shifted {
            options.insert("alternate", if is_shifted { "shifted" } else { "non-ignorable" });
        }
        if let Some(only_spaces) = self.shifts_only_spaces {
            options.insert("maxVariable", if only_spaces { "space" } else { "punct" });
        }
        let flags = [
            ("backwards", self.backwards),
            ("caseLevel", self.case_level),
            ("numericOrdering", self.numeric_ordering),
            ("normalization", self.normalization),
        ];
        options.extend(flags.into_iter().filter_map(|(name, is_on)| Some((name.to_owned(), Bson::from(is_on?)))));
        options
    }
}

/// The option that is there. MongoDB: null is nothing.
fn given<'o>(options: &'o Document, name: &str) -> Option<&'o Bson> {
    options.get(name).filter(|value| !matches!(value, Bson::Null | Bson::Undefined))
}

fn locale(options: &Document) -> Result<Option<(&'static str, Option<&'static str>)>, Error> {
    let Some(written) = text(options, "locale")? else {
        let error = Error::input("`collation` names no `locale`");
        return Err(error.code(40_414).hint("a locale is written `de`, `en_US` or `fr`"));
    };
    if written == SIMPLE {
        return Ok(None);
    }
    let (locale, variant) = match written.split_once("@collation=") {
        Some((locale, variant)) => (locale, Some(variant)),
        None => (written, None),
    };
    let unknown = || {
        let written = diagnostic::quote(written);
        let error = Error::input(format!("no server knows the locale `{written}`")).at("`collation.locale`").code(2);
        match locales::meant(locale) {
            Some(meant) => error.hint(format!("did you mean `{meant}`?")),
            None => error.hint(nearest("locale", locale, locales::LOCALES)),
        }
    };
    let locale = locales::LOCALES.into_iter().find(|known| *known == locale).ok_or_else(unknown)?;
    let variant = match variant {
        Some(variant) => Some(locales::variant(locale, variant).ok_or_else(unknown)?),
        None => None,
    };
    Ok(Some((locale, variant)))
}

/// MongoDB: a number is cut to a whole one.
fn strength(options: &Document) -> Result<u8, Error> {
    let strength = match given(options, "strength") {
        None => return Ok(3),
        Some(Bson::Int32(strength)) => f64::from(*strength),
        Some(Bson::Int64(strength)) => *strength as f64,
        Some(Bson::Double(strength)) => strength.trunc(),
        Some(Bson::Decimal128(strength)) => strength.to_string().parse().map_or(f64::NAN, f64::trunc),
        Some(other) => return Err(wrong_type("collation.strength", other, "a number from 1 to 5")),
    };
    if (1.0..=5.0).contains(&strength) {
        return Ok(strength as u8);
    }
    let code = if strength == 0.0 { 2 } else { 51_024 };
    Err(Error::input("`strength` is a number from 1 to 5").at("`collation.strength`").code(code))
}

fn flag(options: &Document, name: &str) -> Result<Option<bool>, Error> {
    match given(options, name) {
        None => Ok(None),
        Some(Bson::Boolean(is_on)) => Ok(Some(*is_on)),
        Some(other) => Err(wrong_type(&format!("collation.{name}"), other, "`true` or `false`")),
    }
}

fn text<'o>(options: &'o Document, name: &str) -> Result<Option<&'o str>, Error> {
    match given(options, name) {
        None => Ok(None),
        Some(Bson::String(text)) => Ok(Some(text)),
        Some(other) => Err(wrong_type(&format!("collation.{name}"), other, "a string")),
    }
}

fn word<'o>(options: &'o Document, name: &str, known: &[&str]) -> Result<Option<&'o str>, Error> {
    match text(options, name)? {
        Some(word) if !known.contains(&word) => {
            let error = Error::input(format!("`{name}` has no value `{}`", diagnostic::quote(word)));
            let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
            Err(error.at(format!("`collation.{name}`")).code(2).hint(format!("it takes {}", known.join(", "))))
        }
        word => Ok(word),
    }
}

fn wrong_type(place: &str, found: &Bson, takes: &str) -> Error {
    Error::input(format!("`{place}` takes {takes}, found {}", describe::a_value(found))).code(14)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Collation>, Error> {
        Collation::parse(&crate::read(text).unwrap())
    }

    #[test]
    fn what_is_read_is_written_as_it_was() {
        for text in [
            "{locale: 'de'}",
            "{locale: 'de@collation=phonebook', strength: 1}",
            "{locale: 'fr_CA', strength: 2, backwards: false}",
            "{locale: 'en_US', caseFirst: 'upper', alternate: 'shifted', maxVariable: 'space', caseLevel: true, numericOrdering: true, normalization: true}",
        ] {
            let collation = read(text).unwrap().unwrap();
            assert_eq!(Bson::from(collation.to_document()), crate::read(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn simple_and_nothing_compare_bytes() {
        for text in ["{}", "null"] {
            assert_eq!(read(text), Ok(None), "{text}");
        }
        for text in ["{locale: 'simple'}", "{locale: 'simple', strength: 1}"] {
            let simple = read(text).unwrap().unwrap();
            assert!(simple.is_simple() && simple.to_document() == doc! { "locale": "simple" }, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_has_the_codes_of_the_server() {
        for (text, code) in [
            ("1", 14),
            ("[]", 14),
            ("{locale: 1}", 14),
            ("{locale: null}", 40_414),
            ("{strength: 1}", 40_414),
            ("{locale: 'xx'}", 2),
            ("{locale: ''}", 2),
            ("{locale: 'root'}", 2),
            ("{locale: 'en-US'}", 2),
            ("{locale: 'en_GB'}", 2),
            ("{locale: 'en@collation=foo'}", 2),
            ("{locale: 'en@collation=phonebook'}", 2),
            ("{locale: 'en', strength: 0}", 2),
            ("{locale: 'en', strength: 0.5}", 2),
            ("{locale: 'en', strength: 6}", 51_024),
            ("{locale: 'en', strength: -1}", 51_024),
            ("{locale: 'en', strength: '1'}", 14),
            ("{locale: 'en', strength: true}", 14),
            ("{locale: 'simple', strength: 9}", 51_024),
            ("{locale: 'simple', foo: 1}", 40_415),
            ("{locale: 'en', caseFirst: 'x'}", 2),
            ("{locale: 'en', caseFirst: 1}", 14),
            ("{locale: 'en', caseFirst: 'upper', strength: 2}", 2),
            ("{locale: 'en', alternate: 'x'}", 2),
            ("{locale: 'en', maxVariable: 'symbol'}", 2),
            ("{locale: 'en', caseLevel: 1}", 14),
            ("{locale: 'fr', backwards: true, strength: 1}", 2),
            ("{locale: 'fr_CA', strength: 1}", 2),
            ("{locale: 'da', strength: 2}", 2),
            ("{locale: 'mt', strength: 1, caseLevel: false}", 2),
            ("{locale: 'en', version: '1'}", 161),
        ] {
            assert_eq!(read(text).unwrap_err().error_code(), Some(code), "{text}");
        }
        assert!(read("{locale: 'en', strength: 5.9, caseLevel: null, version: '57.1'}").unwrap().is_some());
    }

    #[test]
    fn a_locale_in_another_spelling_is_named() {
        let hint = |text: &str| read(text).unwrap_err().to_string();
        assert!(hint("{locale: 'en-US'}").contains("did you mean `en_US`?"), "{}", hint("{locale: 'en-US'}"));
        assert!(hint("{locale: 'de_DE'}").contains("did you mean `de`?"));
    }
}
