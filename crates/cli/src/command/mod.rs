//! One file a command: parse what was said, call the crates, show what came out.

pub(crate) mod adopt;
pub(crate) mod aggregate;
pub(crate) mod analyze;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod copy;
pub(crate) mod describe;
pub(crate) mod draft;
pub(crate) mod drop;
pub(crate) mod explain;
pub(crate) mod find;
pub(crate) mod help;
pub(crate) mod import;
pub(crate) mod indexes;
pub(crate) mod info;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod man;
pub(crate) mod notebook;
pub(crate) mod quality;
pub(crate) mod report;
pub(crate) mod sample;
pub(crate) mod topic;
pub(crate) mod view;
