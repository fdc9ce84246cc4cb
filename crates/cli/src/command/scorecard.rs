//! `banksphere scorecard`: points by bins of each column, for those who must sign what they use.

use std::sync::Arc;

use bank::ScorecardWish;
use report::file::{Format, Rows, Sheet};
use report::table::{self, render};

use super::list::pasted;
use crate::args;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::tables::Target;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Scorecard) -> Result<(), Failure> {
    let file = args.table.output.as_deref();
    output::check(&[("--output", file)], &[place::file(&args.run.bank)], Some(&place::of(&args.run.bank)?))?;
    let target = Target::of(args.table.format, file)?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    let wish = ScorecardWish { view: args.view.clone(), knowingly: args.knowingly.clone() };
    interrupt::while_writing(file, &cancel, || {
        let points = Bars::default().talk(&cancel, |talk| bank.scorecard(&wish, talk))?;
        points.notices.iter().for_each(output::notice);
        if args.table.show_pipeline {
            return output::write(file, pasted(&points.query).as_bytes());
        }
        let (title, sentences) = (&points.title, output::numbered(&points.sentences));
        match target.format() {
            Format::Text(table::Format::Table) => {
                let table = render(&points.table, table::Format::Table, target.width());
                target.write_text(format!("{title}\n\n{table}\n{sentences}"))
            }
            Format::Text(table::Format::Markdown) => {
                let table = render(&points.table, table::Format::Markdown, None);
                let (heading, below) = title.split_once('\n').unwrap_or((title, ""));
                target.write_text(format!("## {heading}\n\n{below}\n\n{table}\n{sentences}"))
            }
            _ => target.write(title, &[Sheet { name: "scorecard", rows: Rows::Table(&points.table) }]),
        }
    })
}
