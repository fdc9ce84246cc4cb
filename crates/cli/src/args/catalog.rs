//! What the user may say of the catalog.
//!
//! In: the command line, through clap. Out: the arguments of `catalog`.

use clap::{Args as ClapArgs, Subcommand};

use super::{CatalogArgs, ListedArgs};
use crate::examples::{CATALOG_CHECK_EXAMPLES, CATALOG_LIST_EXAMPLES, CATALOG_SHOW_EXAMPLES};

#[derive(ClapArgs)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Catalog {
    #[command(subcommand)]
    pub(crate) action: CatalogAction,
}

#[derive(Subcommand)]
pub(crate) enum CatalogAction {
    /// Name every analysis, dimension and measure
    #[command(after_help = CATALOG_LIST_EXAMPLES)]
    List {
        #[command(flatten)]
        catalog: CatalogArgs,
        #[command(flatten)]
        written: ListedArgs,
    },
    /// Show one analysis, dimension or measure whole
    #[command(after_help = CATALOG_SHOW_EXAMPLES)]
    Show {
        /// Its name
        name: String,
        #[command(flatten)]
        catalog: CatalogArgs,
    },
    /// Report all faults of a folder at once (exit code 1 if there are any)
    #[command(after_help = CATALOG_CHECK_EXAMPLES)]
    Check(CatalogArgs),
}
