//! How the engine's answer stands to the server's.

use std::fmt;

use bson::{Bson, Document};

use crate::Answer;
use crate::compare::{Freedom, rows_agree};

/// The code of a value that `$densify` meets and that is no number.
const DENSIFIES_NO_NUMBER: i32 = 5_733_201;

/// What a comparison of two answers found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same rows; or both refuse, with one code or without a code of ours.
    Agree,
    /// Both answer, but not the same.
    OtherRows,
    /// Both refuse, with different codes: the server's and ours.
    OtherCode(Option<i32>, Option<i32>),
    /// The server refuses with this code what the engine answers.
    OnlyServerRefuses(Option<i32>),
    /// The engine refuses with this code what the server answers.
    OnlyEngineRefuses(Option<i32>),
    /// The engine did not come back at all.
    EnginePanics,
}

impl Verdict {
    /// Compares the server's answer with the engine's.
    #[must_use]
    pub fn of(server: &Answer, engine: &Answer, free: Freedom) -> Self {
        match (server, engine) {
            (Answer::Rows(server), Answer::Rows(engine)) if rows_agree(server, engine, free) => Self::Agree,
            (Answer::Rows(_), Answer::Rows(_)) => Self::OtherRows,
            (Answer::Refused(server), Answer::Refused(engine)) => {
                let is_ours_open = engine.code.is_none();
                if is_ours_open || server.code == engine.code {
                    Self::Agree
                } else {
                    Self::OtherCode(server.code, engine.code)
                }
            }
            (Answer::Refused(server), Answer::Rows(_)) => Self::OnlyServerRefuses(server.code),
            (Answer::Rows(_), Answer::Refused(engine)) => Self::OnlyEngineRefuses(engine.code),
        }
    }

    /// Why a difference says nothing about the engine, if so: the one place where a difference found is passed over.
    ///
    /// MongoDB promises neither which of several failing parts is met first nor that a part is evaluated whose value is not
    /// needed: it moves `$match`, `$sort`, `$skip` and `$limit` to the front, makes one of several, and asks the cheapest condition first.
    /// So where a pipeline has several stages and one of them filters, or a filter has several conditions and one of them is an
    /// `$expr`, one side alone may meet an expression that fails; and where it has several stages or facets, each side may meet
    /// another one. So it is where one stage goes over documents with
    /// several expressions, as `$group` does: one side may take document by document, the other expression by expression.
    /// Statements of one other stage are held to their codes. `$sampleRate` is a condition that any other may come before, and
    /// behind the values that a `$firstN` keeps the engine looks at no more.
    /// An answer that is no UTF-8 (the server cuts some texts by bytes) cannot be compared at all.
    #[must_use]
    pub fn is_open(&self, pipeline: &Bson) -> bool {
        let mut stages = Vec::new();
        collect_stages(pipeline, &mut stages);
        let has = |name: &str| stages.iter().any(|stage| stage.contains_key(name));
        let names = |name: &str| pipeline::print::canonical(pipeline).contains(name);
        match self {
            // Once a `$densify` is complete the server does not look at documents any more, and it sees that late at times.
            Self::OnlyServerRefuses(code) | Self::OnlyEngineRefuses(code) if *code == Some(DENSIFIES_NO_NUMBER) => {
                has("$densify")
            }
            // What the server says cannot be read.
            Self::OnlyServerRefuses(None) | Self::OtherCode(None, _) => true,
            Self::OtherCode(..) => stages.len() > 1 || has("$group") || has("$setWindowFields") || has("$bucket"),
            Self::OnlyServerRefuses(_) if has("$group") && names("\"$firstN\"") => true,
            Self::OnlyServerRefuses(_) | Self::OnlyEngineRefuses(_) => {
                let is_any_order = || names("\"$sampleRate\"") || (names("\"$expr\"") && has_several(&stages));
                let filters = has("$match") || has("$limit") || has("$skip");
                filters && (stages.len() > 1 || is_any_order())
            }
            Self::Agree | Self::OtherRows | Self::EnginePanics => false,
        }
    }
}

/// Whether a filter has several conditions.
fn has_several(stages: &[&Document]) -> bool {
    let is_list = |name: &String| ["$and", "$or", "$nor"].contains(&name.as_str());
    let filters = stages.iter().filter_map(|stage| stage.get_document("$match").ok());
    filters.into_iter().any(|filter| filter.len() > 1 || filter.keys().any(is_list))
}

/// The stages of a pipeline with those of the pipelines inside.
fn collect_stages<'a>(pipeline: &'a Bson, stages: &mut Vec<&'a Document>) {
    for stage in pipeline.as_array().into_iter().flatten().filter_map(Bson::as_document) {
        stages.push(stage);
        if let Ok(facets) = stage.get_document("$facet") {
            facets.values().for_each(|inner| collect_stages(inner, stages));
        }
        let joins = ["$unionWith", "$lookup"].into_iter().filter_map(|name| stage.get_document(name).ok());
        joins.filter_map(|form| form.get("pipeline")).for_each(|inner| collect_stages(inner, stages));
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = |code: &Option<i32>| code.map_or_else(|| "no code".to_owned(), |code| format!("code {code}"));
        match self {
            Self::Agree => f.write_str("they agree"),
            Self::OtherRows => f.write_str("the rows differ"),
            Self::OtherCode(server, engine) => {
                write!(f, "both refuse, the server with {}, the engine with {}", code(server), code(engine))
            }
            Self::OnlyServerRefuses(server) => write!(f, "only the server refuses, with {}", code(server)),
            Self::EnginePanics => f.write_str("the engine panics"),
            Self::OnlyEngineRefuses(engine) => write!(f, "only the engine refuses, with {}", code(engine)),
        }
    }
}
