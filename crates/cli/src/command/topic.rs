//! `banksphere segment`, `status` and `health`: the catalog's answers, and questions of one's own.

use bank::Request;
use catalog::Analysis;
use insight::Answer;

use crate::args::{self, Format};
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(topic: &str, args: &args::Topic) -> Result<(), Failure> {
    let catalog = bank::open_catalog(args.catalog.folder())?;
    let wish = Request {
        name: args.analysis.clone(),
        by: args.by.clone(),
        measures: args.measures.clone(),
        filter: args.filter.clone(),
    };
    let asked = wish.analyses(&catalog, catalog.topic(topic)?)?;
    if args.chart.is_some() && asked.len() != 1 {
        return Err(Failure::new("`--chart` draws one analysis\nhint: name one, or ask with `--by`"));
    }
    if args.show_pipeline {
        let text: String = asked.iter().map(pipelines).collect();
        return output::write(args.output.as_deref(), text.as_bytes());
    }
    let home = place::open(&args.run, None)?;
    bank::require(&home.schemas()?, extract::CUSTOMERS)?;
    let answers = asked.iter().map(|analysis| bank::answer(analysis, &home)).collect::<Result<Vec<_>, _>>()?;
    if let (Some(file), [answer]) = (&args.chart, &answers[..]) {
        bank::write_file(file, &bank::picture(file, answer)?)?;
    }
    let text: String = answers.iter().map(|answer| text(answer, args)).collect();
    output::write(args.output.as_deref(), text.as_bytes())
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
    let table = || report::table::render(&answer.table, format.of_table(), width);
    match format {
        Format::Table => report::answer_text(answer, width),
        Format::Md => format!("## {}\n\n{}\n\n{}\n", answer.heading(), answer.sentence(), table()),
        Format::Csv | Format::Json | Format::Ndjson => table(),
    }
}
