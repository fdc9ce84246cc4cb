//! `banksphere view`: a pipeline under a name, which answers as a collection does.

use crate::args::View;
use crate::command::aggregate;
use crate::failure::Failure;
use crate::{output, place};

/// Runs the command.
pub(crate) fn run(args: &View) -> Result<(), Failure> {
    let bank = place::open(&args.run, None, None)?.knowingly(&args.knowingly.columns)?;
    let collation = args.collation.as_deref().map(aggregate::collation).transpose()?.flatten();
    let query = aggregate::query(&args.on, &args.pipeline, &bank)?.under(collation)?;
    query.notices().iter().for_each(output::notice);
    bank.create_view(&args.name, &query)?;
    output::say(&format!("made the view `{}` on `{}`", args.name, args.on));
    Ok(())
}
