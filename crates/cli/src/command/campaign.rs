//! `banksphere campaign`: how many to hold out, who is, and what the calls did.

use std::path::Path;

use bank::Table;
use bank::campaign::{Design, Evaluation, HoldOut, List, Outcomes, evaluated};
use report::table::{Format, render};

use crate::args::{Assign, Campaign, CampaignAction, Evaluate, Unknown};
use crate::failure::Failure;
use crate::{args, output, place};

/// Runs the command.
pub(crate) fn run(args: &Campaign) -> Result<(), Failure> {
    match &args.action {
        CampaignAction::Design(args) => design(args),
        CampaignAction::Assign(args) => assign(args),
        CampaignAction::Evaluate(args) => evaluate(args),
    }
}

fn design(args: &args::Design) -> Result<(), Failure> {
    let args::Design { effect, rate, power, alpha, customers } = *args;
    let designed = Design { rate, effect, power, alpha, customers }.designed()?;
    output::show(&[format!("Size of the hold-out\n\n{}", text(&designed.table, &designed.sentences))])
}

fn assign(args: &Assign) -> Result<(), Failure> {
    let file = args.output.as_deref();
    output::check(&[("--output", file)], &[Some(&args.list)], None)?;
    output::check_ending(file, &["csv"], "an assigned list")?;
    let hold_out = HoldOut::parse(&args.hold_out)?;
    let list = read(&args.list, args.key.key.as_deref())?.assigned(hold_out, args.seed)?;
    output::write(file, list.csv()?.as_bytes())?;
    if let Some(file) = output::file(file) {
        output::say(&format!("{}: written to {}", list.arms(), file.display()));
    }
    Ok(())
}

fn evaluate(args: &Evaluate) -> Result<(), Failure> {
    let key = args.key.key.as_deref();
    let assigned = read(&args.assigned, key)?;
    let outcomes = match &args.outcome {
        Some(file) => {
            let closed = args.closed.as_deref().map(bank::Closed::parse).transpose().map_err(Failure::of)?;
            // The numbers stand under the same name as in the list, where that file has it.
            let list = read(file, Some(assigned.key_column())).or_else(|_| read(file, None))?;
            Outcomes::of_list(&list, closed.as_ref())?
        }
        None => Outcomes::of_bank(&place::open_by(&args.run, None, Some(&args.contract), None)?)?,
    };
    let wish = Evaluation { score: args.score.clone(), leaves_unknown_out: args.unknown == Some(Unknown::LeaveOut) };
    let found = evaluated(&assigned, &outcomes, &wish)?;
    found.notices.iter().for_each(output::notice);
    let mut texts = vec![format!("What the calls did\n\n{}", text(&found.arms, &found.sentences))];
    if let Some(curve) = &found.curve {
        let table = render(curve, Format::Table, output::width());
        texts.push(format!("\nCustomers kept, from the highest scores down\n\n{table}"));
    }
    output::show(&texts)
}

fn read(file: &Path, key: Option<&str>) -> Result<List, Failure> {
    Ok(List::read(&bank::read_text(file)?, &file.display().to_string(), key)?)
}

/// A table with sentences below it.
fn text(table: &Table, sentences: &[String]) -> String {
    format!("{}\n{}", render(table, Format::Table, output::width()), output::numbered(sentences))
}
