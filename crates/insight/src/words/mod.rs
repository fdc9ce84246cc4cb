//! Numbers and groups as sentences write them.

mod cautions;
mod facts;

use catalog::Unit;

use crate::{Family, Interval, Statistic, Test, Verdict};

pub(crate) use catalog::lowered;
pub(crate) use diagnostic::list;

pub(crate) use self::cautions::cautions;
pub(crate) use self::facts::{are_hidden, facts};

/// A number with its unit: `16.1 %`, `$3,754`, `2.27 months`.
pub(crate) fn quantity(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Share => percent(value),
        Unit::Dollars => dollars(value),
        Unit::Months => format!("{value:.2} months"),
        Unit::Years => format!("{value:.1} years"),
        Unit::Count | Unit::Text => count(value),
        Unit::Ratio => ratio(value),
        Unit::Year => year(value),
    }
}

/// `2015`, and a mean of years with a decimal.
pub(crate) fn year(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// `10,127`; a half is rounded away from zero, as tables have it.
pub(crate) fn count(value: f64) -> String {
    let digits = format!("{:.0}", value.abs().round());
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if value < 0.0 && digits != "0" { format!("−{grouped}") } else { grouped }
}

/// `1 customer`, `10,127 customers`
pub(crate) fn customers(n: f64) -> String {
    format!("{} {}", count(n), one_or_many(n, "customer", "customers"))
}

/// The form of a word that goes with a number as it is written.
pub(crate) fn one_or_many<'a>(n: f64, one: &'a str, many: &'a str) -> &'a str {
    if count(n) == "1" { one } else { many }
}

/// `16.1 %`; shares that would round to nothing, or to everything, keep one more digit.
pub(crate) fn percent(value: f64) -> String {
    format!("{} %", percent_number(value))
}

fn percent_number(value: f64) -> String {
    let percent = value * 100.0;
    let is_near_edge = (percent > 0.0 && percent < 0.95) || (99.95..100.0).contains(&percent);
    let text = if is_near_edge { format!("{percent:.2}") } else { format!("{percent:.1}") };
    // Zero has no sign.
    let is_zero = !text.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}

/// `$3,754`; `$87.4 million` where digits would drown the number; cents under ten dollars.
fn dollars(value: f64) -> String {
    let (size, sign) = (value.abs(), if value < 0.0 { "−" } else { "" });
    if size >= 999_950_000.0 {
        format!("{sign}${:.1} billion", size / 1e9)
    } else if size >= 999_950.0 {
        format!("{sign}${:.1} million", size / 1e6)
    } else if size >= 10.0 || size == 0.0 {
        format!("{sign}${}", count(size))
    } else {
        format!("{sign}${size:.2}")
    }
}

/// Three significant digits or so: `0.377`, `2.36`, `64.9`.
pub(crate) fn ratio(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 1000.0 => count(value),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// `15.4 to 16.8 %`: the unit is written once.
pub(crate) fn range(interval: Interval, unit: Unit) -> String {
    let Interval { low, high } = interval;
    match unit {
        Unit::Share => format!("{} to {}", percent_number(low), percent(high)),
        Unit::Months => format!("{low:.2} to {high:.2}"),
        Unit::Years => format!("{low:.1} to {high:.1}"),
        _ => format!("{} to {}", quantity(low, unit), quantity(high, unit)),
    }
}

/// `+0.42`, `−4.84`
pub(crate) fn signed(value: f64) -> String {
    format!("{}{:.2}", if value < 0.0 { '−' } else { '+' }, value.abs())
}

/// `p < 0.001`, `p = 0.032`
pub(crate) fn p_value(p: f64) -> String {
    match p {
        p if p < 0.001 => "p < 0.001".to_owned(),
        // Three digits would round it to the very limit.
        p if (0.0495..0.0505).contains(&p) => format!("p = {p:.4}"),
        p => format!("p = {p:.3}"),
    }
}

/// The last sentence about a test: whether the difference may be chance, and how large it is.
pub(crate) fn verdict(test: &Test) -> String {
    let p = adjusted(test);
    if let Statistic::Trend(trend) = &test.statistic {
        return match test.verdict() {
            Verdict::Chance => format!("A trend of this size can well be chance ({p})."),
            Verdict::Difference(size) => format!(
                "Along the groups it {} by more than chance would explain ({p}); the effect is {} ({}).",
                if trend.z < 0.0 { "falls" } else { "rises" },
                size.word(),
                strength(&test.statistic),
            ),
        };
    }
    match test.verdict() {
        Verdict::Chance => format!("Taken together, differences of this size can well be chance ({p})."),
        Verdict::Difference(size) => format!(
            "Taken together, the groups differ by more than chance would explain ({p}); the effect is {} ({}).",
            size.word(),
            strength(&test.statistic),
        ),
    }
}

/// How strong an effect is, by the measure that belongs to its test.
fn strength(statistic: &Statistic) -> String {
    match statistic {
        Statistic::Independence(test) => format!("Cramér's V {:.2}", test.cramers_v),
        Statistic::Means(test) => format!("{} of the variance lies between the groups", percent(test.eta_squared)),
        Statistic::Trend(test) => format!("correlation {}", signed(test.correlation)),
    }
}

/// The p-value with the tests that it is adjusted over: `p = 0.091, adjusted over 9 tests`.
pub(crate) fn adjusted(test: &Test) -> String {
    let p = p_value(test.p_value);
    match test.family {
        Family::Unjudged => p,
        Family::Question => format!("{p}, tested by itself"),
        Family::Topic(1) => format!("{p}, the one test of its topic"),
        Family::Topic(n) => format!("{p}, adjusted over the {n} tests of its topic"),
        Family::Columns(1) => format!("{p}, the one column"),
        Family::Columns(n) => format!("{p}, adjusted over {n} columns"),
    }
}

/// A heading with what it is narrowed to: `Closures by card (only customers with Card = Gold, as of 2026-06-30)`.
#[must_use]
pub fn narrowed(heading: &str, filter: Option<&str>, day: Option<&str>) -> String {
    let filter = filter.map(|filter| format!("only customers with {filter}"));
    let parts: Vec<String> = filter.into_iter().chain(day.map(|day| format!("as of {day}"))).collect();
    if parts.is_empty() { heading.to_owned() } else { format!("{heading} ({})", parts.join(", ")) }
}

/// The sentence with a capital letter in front.
pub(crate) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Groups in several dimensions as one: `women` and `customers earning less than $40K` are `women earning less than
/// $40K`.
pub(crate) fn joined(groups: &[String]) -> String {
    const PLAIN: &str = "customers ";
    let head = groups.iter().position(|group| !group.starts_with(PLAIN)).unwrap_or(0);
    let mut joined = groups.get(head).cloned().unwrap_or_else(|| "all customers".to_owned());
    for (i, group) in groups.iter().enumerate().filter(|(i, _)| *i != head) {
        let told = group.strip_prefix(PLAIN).map_or_else(|| format!("who are {group}"), str::to_owned);
        joined = format!("{joined}{}{told}", if i > head + 1 || groups.len() > 2 { ", " } else { " " });
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Independence;

    #[test]
    fn numbers_are_written_with_their_units() {
        let written = |value, unit| quantity(value, unit);
        assert_eq!(written(10127.0, Unit::Count), "10,127");
        assert_eq!(written(1_234_567.0, Unit::Count), "1,234,567");
        assert_eq!([122.5, 123.5, -122.5, -0.4].map(count), ["123", "124", "−123", "0"]);
        assert_eq!(written(122.5, Unit::Dollars), "$123");
        assert_eq!(written(0.160_66, Unit::Share), "16.1 %");
        assert_eq!(written(0.001, Unit::Share), "0.10 %");
        assert_eq!(written(0.0, Unit::Share), "0.0 %");
        assert_eq!(written(-0.0, Unit::Share), "0.0 %");
        assert_eq!(range(Interval { low: -1e-9, high: 0.5 }, Unit::Share), "0.0 to 50.0 %");
        assert_eq!(written(3754.4, Unit::Dollars), "$3,754");
        assert_eq!(written(87_400_000.0, Unit::Dollars), "$87.4 million");
        assert_eq!(written(999_960.0, Unit::Dollars), "$1.0 million");
        assert_eq!(written(-2.5, Unit::Dollars), "−$2.50");
        assert_eq!(written(2.273_76, Unit::Months), "2.27 months");
        assert_eq!(range(Interval { low: 0.153_6, high: 0.167_9 }, Unit::Share), "15.4 to 16.8 %");
    }

    #[test]
    fn groups_in_two_dimensions_read_as_one() {
        let groups = |names: &[&str]| joined(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(groups(&["women", "customers earning $120K or more"]), "women earning $120K or more");
        assert_eq!(
            groups(&["customers aged 60+", "customers earning $120K or more"]),
            "customers aged 60+ earning $120K or more"
        );
        assert_eq!(groups(&["customers aged 43", "women", "graduates"]), "women, aged 43, who are graduates");
        assert_eq!(groups(&[]), "all customers");
    }

    #[test]
    fn the_verdict_is_never_stronger_than_the_numbers() {
        let test = |p_value, cramers_v| Test {
            statistic: Statistic::Independence(Independence {
                chi_square: 1.0,
                degrees_of_freedom: 1,
                cramers_v,
                w: cramers_v,
                is_simulated: false,
            }),
            p_value,
            unadjusted: p_value,
            family: Family::Unjudged,
        };
        assert_eq!(
            verdict(&test(0.2, 0.4)),
            "Taken together, differences of this size can well be chance (p = 0.200)."
        );
        assert!(verdict(&test(0.0, 0.04)).contains("very small (Cramér's V 0.04)"));
    }
}
