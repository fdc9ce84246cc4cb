//! `banksphere lint`: what another server lacks of what a pipeline uses. No bank is opened.

use pipeline::lint::{Finding, Lint, Verdict, lint};
use serde_json::{Value, json};

use crate::args;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &args::Lint) -> Result<(), Failure> {
    let (text, source) = aggregate::text(&args.pipeline)?;
    let language = bank::language(source.as_deref());
    let read = pipeline::read_pipeline(&text, language).and_then(|script| lint(&script, &args.target));
    let placed = |error: pipeline::Error| match &source {
        Some(source) => error.within(source),
        None => error,
    };
    let found = read.map_err(|error| Failure::of(placed(error).into_diagnostic()))?;
    let text = if args.json { format!("{}\n", as_json(&found)) } else { as_text(&found) };
    output::print(text.as_bytes())?;
    if found.is_lacking() { Err(Failure::Found) } else { Ok(()) }
}

fn as_text(found: &Lint) -> String {
    let of = |wanted: fn(&Verdict) -> bool| found.findings.iter().filter(move |finding| wanted(&finding.verdict));
    let lacking: Vec<String> = of(|verdict| matches!(verdict, Verdict::Lacking(_))).map(line).collect();
    let not_listed: Vec<String> = of(|verdict| *verdict == Verdict::NotListed).map(line).collect();
    let unknown: Vec<String> = of(|verdict| *verdict == Verdict::Unknown).map(line).collect();
    let names = report::counted(found.n_used as u64, "name");
    let mut text = match (lacking.is_empty(), unknown.is_empty() && not_listed.is_empty()) {
        (true, true) => format!("{} has all of the {names} that the pipeline uses\n", found.title),
        (true, false) => {
            format!("{}: nothing is known to be lacking of the {names} that the pipeline uses\n", found.title)
        }
        (false, _) => format!("{} lacks {} of the {names} that the pipeline uses\n", found.title, lacking.len()),
    };
    text.push_str(&lacking.concat());
    if !not_listed.is_empty() {
        text.extend(["not in its list (", &found.as_of, "), so probably lacking\n"]);
        text.push_str(&not_listed.concat());
    }
    if !unknown.is_empty() {
        text.push_str("unknown, for the source says nothing of it\n");
        text.push_str(&unknown.concat());
    }
    text + &format!("source: {} (as of {})\n", found.source, found.as_of)
}

fn line(finding: &Finding) -> String {
    let since = match &finding.verdict {
        Verdict::Lacking(Some(since)) if since == "Atlas" => ", which only Atlas has".to_owned(),
        Verdict::Lacking(Some(since)) => format!(", since {since}"),
        _ => String::new(),
    };
    format!("  {}: {}{since}\n", finding.used.place, finding.used.name)
}

fn as_json(found: &Lint) -> Value {
    let finding = |finding: &Finding| {
        let (verdict, since) = match &finding.verdict {
            Verdict::Lacking(since) => ("lacking", since.as_deref()),
            Verdict::NotListed => ("notListed", None),
            Verdict::Unknown => ("unknown", None),
        };
        json!({"name": finding.used.name, "place": finding.used.place, "verdict": verdict, "since": since})
    };
    json!({
        "target": found.title,
        "source": found.source,
        "asOf": found.as_of,
        "names": found.n_used,
        "findings": found.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}
