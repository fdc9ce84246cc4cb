//! Times the questions of `benchmarks/questions` over a bank.
//!
//! In: `--bank DIR` (made with `--sample N` customers if it is not there), `--runs N`. Out: a line of JSON per question,
//! with milliseconds (median), the answer, what `explain` counts, and how much memory of its own the process holds.
//! Without `--bank` there is nothing to do.

#![expect(clippy::print_stdout, reason = "its output is its product")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use engine::{Collection, Engine};
use pipeline::print::{Format, document};
use pipeline::{Run, parse_text};
use store::Store;

const QUESTIONS: [(&str, &str); 7] = [
    ("q1", include_str!("../../../benchmarks/questions/q1.json")),
    ("q2", include_str!("../../../benchmarks/questions/q2.json")),
    ("q3", include_str!("../../../benchmarks/questions/q3.json")),
    ("q4", include_str!("../../../benchmarks/questions/q4.json")),
    ("q5", include_str!("../../../benchmarks/questions/q5.json")),
    ("q6", include_str!("../../../benchmarks/questions/q6.json")),
    ("q7", include_str!("../../../benchmarks/questions/q7.json")),
];

struct Options {
    bank: PathBuf,
    sample: u64,
    runs: usize,
    only: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(options) = options()? else { return Ok(()) };
    let engine = open(&options)?;
    let chosen = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    for (name, text) in QUESTIONS.into_iter().filter(|(name, _)| chosen(name)) {
        let pipeline = parse_text(text)?;
        let explain = engine.explain("customers", &pipeline)?;
        let mut answer = Vec::new();
        let mut times: Vec<f64> = Vec::new();
        for _ in 0..options.runs {
            let start = Instant::now();
            answer = engine.run("customers", &pipeline)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let mut line = bson::Document::new();
        line.insert("question", name);
        line.insert("ms", times[times.len() / 2]);
        line.insert("ms_least", times[0]);
        line.insert("own_memory_mb", own_memory_mb());
        line.insert("explain", explain.to_document());
        line.insert("answer", answer);
        println!("{}", document(&line, Format::Relaxed));
    }
    Ok(())
}

fn options() -> Result<Option<Options>, Box<dyn Error>> {
    let mut options = Options { bank: PathBuf::new(), sample: 0, runs: 5, only: None };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("`{arg}` needs a value"));
        match arg.as_str() {
            "--bank" => options.bank = value()?.into(),
            "--sample" => options.sample = value()?.parse()?,
            "--runs" => options.runs = value()?.parse::<usize>()?.max(1),
            "--only" => options.only = Some(value()?),
            // What cargo passes to every benchmark.
            "--bench" => {}
            other => return Err(format!("unknown option `{other}`").into()),
        }
    }
    Ok((options.bank != Path::new("")).then_some(options))
}

fn open(options: &Options) -> Result<Engine, Box<dyn Error>> {
    let store = Store::create_or_open(&options.bank)?;
    if store.collections().is_empty() && options.sample > 0 {
        extract::load_sample(options.sample, 1, &store, &extract::Options::default())?;
    }
    let mut engine = Engine::new();
    for name in ["customers", "transactions"] {
        let (schema, batches) = store.read(name)?;
        engine.insert(name, Collection::from_batches(&schema, batches)?);
    }
    Ok(engine)
}

/// Memory that no file backs; 0 where the system does not tell.
fn own_memory_mb() -> f64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("RssAnon:")?.trim().strip_suffix("kB"));
    kilobytes.and_then(|kilobytes| kilobytes.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
