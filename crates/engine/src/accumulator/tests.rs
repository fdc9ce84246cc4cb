//! Every accumulator over documents at once, and over the same documents in blocks whose states merge.

use bson::{Bson, DateTime};
use pipeline::ast::AccumulatorCall;

use super::State;
use crate::expr::Env;
use crate::stage::testing::documents;

const INPUT: &str = "{_id: 1, a: 5, s: {x: 1, y: 1}}
    {_id: 2, a: null}
    {_id: 3, s: {y: 2, z: 3}}
    {_id: 4, a: 'x'}
    {_id: 5, a: {$numberDouble: '5.0'}}
    {_id: 6, a: 1.5}
    {_id: 7, a: NumberLong(2)}";

/// The answer over the input cut before each of the rows `cuts`.
fn answer(call: &AccumulatorCall, cuts: &[usize]) -> Bson {
    let rows = documents(INPUT);
    let now = DateTime::from_millis(0);
    let fresh = || State::new(call, &Bson::Null, now).unwrap();
    let mut whole = fresh();
    let mut start = 0;
    for end in cuts.iter().copied().chain([rows.len()]) {
        let mut block = fresh();
        for row in &rows[start..end] {
            block.gather(call, row, &Env::new(row, now)).unwrap();
        }
        whole.merge(block).unwrap();
        start = end;
    }
    whole.finish()
}

fn check(call: &str, expected: &str) {
    let call = pipeline::parse_accumulator(&pipeline::read(call).unwrap()).unwrap();
    let expected = pipeline::read(expected).unwrap();
    for cuts in [&[][..], &[3], &[0, 1, 2, 5], &[1, 2, 3, 4, 5, 6]] {
        assert_eq!(answer(&call, cuts), expected, "{call:?} in blocks cut at {cuts:?}");
    }
}

#[test]
fn numbers_are_gathered_and_all_else_is_skipped() {
    check("{$sum: '$a'}", "13.5");
    check("{$sum: '$_id'}", "28");
    check("{$sum: '$nope'}", "0");
    check("{$count: {}}", "7");
    check("{$avg: '$a'}", "3.375");
    check("{$avg: '$nope'}", "null");
    check("{$stdDevPop: '$_id'}", "{$numberDouble: '2.0'}");
    check("{$stdDevSamp: '$s.z'}", "null");
    check("{$stdDevPop: '$s.z'}", "{$numberDouble: '0.0'}");
}

#[test]
fn extremes_skip_null_and_missing() {
    check("{$min: '$a'}", "1.5");
    check("{$max: '$a'}", "'x'");
    check("{$max: '$nope'}", "null");
    check("{$minN: {input: '$a', n: 2}}", "[1.5, NumberLong(2)]");
    check("{$maxN: {input: '$a', n: 3}}", "['x', {$numberDouble: '5.0'}, 5]");
}

#[test]
fn lists_keep_the_order_of_the_input() {
    check("{$push: '$a'}", "[5, null, 'x', {$numberDouble: '5.0'}, 1.5, NumberLong(2)]");
    check("{$addToSet: '$a'}", "[5, null, 'x', 1.5, NumberLong(2)]");
    check("{$first: '$a'}", "5");
    check("{$first: '$nope'}", "null");
    check("{$last: '$a'}", "NumberLong(2)");
    check("{$firstN: {input: '$a', n: 3}}", "[5, null, null]");
    check("{$lastN: {input: '$_id', n: 2}}", "[6, 7]");
    check("{$mergeObjects: '$s'}", "{x: 1, y: 2, z: 3}");
    check("{$mergeObjects: '$nope'}", "{}");
}

#[test]
fn arrays_are_put_together_and_nothing_else_is_taken() {
    let some = "{$range: [0, {$mod: ['$_id', 3]}]}";
    check(&format!("{{$concatArrays: {some}}}"), "[0, 0, 1, 0, 0, 1, 0]");
    check(&format!("{{$setUnion: {some}}}"), "[0, 1]");
    for name in ["$concatArrays", "$setUnion"] {
        let call = pipeline::parse_accumulator(&pipeline::read(&format!("{{{name}: '$a'}}")).unwrap()).unwrap();
        let mut state = State::new(&call, &Bson::Null, DateTime::from_millis(0)).unwrap();
        assert_eq!(state.add(Some(Bson::Int32(5))).unwrap_err().code(), Some(14), "{name}");
    }
}

#[test]
fn top_and_bottom_follow_their_own_order() {
    check("{$top: {output: '$_id', sortBy: {a: -1}}}", "4");
    check("{$topN: {output: '$_id', sortBy: {a: 1}, n: 3}}", "[2, 3, 6]");
    check("{$bottom: {output: '$_id', sortBy: {a: 1}}}", "4");
    check("{$bottomN: {output: '$_id', sortBy: {a: 1, _id: 1}, n: 2}}", "[5, 4]");
    check("{$bottomN: {output: '$nope', sortBy: {a: 1}, n: 1}}", "[null]");
}

#[test]
fn quantiles_are_values_of_the_input() {
    check("{$median: {input: '$a', method: 'approximate'}}", "{$numberDouble: '2.0'}");
    check("{$percentile: {input: '$_id', p: [0, 0.5, 1], method: 'approximate'}}", "[1.0, 4.0, 7.0]");
    check("{$percentile: {input: '$nope', p: [0.5], method: 'approximate'}}", "[null]");
}

#[test]
fn doubles_and_ints_have_a_short_way_in() {
    for name in ["$sum", "$avg", "$min", "$push", "$stdDevPop"] {
        let call = pipeline::parse_accumulator(&pipeline::read(&format!("{{{name}: '$a'}}")).unwrap()).unwrap();
        let new = || State::new(&call, &Bson::Null, DateTime::from_millis(0)).unwrap();
        let (mut short, mut long) = (new(), new());
        short.add_f64(1.5).unwrap();
        short.add_i32(3).unwrap();
        long.add(Some(Bson::Double(1.5))).unwrap();
        long.add(Some(Bson::Int32(3))).unwrap();
        assert_eq!(short.finish(), long.finish(), "{name}");
    }
}

#[test]
fn n_must_be_a_whole_number_above_zero_and_may_depend_on_the_key() {
    let call = |n| {
        let text = format!("{{$firstN: {{input: '$a', n: {n}}}}}");
        pipeline::parse_accumulator(&pipeline::read(&text).unwrap()).unwrap()
    };
    let now = DateTime::from_millis(0);
    let code = |n| State::new(&call(n), &bson::bson!({"k": -1}), now).map(|_| ()).map_err(|error| error.code());
    assert_eq!(code("'$k'"), Err(Some(5_787_908)));
    assert_eq!(code("'$nope'"), Err(Some(5_787_902)));
    assert_eq!(code("{$abs: '$k'}"), Ok(()));
}
