//! `banksphere ask`, `segment`, `status` and `health`: the catalog's answers, and questions of one's own.

use std::sync::Arc;

use bank::{Analysis, Bank, Request};
use diagnostic::{Action, Diagnostic};
use report::file::{Format, Sheet};

use crate::args;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(topic: &str, args: &args::Topic) -> Result<(), Failure> {
    let request = Request {
        topic: topic.to_owned(),
        name: args.analysis.clone(),
        by: args.by.clone(),
        measures: args.measures.clone(),
        filter: args.filter.clone(),
    };
    let place = place::of(&args.run.bank)?;
    let outputs = [("--chart", args.chart.as_deref()), ("--output", args.output.as_deref())];
    output::check(&outputs, &[place::file(&args.run.bank)], Some(&place))?;
    if let Some(file) = &args.chart {
        bank::check_picture(file)?;
    }
    if args.show_pipeline {
        let text: String = shown(&request, args)?.iter().map(pipelines).collect();
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let target = Target::of(args.format, args.output.as_deref())?;
    let cancel = Arc::default();
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    let written = args.chart.as_deref().or(args.output.as_deref());
    interrupt::while_writing(written, &cancel, || answer(&request, args, &bank, &target))
}

fn answer(request: &Request, args: &args::Topic, bank: &Bank, target: &Target<'_>) -> Result<(), Failure> {
    if args.chart.is_some() && request.analyses(bank.catalog())?.len() != 1 {
        return Err(Failure::of(Diagnostic::new("`--chart` draws one analysis").hint_at(Action::NameOneAnalysis)));
    }
    // What cannot be asked is told by the answer, which knows the reason best.
    let analyses = request.analyses(bank.catalog()).unwrap_or_default();
    let names: Vec<&str> = analyses.iter().map(|analysis| analysis.name.as_str()).collect();
    let files = target.files(&names);
    let outputs = files.iter().map(|file| ("--output", Some(file.as_path())));
    let outputs: Vec<_> = [("--chart", args.chart.as_deref())].into_iter().chain(outputs).collect();
    output::check(&outputs, &[place::file(&args.run.bank)], Some(bank.place()))?;
    let answers = bank.answer(request)?;
    answers.notices.iter().for_each(output::notice);
    if let (Some(file), [answer]) = (&args.chart, &answers.answers[..]) {
        bank::write_file(file, &bank::picture(file, answer)?)?;
    }
    if target.format() == Format::Page {
        return target.write_text(report::html(&answers.into_report()));
    }
    let sheets: Vec<Sheet<'_>> = answers.answers.iter().map(Sheet::from).collect();
    target.write(&answers.title, &sheets)
}

/// The analyses whose pipelines are shown. They run nowhere, so they need no bank; where there is one, its contract names
/// the fields.
fn shown(request: &Request, args: &args::Topic) -> Result<Vec<Analysis>, Failure> {
    if place::is_there(&place::of(&args.run.bank)?) {
        let bank = place::open(&args.run, Some(&args.asked), None)?;
        return Ok(request.analyses(bank.catalog())?);
    }
    Ok(request.analyses(&bank::open_catalog(None, args.asked.catalog.folder())?)?)
}

/// The pipelines of an analysis, to paste.
fn pipelines(analysis: &Analysis) -> String {
    let one = |(collection, pipeline): &(String, pipeline::Pipeline)| {
        format!(
            "// {}: mongosh\n{}\n\n// the same as Extended JSON\n{}\n\n",
            analysis.name,
            pipeline::print::mongosh(collection, pipeline),
            pipeline::print::extended_json(pipeline)
        )
    };
    analysis.queries().iter().map(one).collect()
}
