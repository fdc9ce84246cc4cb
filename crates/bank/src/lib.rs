//! What every front does with a bank: names its place, opens it, asks it, fills it.
//!
//! In: what the user said, already taken apart ([`Place`], names, [`Request`]). Out: [`Bank`]s that answer pipelines, answered
//! analyses, a [`Report`](report::Report), tables; or an [`Error`] with the words that any front may show.
//! Invariant: nothing is printed here, and nothing knows whether it is asked by a terminal or a notebook.

mod adopt;
mod advice;
mod answers;
mod bank;
mod compare;
mod copy;
mod customers;
mod days;
mod ending;
mod error;
mod explained;
mod facts;
mod files;
mod folder;
mod found;
mod inventory;
mod leftovers;
mod list;
mod memory;
mod names;
mod outputs;
mod persons;
mod picture;
mod place;
mod quality_page;
mod report_file;
mod request;
mod reserved;
mod sample;
mod side_by_side;
mod spreadsheet;
mod strict;
mod tables;
mod talk;
mod target;
mod views;
mod why;
mod written;

// What a front names of the crates below, which it need not know for that.
pub use catalog::{Analysis, Catalog, Finding, Wish, read_money, read_share};
pub use contract::Contract;
pub use engine::{Error as FrameError, Frame, FrameField, FramePart, RowsOrColumns};
pub use extract::{CUSTOMERS, Quality, Source, TRANSACTIONS};
pub use insight::{Answer, QualityPage, Table};
pub use mongo::Uri;
pub use recognise::Closed;

pub use adopt::{Adopt, Adoption};
pub use advice::questions;
pub use answers::{Answers, no_customer_meets};
pub use bank::{Bank, Opening, open_catalog};
pub use compare::Segments;
pub use copy::Copy;
pub use customers::{CustomersFile, Drafted, draft};
pub use days::{Checked, Dropped, check, day, drop_collection, drop_day};
pub use error::{Error, ErrorKind};
pub use explained::Explained;
pub use facts::{notices_of_import, quality_facts};
pub use files::{Outgoing, reason, write_file};
pub use found::read_value;
pub use inventory::{Holding, Inventory};
pub use list::{Listed, listing};
pub use names::names;
pub use outputs::{Output, check_outputs};
pub use picture::{check_picture, no_chart, picture};
pub use place::{Place, read_text};
pub use quality_page::{description_queries, quality_queries};
pub use report_file::{check_report, report_file};
pub use request::{Query, Request, language};
pub use sample::write_sample;
pub use spreadsheet::formulas_notice;
pub use tables::{by_ending, check_ending, files_of_tables, write_tables};
pub use talk::{Step, Talk};
pub use target::{Import, ImportSource, Imported, import, read_contract};
pub use why::campaign;
pub use why::{
    Assumptions, BudgetWish, Budgeted, Data, Fairness, Feature, ModelCard, NoFeature, Origin, Points, ScorecardWish,
    Scored, Scoring, StandIn, Tiers, Treated, Viewed, WHY, WhyWish,
};
