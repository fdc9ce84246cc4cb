//! What the user lets a pipeline use: times such as `30s`, sizes such as `500MB`.
//!
//! In: what was typed. Out: [`Limits`], or what is wrong with it and how it is written.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use pipeline::{CancellationToken, Limits};

use crate::args::LimitArgs;
use crate::failure::Failure;

/// The limits of a command that `cancel` stops.
pub(crate) fn of(args: &LimitArgs, cancel: Option<&Arc<AtomicBool>>) -> Result<Limits, Failure> {
    let cancel = cancel.map(|flag| CancellationToken::from(Arc::clone(flag))).unwrap_or_default();
    let time = args.timeout.as_deref().map(time).transpose()?;
    let memory = args.memory_limit.as_deref().map(size).transpose()?;
    Ok(Limits { time, memory, cancel })
}

/// A time of at least a millisecond, the smallest that servers know.
fn time(text: &str) -> Result<Duration, Failure> {
    let span: Result<jiff::SignedDuration, _> = text.parse();
    let refused = |what: &str| {
        Failure::hinted(format!("`{}` is {what}", diagnostic::quote(text)), "a time reads `30s`, `2m` or `1h 30m`")
    };
    match span.map(Duration::try_from) {
        Ok(Ok(time)) if time >= Duration::from_millis(1) => Ok(time),
        Ok(_) => Err(refused("less than a millisecond")),
        Err(_) => Err(refused("not a time")),
    }
}

/// A number of bytes.
fn size(text: &str) -> Result<u64, Failure> {
    let bare = text.trim();
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
        Failure::hinted(format!("`{}` is not a size", diagnostic::quote(text)), "a size reads `500MB` or `2GB`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
