//! Whole banks through the catalog: import, pipelines, answers.

mod bench;
mod few;
mod gaps;
mod hidden;
mod nullable;
mod odd;
mod opened;
mod quality;
mod real_file;
