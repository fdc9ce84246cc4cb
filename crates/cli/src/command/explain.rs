//! `banksphere explain`: what became of a pipeline, stage by stage.

use pipeline::print;

use crate::args::Explain;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::home::Home;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &Explain) -> Result<(), Failure> {
    let home = Home::open(&args.question.run)?;
    let pipeline = aggregate::pipeline(&args.question, &home)?;
    let Home::Embedded(bank) = &home else {
        return Err(Failure::new("a server's plans cannot be shown yet"));
    };
    let explain = bank.engine.explain(&args.question.collection, &pipeline).map_err(Failure::new)?;
    let text = if args.json {
        print::document(&explain.to_document(), print::Format::Relaxed) + "\n"
    } else {
        explain.to_string()
    };
    output::print(text.as_bytes())
}
