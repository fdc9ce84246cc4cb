//! The bank that a command line means, and how it is opened.

use std::ffi::OsStr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Access, Bank, Place};
use mongo::Uri;

use crate::args::{BankArgs, RunArgs};
use crate::failure::Failure;
use crate::{output, secret};

/// The bank that the user means: what was said, else what the environment says, else `bank.sphere` here.
pub(crate) fn of(args: &BankArgs) -> Result<Place, Failure> {
    match &args.bank {
        Some(said) => named(said),
        None => Ok(Place::unnamed()?),
    }
}

/// The bank that `said` names; a connection string's password, which no process list shows, comes back to it.
pub(crate) fn named(said: &OsStr) -> Result<Place, Failure> {
    match said.to_str() {
        Some(text) if Uri::is_meant(text) => Ok(Place::Server(secret::reveal(text)?)),
        _ => Ok(Place::named(said)?),
    }
}

/// Opens the bank that the user means.
pub(crate) fn open(args: &RunArgs, cancel: Option<&Arc<AtomicBool>>) -> Result<Bank, Failure> {
    let access = Access { timeout: args.timeout, cancel: cancel.cloned(), notice: &output::say };
    Ok(Bank::open(&of(&args.bank)?, access)?)
}
