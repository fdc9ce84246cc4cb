//! `banksphere ask`, `segment`, `status` and `health`: the catalog's answers, and questions of one's own.

use std::sync::Arc;

use bank::{Analysis, Answer, Bank, Request, Table};
use diagnostic::{Action, Diagnostic};

use crate::args::{self, Format};
use crate::command::list;
use crate::failure::Failure;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(topic: &str, args: &args::Topic) -> Result<(), Failure> {
    let request = Request {
        topic: topic.to_owned(),
        name: args.analysis.clone(),
        by: args.by.clone(),
        measures: args.measures.clone(),
        filters: args.filter.all.clone(),
    };
    let place = place::of(&args.run.bank)?;
    let outputs = [("--chart", args.chart.as_deref()), ("--output", args.output.as_deref())];
    output::check(&outputs, &[place::file(&args.run.bank)], Some(&place))?;
    if let Some(file) = &args.chart {
        bank::check_picture(file)?;
    }
    if args.open_row.is_none() && args.wish.is_said() {
        let message =
            "`--sort`, `--limit` and `--columns` say how customers are listed, and a table of groups lists none";
        return Err(Failure::hinted(
            message,
            "add `--open-row N` to list the customers of a row, or ask `banksphere list`",
        ));
    }
    if args.show_pipeline && args.open_row.is_none() {
        let text: String = shown(&request, args)?.iter().map(pipelines).collect();
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let cancel = Arc::default();
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    let written = args.chart.as_deref().or(args.output.as_deref());
    interrupt::while_writing(written, &cancel, || answer(&request, args, &bank))
}

fn answer(request: &Request, args: &args::Topic, bank: &Bank) -> Result<(), Failure> {
    if args.chart.is_some() && request.analyses(bank.catalog())?.len() != 1 {
        return Err(Failure::of(Diagnostic::new("`--chart` draws one analysis").hint_at(Action::NameOneAnalysis)));
    }
    if let Some(row) = args.open_row {
        return open_row(request, args, bank, row);
    }
    let answers = bank.answer(request)?;
    answers.notices.iter().for_each(output::notice);
    let tables = answers.answers.iter().map(|answer| laid_out(answer, args)).collect::<Result<Vec<_>, _>>()?;
    if let (Some(file), [answer]) = (&args.chart, &answers.answers[..]) {
        bank::write_file(file, &bank::picture(file, answer)?)?;
    }
    let text: String = answers.answers.iter().zip(&tables).map(|(answer, table)| text(answer, table, args)).collect();
    output::write(args.output.as_deref(), text.as_bytes())?;
    output::tell_formulas(args.format.unwrap_or(Format::Table), &tables);
    Ok(())
}

/// The table of an answer, laid out as a grid where that is asked for.
fn laid_out(answer: &Answer, args: &args::Topic) -> Result<Table, Failure> {
    if !args.pivot {
        return Ok(answer.table.clone());
    }
    let with_counts = args.measures.iter().any(|measure| measure == "customers");
    answer.table.pivot(with_counts).ok_or_else(|| {
        let message = format!("`--pivot` lays out a table of two dimensions, and `{}` is none", answer.name);
        Failure::hinted(message, "group by two, such as `--by age_band,gender --pivot`")
    })
}

/// Lists the customers behind a row of an answer, the first being 1.
fn open_row(request: &Request, args: &args::Topic, bank: &Bank, row: u64) -> Result<(), Failure> {
    let answers = bank.answer(request)?;
    let [answer] = &answers.answers[..] else {
        return Err(Failure::of(Diagnostic::new("`--open-row` opens one table").hint_at(Action::NameOneAnalysis)));
    };
    let row = usize::try_from(row - 1).unwrap_or(usize::MAX);
    let listed = bank.list_row(answer, row, &args.wish.wish())?;
    if args.show_pipeline {
        return output::write(args.output.as_deref(), list::pasted(&listed.query).as_bytes());
    }
    list::write(&listed, args.format, args.output.as_deref())
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

/// An answer in the format asked for; people also get its title, sentence and notes.
fn text(answer: &Answer, table: &Table, args: &args::Topic) -> String {
    let format = args.format.unwrap_or(Format::Table);
    let width = if output::file(args.output.as_deref()).is_some() { None } else { output::width() };
    let written = || report::table::render(table, format.of_table(), width);
    match format {
        Format::Table => report::answer_text_over(answer, table, width),
        Format::Md => format!("## {}\n\n{}\n\n{}\n", answer.heading(), answer.sentence(), written()),
        Format::Csv | Format::Spreadsheet | Format::Json | Format::Ndjson => written(),
    }
}
