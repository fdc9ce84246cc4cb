//! The locales that a server knows, and which rules beside the usual each has.
//!
//! Tried on MongoDB 6.0, whose rules are those of ICU 57.1; no other spelling is taken, and no region that has no rules of its own.

/// By their names on a server.
pub(super) const LOCALES: [&str; 108] = [
    "af", "am", "ar", "as", "az", "be", "bg", "bn", "bo", "bs", "bs_Cyrl", "ca", "chr", "cs", "cy", "da", "de",
    "de_AT", "dsb", "dz", "ee", "el", "en", "en_US", "eo", "es", "et", "fa", "fa_AF", "fi", "fil", "fo", "fr", "fr_CA",
    "ga", "gl", "gu", "ha", "haw", "he", "hi", "hr", "hsb", "hu", "hy", "id", "ig", "is", "it", "ja", "ka", "kk", "kl",
    "km", "kn", "ko", "kok", "ky", "lb", "lkt", "ln", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt", "my", "nb",
    "ne", "nl", "nn", "om", "or", "pa", "pl", "ps", "pt", "ro", "ru", "se", "si", "sk", "sl", "smn", "sq", "sr",
    "sr_Latn", "sv", "sw", "ta", "te", "th", "to", "tr", "ug", "uk", "ur", "vi", "wae", "yi", "yo", "zh", "zh_Hant",
    "zu",
];

/// What every locale has.
const OF_ALL: [&str; 3] = ["emoji", "eor", "search"];

/// The rules of that name, if the locale has them.
pub(super) fn variant(locale: &str, name: &str) -> Option<&'static str> {
    let own: &[&'static str] = match locale {
        "ar" => &["compat"],
        "bn" | "es" | "fi" | "kn" | "vi" => &["traditional"],
        "de" | "de_AT" => &["phonebook"],
        "ja" => &["unihan"],
        "ko" => &["searchjl", "unihan"],
        "ln" => &["phonetic"],
        "si" => &["dictionary"],
        "sv" => &["standard"],
        "zh" => &["big5han", "gb2312han", "standard", "unihan", "zhuyin"],
        "zh_Hant" => &["big5han", "gb2312han", "pinyin", "standard", "unihan", "zhuyin"],
        _ => &[],
    };
    own.iter().chain(&OF_ALL).copied().find(|known| *known == name)
}

/// The locale that is meant by another spelling: `en-US`, `DE`, `de_DE`.
pub(super) fn meant(written: &str) -> Option<&'static str> {
    let spelt = written.replace('-', "_");
    let find = |name: &str| LOCALES.into_iter().find(|known| known.eq_ignore_ascii_case(name));
    find(&spelt).or_else(|| find(spelt.split('_').next().unwrap_or_default()))
}
