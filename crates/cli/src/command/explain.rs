//! `banksphere explain`: what became of a pipeline, stage by stage.

use bank::{Bank, Query};
use pipeline::print;

use crate::args::Explain;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::{output, pager, place};

/// Runs the command.
pub(crate) fn run(args: &Explain) -> Result<(), Failure> {
    let bank = place::open(&args.question.run, None, None)?;
    let query = aggregate::asked(&args.question, &bank)?;
    tell(&bank, &query, args.json)
}

/// Runs the query and prints what became of it.
pub(crate) fn tell(bank: &Bank, query: &Query, is_json: bool) -> Result<(), Failure> {
    query.notices().iter().for_each(output::notice);
    let explained = bank.explain(query)?;
    let text = match &explained.steps {
        _ if is_json => print::document(&explained.document, print::Format::Relaxed) + "\n",
        Some(steps) => {
            let steps = report::table::render(steps, report::table::Format::Table, output::width());
            format!("{steps}\n{}", explained.text)
        }
        None => explained.text,
    };
    if is_json {
        output::print(text.as_bytes())?;
    } else {
        pager::show(&text)?;
    }
    query.notices().iter().for_each(output::notice);
    Ok(())
}
