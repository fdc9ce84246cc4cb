//! What the user lets a pipeline use: times such as `30s`, sizes such as `500MB`.
//!
//! In: what was typed. Out: [`Limits`], or what is wrong with it and how it is written.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use diagnostic::Diagnostic;
use pipeline::{CancellationToken, Limits};

use crate::args::LimitArgs;
use crate::failure::Failure;

/// The limits of a command that `cancel` stops.
pub(crate) fn of(args: &LimitArgs, cancel: Option<&Arc<AtomicBool>>) -> Result<Limits, Failure> {
    let cancel = cancel.map(|flag| CancellationToken::from(Arc::clone(flag))).unwrap_or_default();
    let time = args
        .timeout
        .as_deref()
        .map(|text| time(text).map_err(|refused| refused.at("--timeout")))
        .transpose()
        .map_err(Failure::of)?;
    let memory = args.memory_limit.as_deref();
    let memory = memory
        .map(|text| size(text).map_err(|refused| refused.at("--memory-limit")))
        .transpose()
        .map_err(Failure::of)?;
    Ok(Limits { time, memory, cancel })
}

/// The most customers that are generated.
const MOST_CUSTOMERS: u64 = 1_000_000_000;

/// How many customers are to be generated.
pub(crate) fn customers(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| (1..=MOST_CUSTOMERS).contains(number));
    number.ok_or_else(|| "a whole number from 1 to 1000000000 belongs here".to_owned())
}

/// A generator's seed.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a whole number from 0 to {} belongs here", u64::MAX))
}

/// The row of a table, as people count them.
pub(crate) fn row(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(0) => Err("rows count from 1".to_owned()),
        Ok(row) => Ok(row),
        Err(_) => Err("the number of a row belongs here, and rows count from 1".to_owned()),
    }
}

/// A time of at least a millisecond, the smallest that servers know.
fn time(text: &str) -> Result<Duration, Diagnostic> {
    let span: Result<jiff::SignedDuration, _> = text.parse();
    let refused = |what: &str| {
        Diagnostic::new(format!("`{}` is {what}", diagnostic::quote(text))).hint("a time reads `30s`, `2m` or `1h 30m`")
    };
    match span.map(Duration::try_from) {
        Ok(Ok(time)) if time >= Duration::from_millis(1) => Ok(time),
        Ok(_) => Err(refused("less than a millisecond")),
        Err(_) => Err(refused("not a time")),
    }
}

/// A number of bytes; `none` is more than there are.
fn size(text: &str) -> Result<u64, Diagnostic> {
    let bare = text.trim();
    if bare == "none" {
        return Ok(u64::MAX);
    }
    let digits = bare.find(|c: char| !c.is_ascii_digit()).unwrap_or(bare.len());
    let (number, unit) = bare.split_at(digits);
    let factor = match unit.trim().to_ascii_uppercase().as_str() {
        "KB" | "K" => 1_000,
        "MB" | "M" => 1_000_000,
        "GB" | "G" => 1_000_000_000,
        _ => 0,
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| {
        Diagnostic::new(format!("`{}` is not a size", diagnostic::quote(text)))
            .hint("a size reads `500MB`, `2GB` or `none`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_count_from_1() {
        assert_eq!(["1", "12"].map(row), [Ok(1), Ok(12)]);
        assert_eq!(row("0").unwrap_err(), "rows count from 1");
        for wrong in ["-1", "1.5", "first", "18446744073709551616"] {
            assert!(row(wrong).unwrap_err().contains("the number of a row"), "{wrong}");
        }
    }

    #[test]
    fn times_and_sizes_are_read() {
        let limits = |timeout: &str, memory: &str| {
            let args = LimitArgs { timeout: Some(timeout.to_owned()), memory_limit: Some(memory.to_owned()) };
            of(&args, None).ok().map(|limits| (limits.time, limits.memory))
        };
        assert_eq!(limits("1h 30m", "500 mb"), Some((Some(Duration::from_mins(90)), Some(500_000_000))));
        for (timeout, memory) in
            [("soon", "1GB"), ("-1s", "1GB"), ("0s", "1GB"), ("1s", "5"), ("1s", "0GB"), ("1s", "99999999999999GB")]
        {
            assert_eq!(limits(timeout, memory), None, "{timeout} {memory}");
        }
    }
}
