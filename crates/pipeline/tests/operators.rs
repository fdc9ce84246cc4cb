//! Every operator of the registry parses with its fewest and its most arguments, prints back to the same, and is
//! refused with one argument too few or too many.

use pipeline::{
    Bson, Document, ErrorKind,
    ast::{Accumulator, Arguments, Operator, OperatorSpec},
    parse_accumulator, parse_expr, print, read,
};

/// An argument that the operator takes; most take any expression.
fn argument(spec: &OperatorSpec, key: &str) -> Bson {
    let text = match (spec.operator, key) {
        (Operator::GetField | Operator::SetField | Operator::UnsetField, "field") => "'name'",
        (Operator::SortArray, "sortBy") => "{a: 1}",
        (Operator::Zip, "inputs" | "defaults") => "['$x']",
        (Operator::Zip, "useLongestLength") => "true",
        (Operator::Median | Operator::Percentile, "method") => "'approximate'",
        (Operator::Percentile, "p") => "[0.5]",
        (Operator::HexHash, "algorithm") => "'md5'",
        (Operator::SerializeEjson, "relaxed") => "true",
        _ => "'$x'",
    };
    read(text).unwrap_or(Bson::Null)
}

fn call(name: &str, argument: impl Into<Bson>) -> Bson {
    let mut document = Document::new();
    document.insert(name, argument);
    Bson::Document(document)
}

#[track_caller]
fn accepted(value: &Bson) {
    let parsed = parse_expr(value).unwrap_or_else(|error| panic!("{value}\n{error}"));
    assert_eq!(parse_expr(&print::expr_to_bson(&parsed)), Ok(parsed), "{value}");
}

#[track_caller]
fn refused(value: &Bson) {
    let kind = parse_expr(value).map_err(|error| error.kind());
    assert_eq!(kind, Err(ErrorKind::Input), "{value}");
}

fn positional(spec: &OperatorSpec, min: usize, max: usize) {
    let list = |count: usize| call(spec.name, vec![argument(spec, ""); count]);
    for count in [min, max.min(min + 3)] {
        accepted(&list(count));
    }
    if min > 0 {
        refused(&list(min - 1));
    }
    if max < usize::MAX {
        refused(&list(max + 1));
    }
    if min <= 1 {
        accepted(&call(spec.name, argument(spec, "")));
    }
}

fn named(spec: &OperatorSpec, keys: &[(&str, bool)]) {
    let object = |wanted: &dyn Fn(&str, bool) -> bool| {
        let chosen = keys.iter().filter(|(key, required)| wanted(key, *required));
        call(spec.name, chosen.map(|(key, _)| ((*key).to_owned(), argument(spec, key))).collect::<Document>())
    };
    // A date comes from calendar parts or from ISO week parts, never from both, and always from a year.
    let is_date = spec.operator == Operator::DateFromParts;
    accepted(&object(&|key, _| !(is_date && key.starts_with("iso"))));
    accepted(&object(&|key, required| required || (is_date && key == "year")));
    for (left_out, required) in keys {
        if *required {
            refused(&object(&|key, _| key != *left_out));
        }
    }
    let mut unknown: Document = keys.iter().map(|(key, _)| ((*key).to_owned(), argument(spec, key))).collect();
    unknown.insert("unheardOf", 1);
    refused(&call(spec.name, unknown));
}

#[test]
fn every_operator_takes_what_its_row_says() {
    for spec in Operator::all() {
        match spec.arguments {
            Arguments::Positional { min, max } => positional(spec, min, max),
            Arguments::Named(keys) => named(spec, keys),
            Arguments::NamedOrPositional(keys) => {
                named(spec, keys);
                positional(spec, keys.len(), keys.len());
            }
            Arguments::NamedOrSingle(keys) => {
                named(spec, keys);
                positional(spec, 1, 1);
            }
            Arguments::Whole => {
                accepted(&call(spec.name, argument(spec, "")));
                accepted(&call(spec.name, vec![argument(spec, ""); 2]));
            }
            Arguments::Vectors => {
                positional(spec, 2, 2);
                accepted(&call(spec.name, bson::bson!({ "vectors": ["$a", "$b"], "score": true })));
                refused(&call(spec.name, bson::bson!({ "score": true })));
            }
            Arguments::None => {
                accepted(&call(spec.name, Document::new()));
                accepted(&call(spec.name, Vec::<Bson>::new()));
                refused(&call(spec.name, 1));
                refused(&call(spec.name, vec![1]));
            }
        }
    }
}

#[test]
fn every_accumulator_parses_and_prints() {
    for spec in Accumulator::all() {
        let text = match spec.accumulator {
            Accumulator::Count => "{}",
            Accumulator::Top | Accumulator::Bottom => "{output: '$x', sortBy: {a: 1}}",
            Accumulator::TopN | Accumulator::BottomN => "{n: 2, output: '$x', sortBy: {a: 1}}",
            Accumulator::FirstN | Accumulator::LastN | Accumulator::MaxN | Accumulator::MinN => "{n: 2, input: '$x'}",
            Accumulator::Median => "{input: '$x', method: 'approximate'}",
            Accumulator::Percentile => "{input: '$x', p: [0.5, 1.0], method: 'approximate'}",
            _ => "'$x'",
        };
        let takes_an_empty_object = text == "{}" || !text.starts_with('{');
        let text = format!("[{{$group: {{_id: null, a: {{{}: {text}}}}}}}]", spec.name);
        let parsed = pipeline::parse_text(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(pipeline::parse(&print::to_bson(&parsed)), Ok(parsed), "{text}");
        let nothing = parse_accumulator(&call(spec.name, Document::new()));
        assert_eq!(nothing.is_ok(), takes_an_empty_object, "{}", spec.name);
    }
}
