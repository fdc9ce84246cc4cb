//! `$dateToString`: a date as text, by a format and in a time zone.
//!
//! MongoDB: the format left out is `%Y-%m-%dT%H:%M:%S.%LZ`, with that `Z` in any zone; years outside 0 to 9999 are an
//! error (18537); a null date gives `onNull`, otherwise a null format or zone null.

use bson::{Bson, Timestamp};
use pipeline::ast::Expr;

use super::arguments::{date, zone};
use super::calendar::Local;
use super::format::{Piece, pieces};
use super::zone::Zone;
use crate::Error;
use crate::expr::args::{Args, text};
use crate::expr::{Env, Source};
use crate::value::{Value, is_nullish, type_name};

const ISO: &str = "%Y-%m-%dT%H:%M:%S.%LZ";
const FIELDS: &str = "dGHjLmMSuUVwYzZ";

/// `date`, `format`, `timezone`, `onNull`.
pub(in crate::expr) fn to_string<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let (exprs, on_null) = exprs.split_at(3);
    let args = &Args::of(env, exprs)?;
    let for_null = || match on_null {
        [Expr::Missing] | [] => Ok(Some(Bson::Null)),
        [on_null, ..] => env.evaluate(on_null),
    };
    if args.is_null(1) {
        return if is_nullish(args.at(0)) { for_null() } else { Ok(Some(Bson::Null)) };
    }
    let format = match (args.is_given(1), text(args.at(1))) {
        (false, _) => ISO,
        (true, Some(format)) => format,
        (true, None) => {
            let found = type_name(args.at(1));
            return Err(Error::coded(18_533, format!("`$dateToString` requires `format` to be a string, not {found}")));
        }
    };
    let pieces = pieces(format, FIELDS)?;
    let zone = zone(args, 2)?;
    if is_nullish(args.at(0)) {
        return for_null();
    }
    let Some(zone) = zone else { return Ok(Some(Bson::Null)) };
    formatted(date(args.at(0))?, &pieces, &zone).map(|text| Some(Bson::String(text)))
}

/// `2020-01-02T03:04:05.678Z`.
pub(in crate::expr) fn iso_text(instant: i64) -> Result<String, Error> {
    formatted(instant, &pieces(ISO, FIELDS)?, &Zone::UTC)
}

/// A timestamp as string operators see it: `Jan  2 03:04:05:6`.
pub(in crate::expr) fn timestamp_text(stamp: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let local = Local::of(i64::from(stamp.time) * 1000, 0);
    let (_, month, day) = local.date();
    let month = MONTHS[(month - 1) as usize % 12];
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    format!("{month} {day:>2} {hour:02}:{minute:02}:{second:02}:{}", stamp.increment)
}

fn formatted(instant: i64, pieces: &[Piece], zone: &Zone) -> Result<String, Error> {
    let offset = zone.offset_at(instant);
    let local = Local::of(instant, offset);
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Literal(c) => text.push(*c),
            Piece::Field(letter) => text.push_str(&field(*letter, local, offset)?),
        }
    }
    Ok(text)
}

fn field(letter: char, local: Local, offset_s: i64) -> Result<String, Error> {
    let (year, month, day) = local.date();
    Ok(match letter {
        'd' => format!("{day:02}"),
        'G' => return year_text(local.iso_week().0),
        'H' => format!("{:02}", local.hour()),
        'j' => format!("{:03}", local.day_of_year()),
        'L' => format!("{:03}", local.millisecond()),
        'm' => format!("{month:02}"),
        'M' => format!("{:02}", local.minute()),
        'S' => format!("{:02}", local.second()),
        'u' => local.iso_day_of_week().to_string(),
        'U' => format!("{:02}", local.week()),
        'V' => format!("{:02}", local.iso_week().1),
        'w' => local.day_of_week().to_string(),
        'Y' => return year_text(year),
        'z' => {
            let minutes = offset_s.abs() / 60;
            format!("{}{:02}{:02}", if offset_s < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
        }
        _ => (offset_s / 60).to_string(),
    })
}

fn year_text(year: i64) -> Result<String, Error> {
    match year {
        0..=9999 => Ok(format!("{year:04}")),
        _ => Err(Error::coded(18_537, "could not convert date to string: its year lies outside 0 to 9999")),
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::check;

    fn formatted(rest: &str, expected: &str) {
        let expr = format!("{{$dateToString: {{date: '$d', {rest}}}}}");
        check(&expr, "{d: ISODate('2020-01-02T03:04:05.678Z')}", expected);
    }

    #[test]
    fn every_field_is_written() {
        formatted(
            "timezone: 'Asia/Kolkata', format: '%Y|%m|%d|%H|%M|%S|%L|%j|%u|%U|%V|%w|%G|%z|%Z|%%'",
            r#""2020|01|02|08|34|05|678|002|4|00|01|5|2020|+0530|330|%""#,
        );
        formatted("timezone: '+05:30'", r#""2020-01-02T08:34:05.678Z""#);
    }

    #[test]
    fn bad_formats_and_nulls() {
        formatted("format: '%b'", "error 18536");
        formatted("format: 'a%'", "error 18535");
        formatted("format: 5", "error 18533");
        formatted("format: '$nope'", "null");
        formatted("timezone: '$nope'", "null");
        check("{$dateToString: {date: '$nope', onNull: 'none'}}", "{}", r#""none""#);
        check("{$dateToString: {date: '$nope'}}", "{}", "null");
        check("{$dateToString: {date: 1}}", "{}", "error 16006");
        check("{$dateToString: {date: {$toDate: NumberLong('253402300800000')}}}", "{}", "error 18537");
    }
}
