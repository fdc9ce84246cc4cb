//! Numbers as people write them.
//!
//! In: a cell and the unit of its column. Out: text with thousands separators, the unit and a sensible number of
//! decimals. What is missing or not a number is an en dash; nothing here panics on infinities.

use catalog::Unit;
use insight::Cell;

/// What stands where there is no value.
pub(crate) const MISSING: &str = "–";

/// What stands where a value is not to be seen.
pub(crate) const HIDDEN: &str = "hidden";

/// A count as people read it: `10,127`.
#[must_use]
pub fn count(n: u64) -> String {
    group(&n.to_string())
}

/// A number with what it counts: `1 document`, `2,000 documents`.
#[must_use]
pub fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", count(n), if n == 1 { "" } else { "s" })
}

/// A cell as people read it.
pub(crate) fn cell(cell: &Cell, unit: Unit) -> String {
    match cell {
        Cell::Missing => MISSING.to_owned(),
        Cell::Hidden => HIDDEN.to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(value) => integer(*value, unit),
        Cell::Number(value) => number(*value, unit),
    }
}

/// The number in a cell, if it is one that can be drawn.
pub(crate) fn value(cell: &Cell) -> Option<f64> {
    cell.number().filter(|value| value.is_finite())
}

fn integer(value: i64, unit: Unit) -> String {
    match unit {
        Unit::Share => number(value as f64, unit),
        // Codes, identifiers and years have no separators; counts and money do.
        Unit::Ratio | Unit::Year | Unit::Text => value.to_string().replace('-', "−"),
        Unit::Dollars => with_sign(value < 0, &format!("${}", group(&value.unsigned_abs().to_string()))),
        Unit::Count | Unit::Months | Unit::Years => with_sign(value < 0, &group(&value.unsigned_abs().to_string())),
    }
}

/// A number as people read it.
#[must_use]
pub fn number(value: f64, unit: Unit) -> String {
    if value.is_nan() {
        return MISSING.to_owned();
    }
    if value.is_infinite() {
        return with_sign(value < 0.0, "∞");
    }
    let size = value.abs();
    match unit {
        Unit::Share => {
            let percent = size * 100.0;
            // As sentences have it.
            let is_near_edge = (percent > 0.0 && percent < 0.95) || (99.95..100.0).contains(&percent);
            let decimals = if is_near_edge { 2 } else { 1 };
            with_sign(value < 0.0, &format!("{} %", fixed(percent, decimals)))
        }
        Unit::Dollars => {
            let decimals = if size < 100.0 && size.fract() != 0.0 { 2 } else { 0 };
            with_sign(value < 0.0, &format!("${}", fixed(size, decimals)))
        }
        Unit::Count => with_sign(value < 0.0, &fixed(size, if size.fract() == 0.0 { 0 } else { 2 })),
        Unit::Months => with_sign(value < 0.0, &fixed(size, 2)),
        Unit::Years => with_sign(value < 0.0, &fixed(size, 1)),
        Unit::Year => with_sign(value < 0.0, &year(size)),
        Unit::Ratio | Unit::Text => ratio(value),
    }
}

/// A year, and a mean of years with a decimal.
fn year(size: f64) -> String {
    if size.fract() == 0.0 { format!("{size:.0}") } else { format!("{size:.1}") }
}

/// A statistic without unit: three figures that matter, and never a `0.000` that is not zero.
fn ratio(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && size < 0.000_5 {
        return if value < 0.0 { "> −0.001".to_owned() } else { "< 0.001".to_owned() };
    }
    let decimals = if size < 10.0 { 3 } else { 2 };
    with_sign(value < 0.0, &fixed(size, decimals))
}

/// A coefficient of association: two decimals, and no sign where they are zeros.
pub(crate) fn coefficient(value: f64) -> String {
    with_sign(value < 0.0, &format!("{:.2}", value.abs()))
}

/// The label of a tick on an axis whose ticks are `step` apart.
pub(crate) fn tick(value: f64, step: f64, unit: Unit) -> String {
    // Sums of steps come out as -0.0 or 1e-17 where zero is meant.
    let value = if value.abs() < step.abs() * 1e-6 { 0.0 } else { value };
    let size = value.abs();
    let text = match unit {
        Unit::Share => format!("{} %", fixed(size * 100.0, decimals_of(step * 100.0))),
        Unit::Dollars => format!("${}", short(size, step)),
        Unit::Year => year(size),
        _ => short(size, step),
    };
    with_sign(value < 0.0, &text)
}

/// `1.2M` and `20,000`: full figures while they are short.
fn short(size: f64, step: f64) -> String {
    if step >= 100_000.0 {
        format!("{}M", fixed(size / 1e6, decimals_of(step / 1e6)))
    } else {
        fixed(size, decimals_of(step))
    }
}

/// How many decimals tell values apart that lie a multiple of `step` from zero.
fn decimals_of(step: f64) -> usize {
    (0..6)
        .find(|&decimals| {
            let scaled = step.abs() * 10_f64.powi(decimals as i32);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0)
        })
        .unwrap_or(6)
}

fn with_sign(is_negative: bool, text: &str) -> String {
    // Nothing but zeros after rounding is zero, and zero has no sign.
    if is_negative && text.chars().any(|c| ('1'..='9').contains(&c) || c == '∞') {
        format!("−{text}")
    } else {
        text.to_owned()
    }
}

/// A non-negative number with `decimals` decimals and thousands separators.
fn fixed(size: f64, decimals: usize) -> String {
    // Beyond what doubles count one by one, three hundred digits would only pretend to be known.
    if size >= 1e15 {
        return format!("{size:.2e}");
    }
    // Without decimals a half is rounded up, as sentences have it; `format!` would take the even neighbour.
    let size = if decimals == 0 { size.round() } else { size };
    let text = format!("{size:.decimals$}");
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{}.{fraction}", group(whole)),
        None => group(&text),
    }
}

/// `1234567` → `1,234,567`.
fn group(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let cases = [
            (Unit::Count, 10_127.0, "10,127"),
            (Unit::Count, 2.358_94, "2.36"),
            (Unit::Share, 0.160_66, "16.1 %"),
            (Unit::Share, 0.0, "0.0 %"),
            (Unit::Share, 0.000_4, "0.04 %"),
            (Unit::Share, 0.991_1, "99.1 %"),
            (Unit::Share, 0.999_7, "99.97 %"),
            (Unit::Share, -0.25, "−25.0 %"),
            (Unit::Share, 1.0, "100.0 %"),
            (Unit::Dollars, 19_717.32, "$19,717"),
            (Unit::Dollars, -12.5, "−$12.50"),
            (Unit::Months, 2.274, "2.27"),
            (Unit::Years, 46.878, "46.9"),
            (Unit::Ratio, 0.125_307, "0.125"),
            (Unit::Ratio, 1e-30, "< 0.001"),
            (Unit::Ratio, 1_234_567.8, "1,234,567.80"),
            (Unit::Ratio, -0.0, "0.000"),
            (Unit::Dollars, f64::MAX, "$1.80e308"),
            (Unit::Ratio, f64::NAN, "–"),
            (Unit::Dollars, f64::NEG_INFINITY, "−∞"),
            (Unit::Dollars, 122.5, "$123"),
            (Unit::Dollars, -122.5, "−$123"),
        ];
        for (unit, value, expected) in cases {
            assert_eq!(number(value, unit), expected, "{value} as {unit:?}");
        }
        assert_eq!(cell(&Cell::Integer(768_805_383), Unit::Ratio), "768805383");
        assert_eq!(cell(&Cell::Integer(-1_627), Unit::Count), "−1,627");
        assert_eq!(cell(&Cell::Integer(i64::MIN), Unit::Dollars), "−$9,223,372,036,854,775,808");
    }

    #[test]
    fn a_coefficient_of_nothing_has_no_sign() {
        assert_eq!([-0.914, -0.004, 0.5].map(coefficient), ["−0.91", "0.00", "0.50"]);
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(1, "document"), "1 document");
        assert_eq!((counted(0, "byte"), counted(2_000, "byte")), ("0 bytes".to_owned(), "2,000 bytes".to_owned()));
    }

    #[test]
    fn ticks_have_as_many_decimals_as_their_step_needs() {
        assert_eq!(tick(0.15, 0.05, Unit::Share), "15 %");
        assert_eq!(tick(0.025, 0.025, Unit::Share), "2.5 %");
        assert_eq!(tick(20_000.0, 5_000.0, Unit::Dollars), "$20,000");
        assert_eq!(tick(1_500_000.0, 500_000.0, Unit::Dollars), "$1.5M");
        assert_eq!(tick(-1e-18, 0.5, Unit::Ratio), "0.0");
    }
}
