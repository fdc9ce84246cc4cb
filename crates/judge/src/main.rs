//! `cargo xtask fuzz-pipelines`: random pipelines for some minutes.
//!
//! In: `--minutes N [--seed S] [--collation OPTION]`. Out: progress on stderr; on stdout each difference as a case file, ready for
//! `tests/cases`. Exit code 0 where there was none, 1 where there was one, 2 where it could not run.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool of the developer's talks to the developer")]

use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bson::Bson;
use judge::fuzz::{self, Report};
use judge::runner::Server;

const HELP: &str = "usage: cargo xtask fuzz-pipelines --minutes N [--seed S] [--collation OPTION]";
/// A line of progress comes so often.
const PACE: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    match run() {
        Ok(report) if report.findings.is_empty() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<Report, String> {
    let Arguments { minutes, seed, collation } = arguments()?;
    let uri = mongod::bank("judge_fuzz").ok_or("no MongoDB server can be had")?;
    let mut server = Server::connect(&uri).map_err(|error| error.to_string())?;
    eprintln!("seed {seed}, MongoDB {}", server.version());
    let (start, mut said, mut shown) = (Instant::now(), Instant::now(), 0);
    let report = fuzz::run(seed, collation.as_ref(), &mut server, |report| {
        for finding in &report.findings[shown..] {
            show(finding, seed);
        }
        shown = report.findings.len();
        if said.elapsed() > PACE {
            said = Instant::now();
            eprintln!("{}", line(report, start));
        }
        start.elapsed().as_secs_f64() < minutes * 60.0
    });
    let report = report.map_err(|error| error.to_string())?;
    eprintln!("{}", line(&report, start));
    Ok(report)
}

struct Arguments {
    minutes: f64,
    seed: u64,
    collation: Option<Bson>,
}

fn arguments() -> Result<Arguments, String> {
    let (mut minutes, mut seed, mut collation) = (None, None, None);
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("`{name}` needs a value\n{HELP}"))?;
        let wrong = |_| format!("`{value}` is no number for `{name}`");
        match name.as_str() {
            "--minutes" => minutes = Some(value.parse().map_err(|_| format!("`{value}` is no number for `{name}`"))?),
            "--collation" => collation = Some(pipeline::read(&value).map_err(|error| error.to_string())?),
            "--seed" => seed = Some(value.parse().map_err(wrong)?),
            _ => return Err(format!("unknown argument `{name}`\n{HELP}")),
        }
    }
    let of_the_clock = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Ok(Arguments { minutes: minutes.ok_or(HELP)?, seed: seed.unwrap_or_else(of_the_clock), collation })
}

fn line(report: &Report, start: Instant) -> String {
    let Report { asked, avoided, answered, different, open, .. } = report;
    let seconds = start.elapsed().as_secs();
    format!("{asked} pipelines in {seconds} s, {answered} answered, {open} open, {avoided} avoided, {different} differ")
}

fn show(finding: &fuzz::Finding, seed: u64) {
    println!("# seed {seed}, statement {}: {}", finding.statement, finding.verdict);
    println!("# the engine says {}", finding.engine);
    println!("\n{}", finding.case);
}
