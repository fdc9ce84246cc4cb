//! `banksphere why`: which columns together tell who leaves, how well, and how early.

use std::sync::Arc;

use bank::{Answers, Bank, ModelCard, WhyWish};
use report::file::{Format, Sheet};

use super::list::pasted;
use super::score::read;
use crate::args;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::tables::Target;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Why) -> Result<(), Failure> {
    let file = args.output.as_deref();
    let inputs = [args.model.as_deref(), place::file(&args.run.bank)];
    output::check(&[("--output", file)], &inputs, Some(&place::of(&args.run.bank)?))?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    if args.show_pipeline {
        return output::write(file, pasted(&bank.why_pipeline()?).as_bytes());
    }
    if args.clusters {
        let target = Target::of(args.format, file)?;
        return interrupt::while_writing(file, &cancel, || {
            write(Bars::default().talk(&cancel, |talk| bank.why_clusters(talk))?, &target)
        });
    }
    if let Some(model) = &args.model {
        let (target, card) = (Target::of(args.format, file)?, read(model)?);
        let told = Bars::default().talk(&cancel, |talk| bank.of_other_customers(&card, talk))?;
        told.iter().for_each(output::notice);
        return show(&bank, &card, args.analysis.as_deref(), &target);
    }
    if let Some(name) = &args.analysis {
        check_name(name, &bank.why_names()?)?;
    }
    output::check_ending(file, &["json"], "models")?;
    interrupt::while_writing(file, &cancel, || {
        let wish = WhyWish { repeats: args.repeats.map(usize::from), knowingly: args.knowingly.clone() };
        let card = Bars::default().talk(&cancel, |talk| bank.why(&wish, talk))?;
        if let Some(notice) = bank.keep_models(&card)?.filter(|_| file.is_none()) {
            output::notice(&notice);
        }
        if let Some(file) = output::file(file) {
            bank::write_file(file, card.to_json()?.as_bytes())?;
            output::say(&format!("models written to {}", file.display()));
        } else if file.is_some() {
            return output::print(card.to_json()?.as_bytes());
        }
        show(&bank, &card, args.analysis.as_deref(), &Target::of(args.format, None)?)
    })
}

/// Shows what the models say; of one answer, or of all.
fn show(bank: &Bank, card: &ModelCard, name: Option<&str>, target: &Target<'_>) -> Result<(), Failure> {
    let mut answers = bank.why_answers(card)?;
    if let Some(name) = name {
        let names: Vec<String> = answers.answers.iter().map(|answer| answer.name.clone()).collect();
        check_name(name, &names)?;
        answers.answers.retain(|answer| answer.name == name);
    }
    write(answers, target)
}

/// Writes answers as they are wanted.
fn write(answers: Answers, target: &Target<'_>) -> Result<(), Failure> {
    if target.format() == Format::Page {
        return target.write_text(report::html(&answers.into_page()));
    }
    let sheets: Vec<Sheet<'_>> = answers.answers.iter().map(Sheet::from).collect();
    target.write(&answers.heading(), &sheets)
}

/// Refuses the name of an answer that is not among these.
fn check_name(name: &str, names: &[String]) -> Result<(), Failure> {
    if names.iter().any(|there| there == name) {
        return Ok(());
    }
    let hint = diagnostic::nearest("answer", name, names.iter().map(String::as_str));
    Err(Failure::hinted(format!("the models have no answer `{}`", diagnostic::quote(name)), hint))
}
