//! `banksphere adopt`: says by a contract what the fields of collections mean that another program loaded.

use bank::{Adopt, Bank, Closed, Opening};

use crate::args;
use crate::failure::Failure;
use crate::progress::Bars;
use crate::{interrupt, limits, output, place};

/// Runs the command.
pub(crate) fn run(args: &args::Adopt) -> Result<(), Failure> {
    let cancel = interrupt::install()?;
    let place = place::of(&args.bank)?;
    let inputs = [args.contract.as_deref(), place::file(&args.bank)];
    output::check(&[("--output", args.output.as_deref())], &inputs, Some(&place))?;
    let contract = args.contract.as_deref().map(bank::read_contract).transpose()?;
    let closed = args.closed.as_deref().map(Closed::parse).transpose();
    let closed = closed.map_err(|fault| Failure::of(fault.within("--closed")))?;
    let limits = limits::of(&args.limits, Some(&cancel))?;
    let adopt = Adopt {
        customers: args.customers.as_deref(),
        contract: contract.as_ref(),
        closed: closed.as_ref(),
        accepted: &args.accept,
    };
    let (bank, adoption) = Bars::default().talk(&cancel, |talk| {
        let bank = Bank::open(&place, &Opening { limits, notice: talk.say, ..Opening::default() })?;
        let adoption = bank.adoption(&adopt, talk)?;
        Ok::<_, bank::Error>((bank, adoption))
    })?;
    output::refuse_changed(args.output.as_deref(), adoption.contract.text(), args.force)?;
    adoption.notes.iter().for_each(|note| output::say(&format!("notice: {note}")));
    if let Some(to) = args.output.as_deref() {
        output::stream(Some(to), |out| Ok(out.write_all(adoption.contract.text().as_bytes())?))?;
        if let Some(file) = output::file(Some(to)) {
            output::say(&format!("contract written to {}; the bank is as it was", file.display()));
        }
        return Ok(());
    }
    bank.adopt(&adoption)?;
    let over = adoption.contract.adopted.as_ref().map_or(bank::CUSTOMERS, |over| &over.customers);
    let customers = report::counted(adoption.customers, "customer");
    output::say(&format!("adopted {customers} in `{over}`: segment, status, health, quality and report answer now"));
    Ok(())
}
