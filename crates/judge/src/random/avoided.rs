//! What random pipelines do not ask, each with its reason: the one place where a question is passed over.

use bson::{Bson, Document};

use super::Statement;

/// Something that is not asked.
pub struct Avoided {
    /// What.
    pub what: &'static str,
    /// Why no answer could be the right one.
    pub reason: &'static str,
    /// Whether the stages that rows take have it.
    is_in: fn(&[&Document]) -> bool,
}

/// Everything that is not asked.
pub const AVOIDED: &[Avoided] = &[
    Avoided {
        what: "`$$ROOT` in a window of partitions by a computed key",
        reason: "the server shows its own helper field there, `__internal_setWindowFields_partition_key`",
        is_in: |way| way.iter().any(|stage| shows_partition_key(stage)),
    },
    Avoided {
        what: "partitions by `$$ROOT` as a whole",
        reason: "the server fails with a message about its own paths, `FieldPath::tail() called on single element path`",
        is_in: |way| {
            let is_whole = |form: &Document| matches!(form.get_str("partitionBy"), Ok("$$ROOT" | "$$CURRENT"));
            way.iter().any(|stage| stage.get_document("$setWindowFields").is_ok_and(is_whole))
        },
    },
    Avoided {
        what: "a `$project` that includes a path through an array, with another stage behind it",
        reason: "the server leaves holes where it drops an element; they show as missing elements to the next stage, and are \
                 gone from the answer",
        is_in: |way| way.iter().rev().skip(1).any(|stage| includes_inside(stage)),
    },
    Avoided {
        what: "a window over a range of dates",
        reason: "the server moves a date before 1970 that has a fraction of a second a second too far, so that not even a range of \
                 nothing has the row itself",
        is_in: |way| way.iter().any(|stage| has_range_of_dates(stage)),
    },
    Avoided {
        what: "`$densify` of partitions between two bounds",
        reason: "where partitions take turns, as those do whose keys sort alike, or where the bounds are equal, the server goes on from a \
                 value below the bounds and fills the way to them, outside of the bounds",
        is_in: |way| way.iter().any(|stage| densifies_between_bounds(stage)),
    },
    Avoided {
        what: "a `$sort` with a `$densify` behind it",
        reason: "the server leaves the `$sort` out, because `$densify` sorts again and a sort promises no order of equal values: \
                 these come as they are stored, and a grid goes on with the type of the first of them",
        is_in: densifies_what_was_sorted,
    },
    Avoided {
        what: "`$graphLookup` along a path into objects",
        reason: "the server answers for a second document from what it kept of the first, and that leaves out documents whose path \
                 goes through an array",
        is_in: |way| {
            let is_path = |form: &Document| form.get_str("connectToField").is_ok_and(|path| path.contains('.'));
            way.iter().any(|stage| stage.get_document("$graphLookup").is_ok_and(is_path))
        },
    },
    Avoided {
        what: "`$setField` in an object that is made there, or that a field was just taken from",
        reason: "the server keeps the place of a field of it that is missing, so that what is set comes there and not at the end",
        is_in: |way| way.iter().any(|stage| stage.values().any(sets_in_new_object)),
    },
    Avoided {
        what: "a field copied under a dotted name, by itself or in an object, with a `$match` behind it",
        reason: "the server takes the copy for a new name and moves the `$match` before it, which is wrong where an array \
                 lies on the way, and where it asks for what the copy lies in",
        is_in: |way| {
            let copied = way.iter().position(|stage| copies_inside(stage));
            copied.is_some_and(|at| way[at..].iter().any(|stage| stage.contains_key("$match")))
        },
    },
    Avoided {
        what: "a `$sample` with another stage behind it",
        reason: "of equal keys the first one stands for a group, and which is the first is left to chance",
        is_in: |way| way.iter().rev().skip(1).any(|stage| stage.contains_key("$sample")),
    },
    Avoided {
        what: "an array that `$lookup` puts into an object, with an including `$project` behind it",
        reason: "the server does not read an object that is written over, so that it comes behind the fields that it reads",
        is_in: |way| {
            let joined = way.iter().position(|stage| joins_inside(stage));
            joined.is_some_and(|at| way[at..].iter().any(|stage| stage.contains_key("$project")))
        },
    },
    Avoided {
        what: "`$dateAdd` or `$dateSubtract` on what another one gives",
        reason: "the server comes out a second or a day early where a date before 1970 has a fraction of a second; of one \
                 call the engine copies that, of a chain it does not",
        is_in: |way| way.iter().any(|stage| stage.values().any(|form| has_date_chain(form, false))),
    },
    Avoided {
        what: "arithmetic shown by an operator that makes text of any value",
        reason: "the server shows the sign of a NaN there, which is that of its processor: `$toLower` of infinity modulo 1 is \
                 `-nan`",
        is_in: |way| way.iter().any(|stage| stage.values().any(|form| shows(form, &AS_TEXT, &ARITHMETIC, false))),
    },
    Avoided {
        what: "a function of Decimal128 such as `$atan2`, made into text",
        reason: "its last digit depends on the library that computes it; numbers are compared without that digit, texts are not",
        is_in: |way| way.iter().any(|stage| stage.values().any(|form| shows(form, &MADE_TEXT, &FUNCTIONS, false))),
    },
    Avoided {
        what: "a standard deviation over a moving window",
        reason: "the server takes out what leaves the window, and the rounding error of numbers long gone stays behind: of \
                 2^53, 0 and 1 it finds a deviation of 67108864 between 0 and 1",
        is_in: |way| way.iter().any(|stage| has_moving_deviation(stage)),
    },
    Avoided {
        what: "a window in partitions by a field that is sorted by, too",
        reason: "the server takes the partitions in the order of that sort where the stage comes first, and from small to large \
                 elsewhere, and leaves out a `$sort` behind it that it believes to be done",
        is_in: |way| way.iter().any(|stage| sorts_by_its_partitions(stage)),
    },
];

impl Avoided {
    /// Whether a statement has it, in the pipeline itself or on the way through one of its facets.
    #[must_use]
    pub fn covers(&self, statement: &Statement) -> bool {
        let stages: Vec<&Document> = documents(&statement.pipeline).collect();
        let through_facet = |at: usize, inner: &Bson| {
            let way: Vec<&Document> = stages[..at].iter().copied().chain(documents(inner)).collect();
            (self.is_in)(&way)
        };
        (self.is_in)(&stages)
            || stages.iter().enumerate().any(|(at, stage)| {
                let facets = stage.get_document("$facet").into_iter().flat_map(Document::values);
                facets.into_iter().any(|inner| through_facet(at, inner))
            })
    }
}

fn documents(pipeline: &Bson) -> impl Iterator<Item = &Document> {
    pipeline.as_array().into_iter().flatten().filter_map(Bson::as_document)
}

fn shows_partition_key(stage: &Document) -> bool {
    stage.get_document("$setWindowFields").is_ok_and(|form| {
        let is_computed = form.get("partitionBy").is_some_and(|key| key.as_str().is_none());
        is_computed && form.values().any(|part| mentions(part, "$$ROOT") || mentions(part, "$$CURRENT"))
    })
}

fn includes_inside(stage: &Document) -> bool {
    let is_inside = |(path, value): (&String, &Bson)| path.contains('.') && *value == Bson::Int32(1);
    stage.get_document("$project").is_ok_and(|form| form.iter().any(is_inside))
}

fn copies_inside(stage: &Document) -> bool {
    fn is_copy(value: &Bson) -> bool {
        match value {
            Bson::String(text) => text.starts_with('$'),
            Bson::Document(object) => {
                !object.is_empty() && object.iter().all(|(name, value)| !name.starts_with('$') && is_copy(value))
            }
            _ => false,
        }
    }
    let is_copied = |(path, value): (&String, &Bson)| path.contains('.') && is_copy(value);
    let forms = ["$addFields", "$set", "$project"].into_iter().filter_map(|name| stage.get_document(name).ok());
    forms.into_iter().any(|form| form.iter().any(is_copied))
}

fn joins_inside(stage: &Document) -> bool {
    let form = stage.get_document("$lookup").or(stage.get_document("$graphLookup"));
    form.and_then(|form| form.get_str("as")).is_ok_and(|path| path.contains('.'))
}

/// Whether a date is moved that was moved already.
fn has_date_chain(value: &Bson, is_inside: bool) -> bool {
    match value {
        Bson::Document(document) => document.iter().any(|(name, inner)| {
            let moves = name == "$dateAdd" || name == "$dateSubtract";
            (moves && is_inside) || has_date_chain(inner, moves || is_inside)
        }),
        Bson::Array(items) => items.iter().any(|item| has_date_chain(item, is_inside)),
        _ => false,
    }
}

fn sets_in_new_object(value: &Bson) -> bool {
    let is_new = |form: &Document| {
        let makes = |name: &String| !name.starts_with('$') || name == "$unsetField";
        form.get_document("input").is_ok_and(|input| input.keys().all(makes))
    };
    match value {
        Bson::Document(document) => document.iter().any(|(name, inner)| {
            (name == "$setField" && inner.as_document().is_some_and(is_new)) || sets_in_new_object(inner)
        }),
        Bson::Array(items) => items.iter().any(sets_in_new_object),
        _ => false,
    }
}

/// Operators that make text of any value.
const AS_TEXT: [&str; 6] = ["$toLower", "$toUpper", "$substr", "$substrBytes", "$substrCP", "$strcasecmp"];
/// Operators that make text of a number.
const MADE_TEXT: [&str; 8] =
    ["$toString", "$convert", "$toLower", "$toUpper", "$substr", "$substrBytes", "$substrCP", "$strcasecmp"];
/// Operators whose result may be NaN.
const ARITHMETIC: [&str; 10] =
    ["$mod", "$add", "$subtract", "$multiply", "$divide", "$pow", "$sum", "$avg", "$reduce", "$log"];
/// Operators that a library of mathematics computes.
const FUNCTIONS: [&str; 18] = [
    "$pow", "$exp", "$ln", "$log", "$log10", "$sin", "$cos", "$tan", "$asin", "$acos", "$atan", "$atan2", "$sinh",
    "$cosh", "$tanh", "$asinh", "$acosh", "$atanh",
];

/// Whether one of the operators of `compute` stands inside of one of `show`.
fn shows(value: &Bson, show: &[&str], compute: &[&str], is_shown: bool) -> bool {
    match value {
        Bson::Document(document) => document.iter().any(|(name, inner)| {
            (is_shown && compute.contains(&name.as_str()))
                || shows(inner, show, compute, is_shown || show.contains(&name.as_str()))
        }),
        Bson::Array(items) => items.iter().any(|item| shows(item, show, compute, is_shown)),
        _ => false,
    }
}

fn has_moving_deviation(stage: &Document) -> bool {
    let output = stage.get_document("$setWindowFields").and_then(|form| form.get_document("output"));
    let moves = |call: &Document| {
        call.contains_key("window") && (call.contains_key("$stdDevPop") || call.contains_key("$stdDevSamp"))
    };
    output.is_ok_and(|output| output.values().filter_map(Bson::as_document).any(moves))
}

fn has_range_of_dates(stage: &Document) -> bool {
    let output = stage.get_document("$setWindowFields").and_then(|form| form.get_document("output"));
    let window = |call: &Document| call.get_document("window").is_ok_and(|window| window.contains_key("unit"));
    output.is_ok_and(|output| output.values().filter_map(Bson::as_document).any(window))
}

fn densifies_between_bounds(stage: &Document) -> bool {
    stage.get_document("$densify").is_ok_and(|form| {
        let bounds = form.get_document("range").and_then(|range| range.get_array("bounds"));
        form.contains_key("partitionByFields") && bounds.is_ok()
    })
}

/// A `$match` between the two does not count: the server moves it before the `$sort`.
fn densifies_what_was_sorted(way: &[&Document]) -> bool {
    let others: Vec<_> = way.iter().filter(|stage| !stage.contains_key("$match")).collect();
    others.windows(2).any(|pair| pair[0].contains_key("$sort") && pair[1].contains_key("$densify"))
}

fn sorts_by_its_partitions(stage: &Document) -> bool {
    stage.get_document("$setWindowFields").is_ok_and(|form| {
        let key = form.get_str("partitionBy").ok().and_then(|path| path.strip_prefix('$'));
        key.is_some_and(|key| form.get_document("sortBy").is_ok_and(|order| order.contains_key(key)))
    })
}

/// Whether a text that starts so stands somewhere in a value.
fn mentions(value: &Bson, text: &str) -> bool {
    match value {
        Bson::String(found) => found.starts_with(text),
        Bson::Document(inner) => inner.values().any(|value| mentions(value, text)),
        Bson::Array(items) => items.iter().any(|item| mentions(item, text)),
        _ => false,
    }
}
