//! The bank that a command line means, and how it is opened.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Opening, Place, Uri};
use jiff::civil::Date;

use crate::args::{AskArgs, BankArgs, ContractArgs, DayArgs, RunArgs};
use crate::failure::Failure;
use crate::settings::settings;
use crate::{limits, output, secret};

/// The bank that the user means: what was said, else what the environment says, else the user's file of defaults, else
/// `bank.sphere` here.
pub(crate) fn of(args: &BankArgs) -> Result<Place, Failure> {
    if let Some(said) = &args.bank {
        return named(said);
    }
    if let Some(place) = Place::of_environment()? {
        return Ok(place);
    }
    settings().bank().map_or_else(|| Ok(Place::here()), |said| named(&in_home(said)))
}

/// A file of defaults is read wherever the user stands, so `~/` there is the user's folder.
fn in_home(said: &str) -> OsString {
    match (said.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest).into(),
        _ => said.into(),
    }
}

/// The bank that `said` names; a connection string's password, which no process list shows, comes back to it.
pub(crate) fn named(said: &OsStr) -> Result<Place, Failure> {
    match said.to_str() {
        Some(text) if Uri::is_meant(text) => Ok(Place::Server(secret::reveal(text)?)),
        _ => Ok(Place::named(said)?),
    }
}

/// Whether there is a bank whose contract names the fields; a server is asked when it is opened.
pub(crate) fn is_there(place: &Place) -> bool {
    match place {
        Place::Folder(folder) => folder.exists(),
        Place::Server(_) => true,
    }
}

/// The file that holds the bank's connection string, if one does.
pub(crate) fn file(args: &BankArgs) -> Option<&Path> {
    args.bank.as_deref().and_then(OsStr::to_str).and_then(|said| said.strip_prefix('@')).map(Path::new)
}

/// The day that the user named.
pub(crate) fn day(args: &DayArgs) -> Result<Option<Date>, Failure> {
    args.as_of.as_deref().map(as_of).transpose()
}

/// The day that `--as-of` names.
pub(crate) fn as_of(text: &str) -> Result<Date, Failure> {
    Ok(bank::day(text).map_err(|refused| refused.within("--as-of"))?)
}

/// Opens the bank that the user means, with the catalog of a folder beside the built-in one and the contract of a file.
pub(crate) fn open(args: &RunArgs, asked: Option<&AskArgs>, cancel: Option<&Arc<AtomicBool>>) -> Result<Bank, Failure> {
    let catalog = asked.and_then(|asked| asked.catalog.folder());
    open_by(args, catalog, asked.map(|asked| &asked.contract), cancel)
}

/// The same, with each of the two by itself.
pub(crate) fn open_by(
    args: &RunArgs,
    catalog: Option<&Path>,
    contract: Option<&ContractArgs>,
    cancel: Option<&Arc<AtomicBool>>,
) -> Result<Bank, Failure> {
    let limits = limits::of(&args.limits, cancel)?;
    let contract = contract.and_then(|args| args.file.as_deref()).map(bank::read_contract).transpose()?;
    let contract = contract.as_ref();
    let opening = Opening { catalog, contract, day: day(&args.day)?, limits, notice: &output::say };
    Ok(Bank::open(&of(&args.bank)?, &opening)?)
}
