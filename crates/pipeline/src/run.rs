//! The one trait of everything that can run a pipeline: the embedded engine, or a MongoDB server.

use bson::Document;

use crate::Pipeline;

/// A home of collections that answers pipelines.
pub trait Run {
    /// Runs `pipeline` over the collection of that name and gives back all its rows.
    fn run(&self, collection: &str, pipeline: &Pipeline) -> Result<Vec<Document>, RunError>;
}

/// Why a pipeline that was well formed gave no answer: a message for the user, with MongoDB's error code if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunError {
    /// What happened, and where.
    pub message: String,
    /// The server's code for it (`$divide` by zero 2, bad `$convert` 241, …).
    pub code: Option<i32>,
    /// Whether it is not the pipeline's fault: the home of the collections did not answer, or may not.
    pub is_homes: bool,
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RunError {}
