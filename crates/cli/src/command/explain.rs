//! `banksphere explain`: what became of a pipeline, stage by stage.

use pipeline::print;

use crate::args::Explain;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::{home, output};

/// Runs the command.
pub(crate) fn run(args: &Explain) -> Result<(), Failure> {
    let engine = home::open(&args.question.bank.bank)?;
    let pipeline = aggregate::pipeline(&args.question, &engine)?;
    let explain = engine.explain(&args.question.collection, &pipeline).map_err(Failure::new)?;
    let text = if args.json {
        print::document(&explain.to_document(), print::Format::Relaxed) + "\n"
    } else {
        explain.to_string()
    };
    output::print(text.as_bytes())
}
