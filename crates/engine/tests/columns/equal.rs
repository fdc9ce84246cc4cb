//! The columnar executor answers as the plain definitions do: in value, type, and whether there is an error at all.

use crate::nasty_bank::{Dice, both, lines};
use bson::Document;
use engine::{Engine, RowsOrColumns};
use pipeline::{Collation, Pipeline, Run, RunError, parse_text};

/// The documents of rows that are handed on as columns, if they are.
fn by_columns(engine: &Engine, pipeline: &Pipeline) -> Result<Option<Vec<Document>>, RunError> {
    let RowsOrColumns::Columns(frame, _) = engine.rows_or_columns("customers", pipeline)? else { return Ok(None) };
    let pieces = (0..frame.n_pieces()).map(|piece| frame.documents(piece, 0..frame.n_rows_of(piece)));
    let documents = pieces.collect::<Result<Vec<_>, _>>()?.concat();
    assert_eq!(documents.len(), frame.n_rows());
    Ok(Some(documents))
}

fn compare(columns: &Engine, documents: &Engine, text: &str) {
    compare_under(columns, documents, text, "null");
}

fn compare_under(columns: &Engine, documents: &Engine, text: &str, collation: &str) {
    let mut pipeline = parse_text(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let option = pipeline::read(collation).and_then(|option| Collation::parse(&option));
    pipeline.collation = option.unwrap_or_else(|error| panic!("{collation}\n{error}"));
    let rows = columns.run("customers", &pipeline);
    match (by_columns(columns, &pipeline), &rows) {
        (Ok(None), _) => {}
        // To the bit, and in the same order.
        (Ok(Some(ours)), Ok(rows)) => {
            assert_eq!(lines(&ours, true, false), lines(rows, true, false), "{text}\nas columns, and as rows");
        }
        (Err(ours), Err(rows)) => assert_eq!(ours.code(), rows.code(), "{text}"),
        (ours, rows) => panic!("{text}\nas columns {ours:?}\nas rows {rows:?}"),
    }
    let is_ordered = text.contains("// ordered");
    let is_rounded = text.contains("stdDev") || text.contains("// rounded");
    match (rows, documents.run("customers", &pipeline)) {
        (Ok(ours), Ok(theirs)) => {
            let (ours, theirs) = (lines(&ours, is_ordered, is_rounded), lines(&theirs, is_ordered, is_rounded));
            let difference = ours.iter().zip(&theirs).find(|(a, b)| a != b);
            assert!(
                ours == theirs,
                "{text}\ncolumns {} rows, definitions {}\n{difference:#?}",
                ours.len(),
                theirs.len()
            );
        }
        (Err(ours), Err(theirs)) => assert_eq!(ours.code(), theirs.code(), "{text}\n{ours}\n{theirs}"),
        (Ok(_), Err(error)) => panic!("{text}\nonly the definitions fail: {error}"),
        (Err(error), Ok(_)) => panic!("{text}\nonly the columns fail: {error}"),
    }
}

pub(crate) const JOIN: &str =
    "{$lookup: {from: 'transactions', localField: 'id', foreignField: 'id', as: 't'}}, {$unwind: '$t'}";

#[test]
fn written_pipelines() {
    let (columns, documents) = both();
    for line in include_str!("pipelines.txt").lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        compare(&columns, &documents, &line.replace("JOIN", JOIN));
    }
}

/// Names that differ in accents alone are one name; codes, tables and ranks must know it, too.
#[cfg(feature = "collation")]
#[test]
fn written_pipelines_under_collations() {
    let (columns, documents) = both();
    let own = "[{$match: {name: {$in: ['A', 'Ä']}}}, {$sort: {name: 1, _id: 1}}, {$limit: 5}] // ordered
        [{$group: {_id: '$name', n: {$sum: 1}, most: {$max: '$name'}, set: {$addToSet: '$name'}, first: {$first: '$_id'}}}]
        [{$group: {_id: {n: '$name', c: '$card'}, n: {$sum: 1}}}]
        [{$set: {is: {$eq: ['$name', 'A']}, at: {$indexOfArray: [['x', 'Ä'], '$name']}}}, {$sortByCount: '$is'}]
        [{$match: {$expr: {$eq: [{$concat: ['$name', '']}, 'a']}}}, {$sort: {_id: 1}}] // ordered
        [{$match: {name: {$gte: 'a', $lt: 'c'}, 't.amount': {$gte: 0}}}]
        [{$bucket: {groupBy: '$name', boundaries: ['A', 'B', 'c'], default: 0}}]
        [{$match: {card: 'blue'}}, {$group: {_id: '$card', n: {$sum: 1}}}]";
    let written =
        include_str!("pipelines.txt").lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    for line in own.lines().chain(written) {
        for collation in
            ["{locale: 'en', strength: 1}", "{locale: 'sv', strength: 2}", "{locale: 'de', caseFirst: 'upper'}"]
        {
            compare_under(&columns, &documents, &line.replace("JOIN", JOIN), collation);
        }
    }
}

/// Random expressions over the columns: numbers and conditions, nested to `depth`.
pub(crate) fn number(dice: &mut Dice, depth: usize) -> String {
    if depth == 0 || dice.roll(4) == 0 {
        let leaves = [
            "'$age'",
            "'$t.tame'",
            "'$t.maybe'",
            "'$t.amount'",
            "'$t.long'",
            "'$code.a'",
            "'$t.limit'",
            "'$t.huge'",
            "'$t.wild'",
            "1",
            "2.5",
            "0",
            "NumberLong(3)",
            "null",
            "'$nope'",
            "'$$REMOVE'",
        ];
        return (*dice.pick(&leaves)).to_owned();
    }
    let (a, b) = (number(dice, depth - 1), number(dice, depth - 1));
    match dice.roll(12) {
        0 => format!("{{$add: [{a}, {b}]}}"),
        1 => format!("{{$subtract: [{a}, {b}]}}"),
        2 => format!("{{$multiply: [{a}, {b}]}}"),
        3 => format!("{{$divide: [{a}, 4]}}"),
        4 => format!("{{$cond: [{}, {a}, {b}]}}", condition(dice, depth - 1)),
        5 => format!("{{$ifNull: [{a}, {b}]}}"),
        6 => format!("{{$floor: {a}}}"),
        7 => {
            let (one, two) = (condition(dice, depth - 1), condition(dice, depth - 1));
            format!(
                "{{$switch: {{branches: [{{case: {one}, then: {a}}}, {{case: {two}, then: {b}}}], default: 'none'}}}}"
            )
        }
        8 => format!("{{$let: {{vars: {{x: {a}}}, in: {{$add: ['$$x', {b}]}}}}}}"),
        9 => format!("{{$abs: {a}}}"),
        10 => format!("{{$round: {a}}}"),
        _ => format!(
            "{{$cond: [{}, 'small', {{$cond: [{}, 'middle', 'large']}}]}}",
            condition(dice, depth - 1),
            condition(dice, depth - 1)
        ),
    }
}

pub(crate) fn condition(dice: &mut Dice, depth: usize) -> String {
    let operator = *dice.pick(&["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]);
    if depth == 0 || dice.roll(3) == 0 {
        let other = *dice.pick(&["1", "0.5", "null", "'text'", "'$t.tame'", "'$code.b'", "[]", "true"]);
        return format!("{{{operator}: [{}, {other}]}}", number(dice, depth.saturating_sub(1)));
    }
    match dice.roll(5) {
        0 => format!("{{$and: [{}, {}]}}", condition(dice, depth - 1), condition(dice, depth - 1)),
        1 => format!("{{$or: [{}, {}]}}", condition(dice, depth - 1), number(dice, depth - 1)),
        2 => format!("{{$not: [{}]}}", condition(dice, depth - 1)),
        3 => "'$flag'".to_owned(),
        _ => format!("{{{operator}: [{}, {}]}}", number(dice, depth - 1), number(dice, depth - 1)),
    }
}

#[test]
fn random_expressions() {
    let (columns, documents) = both();
    let mut dice = Dice::new(2026);
    for round in 0..400 {
        let expr = number(&mut dice, 1 + round % 4);
        compare(&columns, &documents, &format!("[{JOIN}, {{$project: {{x: {expr}}}}}]"));
        let test = condition(&mut dice, 1 + round % 3);
        compare(&columns, &documents, &format!("[{JOIN}, {{$match: {{$expr: {test}}}}}, {{$project: {{_id: 1}}}}]"));
    }
}

/// A `$switch` by where a column lies among random constants, and perhaps inside each branch another one by a second column.
fn steps(dice: &mut Dice, depth: usize) -> String {
    let column =
        *dice.pick(&["$age", "$t.tame", "$t.maybe", "$t.amount", "$t.long", "$t.limit", "$t.wild", "$t.huge", "$nope"]);
    let constants =
        ["-1", "0", "-0.0", "7", "NumberLong(40)", "12.25", "99", "1e3", "Infinity", "-Infinity", "NaN", "null", "'a'"];
    let case = |dice: &mut Dice| {
        let operator = *dice.pick(&["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$lt", "$lt"]);
        let constant = *dice.pick(&constants);
        if dice.roll(4) == 0 {
            format!("{{{operator}: [{constant}, '{column}']}}")
        } else {
            format!("{{{operator}: ['{column}', {constant}]}}")
        }
    };
    let then = |dice: &mut Dice| match dice.roll(6) {
        0 | 1 if depth > 0 => steps(dice, depth - 1),
        2 if depth > 1 => number(dice, 1),
        _ => (*dice.pick(&["1", "2.5", "'text'", "-3.125", "NumberLong(9)"])).to_owned(),
    };
    let branches = (0..2 + dice.roll(18)).map(|_| format!("{{case: {}, then: {}}}", case(dice), then(dice)));
    let branches = branches.collect::<Vec<String>>().join(", ");
    format!("{{$switch: {{branches: [{branches}], default: {}}}}}", then(dice))
}

#[test]
fn random_steps() {
    let (columns, documents) = both();
    let mut dice = Dice::new(31);
    for round in 0..400 {
        let (one, two) = (steps(&mut dice, round % 3), steps(&mut dice, round % 2));
        compare(&columns, &documents, &format!("[{JOIN}, {{$project: {{x: {one}, y: {two}}}}}]"));
        let three = steps(&mut dice, round % 2).replace("'text'", "8");
        let sum = format!("{{$exp: {{$multiply: [0.125, {{$add: [0.5, {three}]}}]}}}}");
        compare(&columns, &documents, &format!("[{JOIN}, {{$project: {{x: {sum}}}}}]"));
    }
}

#[test]
fn random_groups() {
    let (columns, documents) = both();
    let mut dice = Dice::new(77);
    for round in 0..250 {
        let key = match dice.roll(4) {
            0 => number(&mut dice, 2),
            1 => "'$text'".to_owned(),
            2 => format!("{{a: '$code', b: '$flag', c: {{$ifNull: [{}, null]}}}}", number(&mut dice, 1)),
            _ => format!("{{card: '$card', t: {}}}", condition(&mut dice, 1)),
        };
        let input = number(&mut dice, round % 3);
        let accumulators = ["$sum", "$avg", "$min", "$max", "$first", "$last", "$push", "$stdDevPop"];
        let fields: Vec<String> =
            accumulators.iter().map(|name| format!("{}: {{{name}: {input}}}", name.trim_start_matches('$'))).collect();
        let fields = fields.join(", ");
        let text = format!("[{JOIN}, {{$group: {{_id: {key}, n: {{$sum: 1}}, {fields}}}}}]");
        // The last bit of a sum of such extremes depends on where the blocks end.
        compare(&columns, &documents, &text.replace("$t.huge", "$t.long"));
    }
}

/// A window function over a random input, with a random window.
fn window_function(dice: &mut Dice, has_range: bool) -> String {
    let input = match dice.roll(3) {
        0 => number(dice, 1),
        _ => (*dice.pick(&["'$age'", "'$t.maybe'", "'$t.long'", "'$text'", "'$day'", "'$t.tame'", "1"])).to_owned(),
    };
    let window = match dice.roll(5) {
        0 => "",
        1 => ", window: {documents: ['unbounded', 'current']}",
        2 => ", window: {documents: [-2, 1]}",
        3 if has_range => ", window: {range: [-3, 0]}",
        _ => ", window: {documents: ['current', 'unbounded']}",
    };
    match dice.roll(8) {
        0 => "{$rank: {}}".to_owned(),
        1 => "{$denseRank: {}}".to_owned(),
        2 => "{$documentNumber: {}}".to_owned(),
        3 => format!("{{$shift: {{output: {input}, by: {}, default: 'none'}}}}", dice.roll(5) as i32 - 2),
        4 => format!("{{$expMovingAvg: {{input: {input}, N: 3}}}}"),
        5 => format!("{{$locf: {input}}}"),
        _ => {
            let names = ["$sum", "$avg", "$min", "$max", "$first", "$last", "$push", "$stdDevSamp", "$addToSet"];
            format!("{{{}: {input}{window}}}", dice.pick(&names))
        }
    }
}

#[test]
fn random_windows() {
    let (columns, documents) = both();
    let mut dice = Dice::new(4711);
    let mut n_on_columns = 0;
    for _ in 0..400 {
        let is_grouped = dice.roll(3) == 0;
        let partition = match dice.roll(5) {
            // Groups come in no order: one that is whole needs these.
            _ if is_grouped => "partitionBy: '$card', ".to_owned(),
            0 => String::new(),
            1 => format!("partitionBy: {}, ", number(&mut dice, 1)),
            _ => format!("partitionBy: {}, ", dice.pick(&["'$card'", "'$text'", "'$name'", "'$code.a'", "'$t.wild'"])),
        };
        let sorts = ["{age: 1}", "{id: -1}", "{'t.tame': -1, _id: 1}", "{day: 1, age: -1, id: 1}", "{'t.maybe': -1}"];
        let sort = if is_grouped { "{'_id.age': 1}" } else { *dice.pick(&sorts) };
        let has_range = ["{age: 1}", "{'_id.age': 1}"].contains(&sort);
        let (one, two) = (window_function(&mut dice, has_range), window_function(&mut dice, has_range));
        let stage = format!("{{$setWindowFields: {{{partition}sortBy: {sort}, output: {{a: {one}, 'b.c': {two}}}}}}}");
        let behind = *dice.pick(&[
            "",
            ", {$project: {a: 1, b: 1}}",
            ", {$match: {age: {$gt: 9}}}, {$group: {_id: '$card', a: {$max: '$a'}, b: {$first: '$b.c'}}}",
            ", {$addFields: {x: {$ifNull: ['$a', 1]}}}, {$limit: 9}",
        ]);
        let front = if is_grouped {
            "{$group: {_id: {card: '$card', age: '$age'}, card: {$first: '$card'}, age: {$sum: '$age'}, \
             id: {$max: '$id'}, text: {$min: '$text'}}}, "
        } else {
            *dice.pick(&["", "{$match: {age: {$gt: 0}}}, "])
        };
        // The last bit of a sum of such extremes depends on where the blocks end.
        let order = if behind.contains("$group") { "" } else { "// ordered" };
        let text = format!("[{JOIN}, {front}{stage}{behind}] {order}").replace("$t.huge", "$t.long");
        // Some functions want one sort key.
        let Ok(pipeline) = parse_text(&text) else { continue };
        compare(&columns, &documents, &text);
        let explained = columns.explain("customers", &pipeline);
        let is_on_columns = |explained: engine::Explain| {
            explained.stages.iter().any(|stage| stage.stage == "$setWindowFields" && stage.how != "row mode")
        };
        n_on_columns += usize::from(explained.is_ok_and(is_on_columns));
    }
    assert!(n_on_columns > 150, "only {n_on_columns} of 400 ran on columns");
}
