//! `$dateFromString`: a date from text, by a format or, without one, in the usual spellings.
//!
//! MongoDB: a zone in the text and a `timezone` exclude each other; what cannot be read is error 241, which `onError`
//! catches; a null text gives `onNull`, a null format or zone null.

use bson::{Bson, DateTime};
use pipeline::ast::Expr;

use super::arguments::zone;
use super::calendar::{Local, days_in_month, days_of, days_of_iso_week};
use super::format::{Piece, pieces};
use super::free_text::{self, Read};
use super::token;
use super::zone::Zone;
use crate::Error;
use crate::expr::args::{Args, text};
use crate::expr::convert::CONVERSION_FAILURE;
use crate::expr::{Env, Source};
use crate::value::{Value, is_nullish, type_name};

/// MongoDB: a zero behind `%` is let through, but no text has what it asks for.
const FIELDS: &str = "dGHLmMSuVYzZ\0";

/// `dateString`, `format`, `timezone`, `onError`, `onNull`.
pub(in crate::expr) fn from_string<S: Source>(env: &Env<'_, S>, exprs: &[Expr<S::Field>]) -> Result<Value, Error> {
    let [date_string, format, timezone, on_error, on_null] = exprs else { return Ok(None) };
    let exprs = [date_string.clone(), format.clone(), timezone.clone()];
    let args = Args::of(env, &exprs)?;
    let format = match (args.is_given(1), text(args.at(1))) {
        (true, None) if !args.is_null(1) => {
            let found = type_name(args.at(1));
            return Err(Error::coded(
                40_684,
                format!("`$dateFromString` requires `format` to be a string, not {found}"),
            ));
        }
        (_, format) => format,
    };
    let pieces = format.map(|format| pieces(format, FIELDS)).transpose()?;
    let zone = zone(&args, 2)?;
    if is_nullish(args.at(0)) {
        return if matches!(on_null, Expr::Missing) { Ok(Some(Bson::Null)) } else { env.evaluate(on_null) };
    }
    let Some(zone) = zone.filter(|_| !args.is_null(1)) else { return Ok(Some(Bson::Null)) };
    match read(args.at(0), pieces.as_deref(), &zone, args.is_given(2)) {
        Err(error) if error.code() == Some(CONVERSION_FAILURE) && !matches!(on_error, Expr::Missing) => {
            env.evaluate(on_error)
        }
        result => result.map(|instant| Some(Bson::DateTime(DateTime::from_millis(instant)))),
    }
}

fn read(value: Option<&Bson>, pieces: Option<&[Piece]>, zone: &Zone, has_zone: bool) -> Result<i64, Error> {
    let text = text(value).ok_or_else(|| {
        let message = format!("`$dateFromString` requires `dateString` to be a string, found {}", type_name(value));
        Error::coded(CONVERSION_FAILURE, message)
    })?;
    let read = match pieces {
        Some(pieces) => by_format(text, pieces).ok_or_else(|| {
            Error::coded(CONVERSION_FAILURE, format!("error parsing date string `{text}` by its format"))
        })?,
        None => free_text::read(text)?,
    };
    if has_zone && read.offset.is_some() {
        let message = format!("the date string `{text}` has a time zone, which excludes a `timezone`");
        return Err(Error::coded(CONVERSION_FAILURE, message));
    }
    read.instant(zone)
        .ok_or_else(|| Error::coded(CONVERSION_FAILURE, format!("the date string `{text}` lies outside all dates")))
}

/// So many digits an offset in minutes has at most; more are no number of ours.
const MOST_DIGITS: usize = 18;

/// What the fields of a format have given so far.
#[derive(Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    iso_year: Option<i64>,
    iso_week: Option<i64>,
    iso_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    millisecond: i64,
    offset: Option<i64>,
}

fn by_format(text: &str, pieces: &[Piece]) -> Option<Read> {
    let mut rest = text.trim_end_matches('\0');
    let mut fields = Fields::default();
    for piece in pieces {
        rest = match piece {
            Piece::Literal(c) => rest.strip_prefix(*c)?,
            Piece::Field(letter) => field(rest, *letter, &mut fields)?,
        };
    }
    rest.is_empty().then(|| fields.read()).flatten()
}

/// Reads one field from the start of the text, and gives back the rest.
///
/// MongoDB: minutes and seconds have two digits; what stands before the number of an ISO year, week or day is passed over.
fn field<'a>(text: &'a str, letter: char, fields: &mut Fields) -> Option<&'a str> {
    let most = match letter {
        'Y' | 'G' => 4,
        'L' => 3,
        'u' => 1,
        _ => 2,
    };
    match letter {
        'z' => {
            let (offset, rest) = token::zone_of_format(text)?;
            fields.offset = Some(offset);
            return Some(rest);
        }
        'Z' => {
            let (sign, digits) = match text.as_bytes().first()? {
                b'+' => (1, &text[1..]),
                b'-' => (-1, &text[1..]),
                _ => return None,
            };
            let (minutes, _, rest) = number(digits, MOST_DIGITS)?;
            fields.offset = Some(sign * minutes * 60);
            return Some(rest);
        }
        '\0' => return None,
        _ => {}
    }
    let is_iso = matches!(letter, 'G' | 'V' | 'u');
    let text = if is_iso { text.trim_start_matches(|c: char| !c.is_ascii_digit()) } else { text };
    let (value, length, rest) =
        number(text, most).filter(|(_, length, _)| *length == 2 || !matches!(letter, 'M' | 'S'))?;
    match letter {
        'Y' => fields.year = Some(value),
        'm' => fields.month = Some(value),
        'd' => fields.day = Some(value),
        'G' => fields.iso_year = Some(value),
        'V' => fields.iso_week = Some(value).filter(|week| (1..=53).contains(week)),
        'u' => fields.iso_day = Some(value).filter(|day| (1..=7).contains(day)),
        'H' => fields.hour = value,
        'M' => fields.minute = value,
        'S' => fields.second = value,
        _ => fields.millisecond = value * 10_i64.pow(3 - length as u32),
    }
    let refused = (letter == 'V' && fields.iso_week.is_none()) || (letter == 'u' && fields.iso_day.is_none());
    (!refused).then_some(rest)
}

/// Up to `most` digits: their value, their count and the rest.
pub(super) fn number(text: &str, most: usize) -> Option<(i64, usize, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    Some((text[..length].parse().ok()?, length, &text[length..]))
}

impl Fields {
    /// The date they make, if they make a real one.
    fn read(&self) -> Option<Read> {
        let natural = self.year.is_some() || self.month.is_some() || self.day.is_some();
        let iso = self.iso_year.is_some() || self.iso_week.is_some() || self.iso_day.is_some();
        if natural == iso {
            return None;
        }
        let days = if natural {
            let (year, month, day) = (self.year?, self.month?, self.day?);
            let exists = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
            exists.then(|| days_of(year, month, day))?
        } else {
            days_of_iso_week(self.iso_year?, self.iso_week.unwrap_or(1)) + self.iso_day.unwrap_or(1) - 1
        };
        if self.hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let millis = ((self.hour * 60 + self.minute) * 60 + self.second) * 1000 + self.millisecond;
        Some(Read { local: Local { days, millis }, offset: self.offset })
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::testing::{check, gives};

    fn parsed(text: &str, format: &str, expected: &str) {
        let expected =
            if expected.starts_with('2') { format!(r#"{{"$date":"{expected}Z"}}"#) } else { expected.into() };
        gives(&format!("{{$dateFromString: {{dateString: '{text}', format: '{format}'}}}}"), &expected);
    }

    #[test]
    fn formats_are_followed_strictly() {
        parsed("2020-01-02", "%Y-%m-%d", "2020-01-02T00:00:00");
        parsed("2020-1-2", "%Y-%m-%d", "2020-01-02T00:00:00");
        parsed("20200102", "%Y%m%d", "2020-01-02T00:00:00");
        parsed("2020-53-7", "%G-%V-%u", "2021-01-03T00:00:00");
        parsed("2020-53", "%G-%V", "2020-12-28T00:00:00");
        parsed("x2020-y53-z7", "%G-%V-%u", "2021-01-03T00:00:00");
        parsed("2020-01-02 3:04 (UTC):", "%Y-%m-%d %H:%M%z:", "2020-01-02T03:04:00");
        parsed("2020-01-02 -04802", "%Y-%m-%d %Z", "2020-01-05T08:02:00");
        parsed("2020-01-02T03:04:05.678+05:30", "%Y-%m-%dT%H:%M:%S.%L%z", "2020-01-01T21:34:05.678");
        parsed("2020-01-02 +330", "%Y-%m-%d %Z", "2020-01-01T18:30:00");
        parsed("2020-01-02.5", "%Y-%m-%d.%L", "2020-01-02T00:00:00.500");
        for (text, format) in [
            ("2020-01-02x", "%Y-%m-%d"),
            ("2020-01", "%Y-%m"),
            ("2020-02-30", "%Y-%m-%d"),
            ("2020-01-02 24:00", "%Y-%m-%d %H:%M"),
            ("2020-01-02 1", "%Y-%m-%d %u"),
            ("2020-54-7", "%G-%V-%u"),
            ("2020 01 02", "%Y-%m-%d"),
            ("2020-01-02 3:4", "%Y-%m-%d %H:%M"),
            ("2020-01-02 03:04:5", "%Y-%m-%d %H:%M:%S"),
            ("2020-01-02 UTC-", "%Y-%m-%d %z-"),
            ("+602020-01-02", "%Z%Y-%m-%d"),
            ("2020", "%Y%\\0"),
            ("", ""),
        ] {
            parsed(text, format, "error 241");
        }
        parsed("2020-001", "%Y-%j", "error 18536");
        parsed("2020", "%", "error 18535");
    }

    #[test]
    fn zones_nulls_and_errors() {
        gives(
            "{$dateFromString: {dateString: '2020-01-02', timezone: 'America/New_York'}}",
            r#"{"$date":"2020-01-02T05:00:00Z"}"#,
        );
        gives("{$dateFromString: {dateString: '2020-01-02Z', timezone: 'UTC'}}", "error 241");
        gives("{$dateFromString: {dateString: 5}}", "error 241");
        gives("{$dateFromString: {dateString: 5, onError: 'e'}}", r#""e""#);
        gives("{$dateFromString: {dateString: 'x', format: '%e', onError: 'e'}}", "error 18536");
        gives("{$dateFromString: {dateString: null, format: 5}}", "error 40684");
        gives("{$dateFromString: {dateString: null, timezone: 5}}", "error 40517");
        gives("{$dateFromString: {dateString: null, onNull: 'n'}}", r#""n""#);
        check("{$dateFromString: {dateString: '2020-01-02', format: '$nope', onNull: 'n'}}", "{}", "null");
    }
}
