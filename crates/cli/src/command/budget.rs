//! `banksphere budget`: which customers to call under a budget, and what that is expected to bring.

use std::path::Path;
use std::sync::Arc;

use bank::{Answer, Assumptions, BudgetWish, Budgeted};
use pipeline::Rows;
use report::table::{Format, render};

use super::list::pasted;
use super::{aggregate, score};
use crate::args;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output, picture, place};

/// Runs the command.
pub(crate) fn run(args: &args::Budget) -> Result<(), Failure> {
    if let Some(file) = &args.write_assumptions {
        return write_assumptions(file, args.force);
    }
    let Some(model) = &args.model else { return Err(Failure::new("`--model` names no file of models")) };
    let file = args.written.output.as_deref();
    let pictures = [("--chart", args.chart.as_deref()), ("--curve", args.curve.as_deref())];
    let outputs = [pictures[0], pictures[1], ("--output", file)];
    let inputs = [Some(&**model), args.assumptions.as_deref(), place::file(&args.run.bank)];
    output::check(&outputs, &inputs, Some(&place::of(&args.run.bank)?))?;
    for (_, picture) in pictures {
        output::file(picture).map_or(Ok(()), bank::check_picture)?;
    }
    let target = aggregate::target(&args.written)?;
    // The list goes to standard output, where it is data.
    let is_data = output::file(file).is_none() && (file.is_some() || args.written.format.is_some());
    if is_data && pictures.iter().any(|(_, picture)| picture.is_some() && output::file(*picture).is_none()) {
        let message = "a chart would be drawn on standard output, where the list goes as data";
        let hint = "write the list to a file with `-o`, or the chart to one such as `chart.svg`";
        return Err(Failure::hinted(message, hint));
    }
    let wish = wish(args)?;
    let card = score::read(model)?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    if args.show_pipeline {
        return output::write(file, pasted(&bank.budget_pipeline(&card, &wish)?).as_bytes());
    }
    let written = file.or(args.chart.as_deref()).or(args.curve.as_deref());
    interrupt::while_writing(written, &cancel, || {
        let mut budgeted = Bars::default().talk(&cancel, |talk| bank.budget(&card, &wish, talk))?;
        budgeted.notices.iter().for_each(output::notice);
        let list = std::mem::take(&mut budgeted.list);
        let size = list.len() as u64;
        let is_written = is_data || file.is_some();
        if is_written {
            aggregate::write(&args.written, &target, "list", Rows::of(list), &cancel)?;
        }
        if let Some(file) = output::file(file) {
            output::say(&format!("{} written to {}", report::counted(size, "customer"), file.display()));
        }
        if !is_data {
            show(&budgeted)?;
        }
        draw(args, &budgeted)
    })
}

fn write_assumptions(file: &Path, is_forced: bool) -> Result<(), Failure> {
    output::check_ending(Some(file), &["toml"], "assumptions")?;
    let text = Assumptions::file();
    output::refuse_changed(Some(file), &text, is_forced)?;
    output::write(Some(file), text.as_bytes())?;
    if let Some(file) = output::file(Some(file)) {
        output::say(&format!("assumptions written to {}: put your numbers there", file.display()));
    }
    Ok(())
}

fn wish(args: &args::Budget) -> Result<BudgetWish, Failure> {
    let assumptions = match &args.assumptions {
        Some(file) => Assumptions::read(&bank::read_text(file)?, &file.display().to_string())?,
        None => Assumptions::of([])?,
    };
    Ok(BudgetWish {
        view: args.view.clone(),
        assumptions,
        are_own: args.assumptions.is_some(),
        budget: args.most,
        unseen_is_missing: args.unseen == Some(args::Unseen::Missing),
    })
}

fn show(budgeted: &Budgeted) -> Result<(), Failure> {
    let width = output::width();
    let table = |table| render(table, Format::Table, width);
    let sentences = output::numbered(&budgeted.sentences);
    output::show(&[
        format!("{}\n\n{}\n{}\n", budgeted.title, table(&budgeted.sizes), sentences),
        format!("What the best profit depends on\n\n{}\n", table(&budgeted.sensitivity)),
        format!("What the scores of each view are worth\n\n{}", table(&budgeted.views)),
    ])
}

/// Draws the two charts where they were asked for.
fn draw(args: &args::Budget, budgeted: &Budgeted) -> Result<(), Failure> {
    let charts: [(Option<&Path>, &Answer); 2] =
        [(args.chart.as_deref(), &budgeted.tornado), (args.curve.as_deref(), &budgeted.curve)];
    for (chart, answer) in charts {
        picture::write(chart, answer)?;
        if picture::is_drawn_here(chart) {
            output::print(format!("\n{}\n{}\n", answer.title, picture::drawn(answer)?).as_bytes())?;
        }
    }
    Ok(())
}
