//! The words of a date in text: which of the known forms stands next.
//!
//! In: bytes that end with a zero, and a place among them. Out: the form that takes most of what stands there, and how much;
//! of forms that take as much, the one that is listed first.
//! MongoDB: the forms and their order are those of the library that the server reads dates with.

use std::sync::OnceLock;

use pcre2::bytes::{Regex, RegexBuilder};

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Yesterday,
    Now,
    Noon,
    Today,
    Tomorrow,
    /// `@1577934245`
    Timestamp,
    /// `@1577934245.5`
    TimestampWithFraction,
    /// `first day of`, `last day of`
    EdgeOfMonth,
    /// `back of 7pm`, `front of 7pm`
    AroundHour,
    /// `first monday of`
    WeekdayOf,
    /// `3:04 pm`
    Time12,
    /// `3:04:05.678pm`
    Time12WithFraction,
    /// `15:04:05`
    Time24,
    /// `1504`, which is a year behind such a time.
    ShortDigits,
    /// `150405`
    TimeDigits,
    /// `1/2`, `1/2/2020`
    American,
    /// `2020-01-02`, `2020/1/2`
    YearFirst,
    /// `20-01-02`
    ShortYearFirst,
    /// `+12020-01-02`
    LongYearFirst,
    /// `2020-1`
    YearMonth,
    /// `2 Jan 2020`
    DayNamedMonthYear,
    /// `2.1.2020`, `02-01-2020`
    DayFirst,
    /// `2.1.20`
    DayFirstShortYear,
    /// `Jan 2020`
    NamedMonthYear,
    /// `2020 Jan`
    YearNamedMonth,
    /// `Jan 2, 2020`, `Jan 2`
    NamedMonthDay,
    /// `2 Jan`
    DayNamedMonth,
    /// `20200102`
    DateDigits,
    /// `2020-01-02T03:04:05.678Z`, `20200102T03:04:05`, `2020:01:02 03:04:05`
    DateAndTime,
    /// `2020002`
    Ordinal,
    /// `2020-W01-4`
    WeekDay,
    /// `2020-W01`
    Week,
    /// `Jan-02-2020`
    ShortNameFirst,
    /// `2020-Jan-02`
    ShortNameSecond,
    /// `02/Jan/2020:03:04:05 +0100`
    Log,
    /// `2020`
    Year,
    Ago,
    /// `monday`
    Weekday,
    /// `next week`
    RelativeWeek,
    /// `third day`, `next month`
    RelativeText,
    /// `Jan`
    NamedMonth,
    /// `+01:00`, `CET`
    Zone,
    /// `Jan 2 3:04 pm`
    NamedMonthDayTime12,
    /// `Jan 2 15:04:05`
    NamedMonthDayTime24,
    /// `+1 day`
    Relative,
}

/// The parts of the forms, each of which may name those before it in braces.
const PARTS: &[(&str, &str)] = &[
    ("sp", r"[ \t]+"),
    ("frac", r"\.[0-9]+"),
    ("h24", "(?:2[0-4]|[01]?[0-9])"),
    ("h24lz", "(?:2[0-4]|[01][0-9])"),
    ("h12", "(?:1[0-2]|0?[1-9])"),
    ("min", "[0-5]?[0-9]"),
    ("minlz", "[0-5][0-9]"),
    ("sec", "(?:60|[0-5]?[0-9])"),
    ("seclz", "(?:60|[0-5][0-9])"),
    ("mer", r"[AaPp]\.?[Mm]\.?[\x00\t ]"),
    ("corr", "(?-i:GMT)?[+-](?:{h24lz}:{minlz}:{seclz}|{h24lz}{minlz}{seclz}|{h24}(?::?{min})?)"),
    ("tz", r"(?:(?-i:[A-Z][a-z]+(?:[_/][A-Z][a-z]+)+)|\(?[A-Za-z]{1,6}\)?)"),
    ("suf", "(?-i:st|nd|rd|th)"),
    ("mon", "(?:1[0-2]|0?[0-9])"),
    ("day", "(?:3[01]|[0-2]?[0-9])"),
    ("y", "[0-9]{1,4}"),
    ("y4", "[0-9]{4}"),
    ("doy", "(?:00[1-9]|0[1-9][0-9]|[12][0-9][0-9]|3[0-5][0-9]|36[0-6])"),
    ("woy", "(?:0[1-9]|[1-4][0-9]|5[0-3])"),
    ("monlz", "(?:0[0-9]|1[0-2])"),
    ("daylz", "(?:0[0-9]|[12][0-9]|3[01])"),
    ("dayname", "(?:(?:sun|mon|tues|wednes|thurs|fri|satur)days?|sun|mon|tue|wed|thu|fri|sat)"),
    ("daytext", "(?:{dayname}|weekdays?)"),
    ("monfull", "(?:january|february|march|april|may|june|july|august|september|october|november|december)"),
    ("monabbr", "(?:jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec)"),
    ("roman", "(?-i:I{1,3}|IV|VI{0,3}|IX|XI{0,2})"),
    ("month", "(?:{monfull}|{monabbr}|{roman})"),
    ("short24", "t?{h24}[:.]{min}"),
    ("long24", "t?{h24}[:.]{min}[:.]{sec}"),
    ("short12", "{h12}[:.]{minlz}(?:{sp})?{mer}"),
    ("long12", "{h12}[:.]{min}[:.]{seclz}(?:{sp})?{mer}"),
    ("normtz", "t?{h24}[:.]{min}[:.]{seclz}(?:{sp})?(?:{corr}|{tz})"),
    ("noyear", r"{month}[ .\t-]*{day}(?-i:[,.stndrh\t ]+|\x00)"),
    ("number", "(?:first|second|third|fourth|fifth|sixth|seventh|eighth?|ninth|tenth|eleventh|twelfth)"),
    ("text", "(?:next|last|previous|this)"),
    (
        "unit",
        "(?:(?:msec|millisecond|µs|microsecond|usec|second|sec|minute|min|hour|day|fortnight|forthnight|month|year)s?|ms|µs|weeks|{daytext})",
    ),
];

/// The forms, each with what it looks like. Where one may look like several things, each has a line.
const FORMS: &[(Form, &str)] = &[
    (Form::Yesterday, "yesterday"),
    (Form::Now, "now"),
    (Form::Noon, "noon"),
    (Form::Today, "midnight|today"),
    (Form::Tomorrow, "tomorrow"),
    (Form::Timestamp, "@-?[0-9]+"),
    (Form::TimestampWithFraction, r"@-?[0-9]+\.[0-9]{0,6}"),
    (Form::EdgeOfMonth, "(?:first|last) day of"),
    (Form::AroundHour, "(?:back|front) of {h24}(?:(?:{sp})?{mer})?"),
    (Form::WeekdayOf, "(?:{number}|{text}){sp}{dayname}{sp}of"),
    (Form::Time12, "{h12}(?:{sp})?{mer}"),
    (Form::Time12, "{short12}"),
    (Form::Time12, "{long12}"),
    (Form::Time12WithFraction, "{h12}:{minlz}:{seclz}[:.][0-9]+{mer}"),
    (Form::Time24, "t{h24}"),
    (Form::Time24, "{short24}"),
    (Form::Time24, "{long24}"),
    (Form::Time24, "{long24}{frac}"),
    (Form::ShortDigits, "t?{h24lz}{minlz}"),
    (Form::TimeDigits, "t?{h24lz}{minlz}{seclz}"),
    (Form::American, "{mon}/{day}(?:/{y})?"),
    (Form::YearFirst, "[+-]?{y4}-{monlz}-{daylz}"),
    (Form::YearFirst, "{y4}/{monlz}/{daylz}/?"),
    (Form::YearFirst, "{y4}/{mon}/{day}"),
    (Form::ShortYearFirst, "[0-9]{2}-{monlz}-{daylz}"),
    (Form::LongYearFirst, "[+-][0-9]{5,19}-{mon}-{day}"),
    (Form::YearMonth, "{y4}-{mon}"),
    (Form::YearFirst, "{y}-{mon}-{day}"),
    (Form::DayNamedMonthYear, r"{day}{suf}?[ \t.-]*{month}[ \t.-]*{y}"),
    (Form::DayFirst, r"{day}[.\t-]{mon}[.-]{y4}"),
    (Form::DayFirstShortYear, r"{day}[.\t]{mon}\.[0-9]{2}"),
    (Form::NamedMonthYear, r"{month}[ .\t-]*{y4}"),
    (Form::YearNamedMonth, r"{y4}[ .\t-]*{month}"),
    (Form::NamedMonthDay, r"{month}[ .\t-]*{day}(?-i:[,.stndrh\t ]+){y}"),
    (Form::NamedMonthDay, "{noyear}"),
    (Form::DayNamedMonth, r"{day}{suf}?[ .\t-]*{month}"),
    (Form::DateDigits, "{y4}{monlz}{daylz}"),
    (Form::DateAndTime, "(?-i:{y4}{monlz}{daylz}T{h24}:{minlz}:{seclz})"),
    (Form::DateAndTime, "{y4}{monlz}{daylz}t{h24}{minlz}{seclz}"),
    (Form::DateAndTime, "(?-i:{y4}-{monlz}-{daylz}T{h24lz}:{minlz}:{seclz}{frac}(?:{corr})?)"),
    (Form::DateAndTime, "(?-i:{y4}-{mon}-{day}T{h24}:{min}:{sec})"),
    (Form::DateAndTime, "{y4}:{monlz}:{daylz} {h24lz}:{minlz}:{seclz}"),
    (Form::Ordinal, r"{y4}[.-]?{doy}"),
    (Form::WeekDay, "(?-i:{y4}-?W{woy}-?[0-7])"),
    (Form::Week, "(?-i:{y4}-?W{woy})"),
    (Form::ShortNameFirst, "{monabbr}-{daylz}-{y}"),
    (Form::ShortNameSecond, "{y}-{monabbr}-{daylz}"),
    (Form::Log, "{day}/{monabbr}/{y4}:{h24lz}:{minlz}:{seclz}{sp}{corr}"),
    (Form::Year, "{y4}"),
    (Form::Ago, "ago"),
    (Form::Weekday, "{daytext}"),
    (Form::RelativeWeek, "{text}{sp}week"),
    (Form::RelativeText, "(?:{number}|{text}){sp}{unit}"),
    (Form::NamedMonth, "{monfull}|{monabbr}"),
    (Form::Zone, "{corr}"),
    (Form::Zone, "{tz}"),
    (Form::NamedMonthDayTime12, "{noyear}(?:{short12}|{long12})"),
    (Form::NamedMonthDayTime24, "{noyear}{normtz}"),
    (Form::NamedMonthDayTime24, "{noyear}{long24}"),
    (Form::NamedMonthDayTime24, "{noyear}{short24}"),
    (Form::Relative, r"[+-]*[ \t]*[0-9]{1,13}(?:{sp})?(?:{unit}|week)"),
];

fn forms() -> &'static [(Form, Regex)] {
    static READY: OnceLock<Vec<(Form, Regex)>> = OnceLock::new();
    READY.get_or_init(|| {
        let mut parts: Vec<(String, String)> = Vec::new();
        let with_parts = |text: &str, parts: &[(String, String)]| {
            parts.iter().fold(text.to_owned(), |text, (name, part)| text.replace(name, part))
        };
        for (name, text) in PARTS {
            let part = with_parts(text, &parts);
            parts.push((format!("{{{name}}}"), part));
        }
        let ready = |(form, text): &(Form, &str)| {
            let pattern = format!(r"\G(?:{})", with_parts(text, &parts));
            Some((*form, RegexBuilder::new().caseless(true).jit_if_available(true).build(&pattern).ok()?))
        };
        FORMS.iter().filter_map(ready).collect()
    })
}

/// The form that stands at a place, and where it ends.
pub(super) fn form_at(text: &[u8], start: usize) -> Option<(Form, usize)> {
    let mut longest: Option<(Form, usize)> = None;
    for (form, regex) in forms() {
        let end = regex.find_at(text, start).ok().flatten().map(|found| found.end());
        if let Some(end) = end.filter(|end| *end > start && longest.is_none_or(|(_, most)| *end > most)) {
            longest = Some((*form, end));
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_can_be_compiled() {
        assert_eq!(forms().len(), FORMS.len());
    }
}
