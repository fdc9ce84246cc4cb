//! `banksphere score`: each customer's log-odds and probability of leaving, by a model, as one pipeline.

use std::path::Path;
use std::sync::Arc;

use bank::{ModelCard, Scoring};

use super::aggregate;
use super::list::pasted;
use crate::args;
use crate::failure::Failure;
use crate::{interrupt, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Score) -> Result<(), Failure> {
    let file = args.written.output.as_deref();
    let inputs = [Some(&*args.model), place::file(&args.run.bank)];
    output::check(&[("--output", file)], &inputs, Some(&place::of(&args.run.bank)?))?;
    let target = aggregate::target(&args.written)?;
    let card = read(&args.model)?;
    let cancel = Arc::default();
    let bank = place::open_by(&args.run, None, Some(&args.contract), Some(&cancel))?;
    let wish = Scoring {
        view: args.view.clone(),
        into: args.into.clone(),
        unseen_is_missing: args.unseen == Some(args::Unseen::Missing),
    };
    if args.show_pipeline {
        return output::write(file, pasted(&bank.score_pipeline(&card, &wish)?).as_bytes());
    }
    interrupt::while_writing(file, &cancel, || {
        if args.reasons {
            let (rows, scored) = bank.score_with_reasons(&card, &wish)?;
            scored.notices.iter().for_each(output::notice);
            return aggregate::write(&args.written, &target, "scores", rows, &cancel);
        }
        let scored = bank.score(&card, &wish)?;
        scored.notices.iter().for_each(output::notice);
        let rows = bank.rows(&scored.query)?;
        let Some(into) = &args.into else {
            return aggregate::write(&args.written, &target, "scores", rows, &cancel);
        };
        rows.collect::<Result<Vec<_>, _>>()?;
        output::say(&format!("scores written into `{into}`"));
        Ok(())
    })
}

/// Reads a file of models.
pub(crate) fn read(file: &Path) -> Result<ModelCard, Failure> {
    Ok(ModelCard::read(&bank::read_text(file)?, &file.display().to_string())?)
}
