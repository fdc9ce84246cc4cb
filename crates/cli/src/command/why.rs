//! `banksphere why`: which columns together tell who leaves, how well, and how early.

use std::sync::Arc;

use bank::{Told, WhyWish};
use report::table::{Format, render};

use super::list::pasted;
use crate::args;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Why) -> Result<(), Failure> {
    let file = args.output.as_deref();
    output::check(&[("--output", file)], &[place::file(&args.run.bank)], Some(&place::of(&args.run.bank)?))?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    if args.show_pipeline {
        return output::write(file, pasted(&bank.why_pipeline()?).as_bytes());
    }
    output::check_ending(file, &["json"], "models")?;
    interrupt::while_writing(file, &cancel, || {
        let wish = WhyWish { repeats: args.repeats.map(usize::from), knowingly: args.knowingly.clone() };
        let card = Bars::default().talk(&cancel, |talk| bank.why(&wish, talk))?;
        if let Some(file) = output::file(file) {
            bank::write_file(file, card.to_json()?.as_bytes())?;
            output::say(&format!("models written to {}", file.display()));
        } else if file.is_some() {
            return output::print(card.to_json()?.as_bytes());
        }
        show(&bank::told(&card))
    })
}

fn show(told: &Told) -> Result<(), Failure> {
    let width = output::width();
    let table = |table| render(table, Format::Table, width);
    let sentences = output::numbered(&told.sentences);
    let texts = [
        format!("{}\n\n{}\n{}\n", told.title, table(&told.evidence), sentences),
        format!("What tells, in the first of these views\n\n{}\n", table(&told.terms)),
        format!("How the strongest columns tell it\n\n{}", table(&told.shapes)),
    ];
    output::show(&texts)
}
