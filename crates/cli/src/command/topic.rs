//! `banksphere ask`, `segment`, `status` and `health`: the catalog's answers, and questions of one's own.

use std::sync::Arc;

use bank::{Analysis, Answer, Bank, Request, Table};
use diagnostic::{Action, Diagnostic};
use report::file::{Format, Rows, Sheet};

use crate::args;
use crate::command::list;
use crate::failure::Failure;
use crate::tables::Target;
use crate::{interrupt, output, picture, place};

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
    let target = Target::of(args.format, args.output.as_deref())?;
    picture::check(args.chart.as_deref(), args.output.as_deref(), &target)?;
    let cancel = Arc::default();
    let bank = place::open(&args.run, Some(&args.asked), Some(&cancel))?;
    let written = args.chart.as_deref().or(args.output.as_deref());
    interrupt::while_writing(written, &cancel, || answer(&request, args, &bank, &target))
}

fn answer(request: &Request, args: &args::Topic, bank: &Bank, target: &Target<'_>) -> Result<(), Failure> {
    if args.chart.is_some() && !draws_here(args) && request.analyses(bank.catalog())?.len() != 1 {
        return Err(Failure::of(Diagnostic::new("`--chart` draws one analysis").hint_at(Action::NameOneAnalysis)));
    }
    if let Some(row) = args.open_row {
        return open_row(request, args, bank, target, row);
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
    let tables = answers.answers.iter().map(|answer| laid_out(answer, args)).collect::<Result<Vec<_>, _>>()?;
    if let [answer] = &answers.answers[..] {
        picture::write(args.chart.as_deref(), answer)?;
    }
    let charts = if draws_here(args) { picture::in_text(&answers.answers)? } else { Vec::new() };
    if target.format() == Format::Page && !args.pivot {
        target.write_text(report::html(&answers.into_page()))?;
        return charts.iter().try_for_each(|chart| output::print(chart.as_bytes()));
    }
    let sheet = |(answer, table)| Sheet { rows: Rows::Answer(answer, table), ..Sheet::from(answer) };
    let sheets: Vec<Sheet<'_>> = answers.answers.iter().zip(&tables).map(sheet).collect();
    target.write_drawn(&answers.heading(), &sheets, &charts)
}

/// Whether charts are drawn on the terminal.
fn draws_here(args: &args::Topic) -> bool {
    picture::is_drawn_here(args.chart.as_deref())
}

/// The table of an answer, laid out as a grid where that is asked for.
fn laid_out(answer: &Answer, args: &args::Topic) -> Result<Table, Failure> {
    if !args.pivot {
        return Ok(answer.table.clone());
    }
    answer.grid().ok_or_else(|| {
        Failure::hinted(
            "`--pivot` lays out a table of two dimensions, and this table has not two",
            "group by two, such as `--by age_band,gender --pivot`",
        )
    })
}

/// Lists the customers behind a row of an answer, the first being 1.
fn open_row(request: &Request, args: &args::Topic, bank: &Bank, target: &Target<'_>, row: u64) -> Result<(), Failure> {
    let answers = bank.answer(request)?;
    let [answer] = &answers.answers[..] else {
        return Err(Failure::of(Diagnostic::new("`--open-row` opens one table").hint_at(Action::NameOneAnalysis)));
    };
    if args.pivot {
        let hint = "without `--pivot` each row of the table is one group: open the one that is meant";
        return Err(Failure::hinted("`--open-row` opens a group, and a row of a grid holds several", hint));
    }
    let row = usize::try_from(row - 1).unwrap_or(usize::MAX);
    let listed = bank.list_row(answer, row, &args.wish.wish())?;
    if args.show_pipeline {
        return output::write(args.output.as_deref(), list::pasted(&listed.query).as_bytes());
    }
    list::write(&listed, target)
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
    let shown: String = analysis.queries().iter().map(one).collect();
    if analysis.finding == bank::Finding::ForwardSelection {
        return shown
            + &format!(
                "// {}: one pipeline more follows from these rows. It counts the columns that tell most by themselves together;\n\
             // the answer brings it: `--format html`, or `.pipelines` of the table in Python.\n\n",
                analysis.name
            );
    }
    shown
}
