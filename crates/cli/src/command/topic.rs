//! `banksphere segment`, `status` and `health`: the catalog's answers, and questions of one's own.

use std::path::Path;

use catalog::{Analysis, Catalog, Topic};
use insight::Answer;
use report::chart;

use crate::args::{self, Format};
use crate::failure::Failure;
use crate::home::Home;
use crate::{answers, home, output};

/// Runs the command.
pub(crate) fn run(topic: Topic, args: &args::Topic) -> Result<(), Failure> {
    let catalog = answers::open_catalog(&args.catalog)?;
    let asked = asked(&catalog, topic, args)?;
    if args.chart.is_some() && asked.len() != 1 {
        return Err(Failure::new("`--chart` draws one analysis\nhint: name one, or ask with `--by`"));
    }
    if args.show_pipeline {
        let text: String = asked.iter().map(pipelines).collect();
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let home = Home::open(&args.run)?;
    home::require(&home.schemas()?, "customers")?;
    let answers = asked.iter().map(|analysis| answers::answer(analysis, &home)).collect::<Result<Vec<_>, _>>()?;
    if let (Some(file), [answer]) = (&args.chart, &answers[..]) {
        output::write_file(file, &draw(file, answer)?)?;
    }
    let text: String = answers.iter().map(|answer| text(answer, args)).collect();
    output::write(args.output.as_deref(), text.as_bytes())
}

/// The analyses that the user asks for, narrowed by the filter.
fn asked(catalog: &Catalog, topic: Topic, args: &args::Topic) -> Result<Vec<Analysis>, Failure> {
    let filter = args.filter.as_deref().map(|text| catalog.filter(text)).transpose()?;
    if !args.by.is_empty() || !args.measure.is_empty() {
        let by: Vec<&str> = args.by.iter().map(String::as_str).collect();
        let measures: Vec<&str> = args.measure.iter().map(String::as_str).collect();
        return Ok(vec![catalog.compose(&by, &measures, filter.as_ref(), topic)?]);
    }
    let chosen: Vec<&Analysis> = match &args.analysis {
        Some(name) => vec![catalog.analysis(name)?],
        None => catalog.analyses().iter().filter(|analysis| analysis.topic == topic).collect(),
    };
    Ok(chosen
        .into_iter()
        .map(|analysis| match &filter {
            Some(filter) => analysis.with_filter(filter),
            None => analysis.clone(),
        })
        .collect())
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
fn text(answer: &Answer, args: &args::Topic) -> String {
    let format = args.format.unwrap_or(Format::Table);
    let width = if args.output.is_some() { None } else { output::width() };
    let table = report::table::render(&answer.table, format.of_table(), width);
    match format {
        Format::Table => {
            let notes = answer.notes.iter().map(|note| format!("note: {note}\n")).collect::<Vec<_>>().concat();
            format!("{}\n{}\n\n{table}\n{}\n{notes}\n", answer.title, answer.question, answer.sentence)
        }
        Format::Md => format!("## {}\n\n{}\n\n{table}\n", answer.title, answer.sentence),
        Format::Csv | Format::Json | Format::Ndjson => table,
    }
}

/// The chart as the file's ending says.
fn draw(file: &Path, answer: &Answer) -> Result<Vec<u8>, Failure> {
    if answer.chart.is_none() {
        return Err(Failure::new(format!("`{}` has no chart", answer.name)));
    }
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("svg") => chart::svg(answer, chart::Theme::Light).map(String::into_bytes).map_err(Failure::new),
        Some("png") => chart::png(answer).map_err(Failure::new),
        Some("pdf") => chart::pdf(answer).map_err(Failure::new),
        _ => Err(Failure::new(format!(
            "`{}` names no kind of picture\nhint: it ends in .svg, .png or .pdf",
            file.display()
        ))),
    }
}
