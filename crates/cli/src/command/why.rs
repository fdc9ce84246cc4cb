//! `banksphere why`: which columns together tell who leaves, how well, and how early.

use std::sync::Arc;

use bank::{Bank, ModelCard, WhyWish};
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
    if let Some(model) = &args.model {
        let target = Target::of(args.format, file)?;
        return show(&bank, &read(model)?, args.analysis.as_deref(), &target);
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
        answers.answers.retain(|answer| answer.name == name);
        if answers.answers.is_empty() {
            let hint = diagnostic::nearest("answer", name, names.iter().map(String::as_str));
            return Err(Failure::hinted(format!("the models have no answer `{}`", diagnostic::quote(name)), hint));
        }
    }
    if target.format() == Format::Page {
        return target.write_text(report::html(&answers.into_report()));
    }
    let sheets: Vec<Sheet<'_>> = answers.answers.iter().map(Sheet::from).collect();
    target.write(&answers.title, &sheets)
}
