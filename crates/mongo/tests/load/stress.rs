//! Readers while imports follow each other: no answer is mixed of two imports, and none fails.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bson::{Document, doc};
use pipeline::{Run as _, parse_text};

use crate::source::{any_shape, connect, load};

/// So many imports of one day, in about this time.
const IMPORTS: i32 = 30;
const EACH: Duration = Duration::from_millis(600);
const ROWS: i32 = 300;

/// The rows of an import; all say which.
fn rows(import: i32) -> Vec<Document> {
    (0..ROWS).map(|id| doc! { "_id": id, "import": import }).collect()
}

#[test]
fn no_answer_is_mixed_of_two_imports_and_none_fails() {
    let Some(uri) = mongod::bank("no_answer_is_mixed_of_two_imports") else { return };
    let import = |k| load(&connect(&uri), vec![any_shape("a", rows(k)), any_shape("b", rows(k))]).unwrap();
    import(0);
    let (is_over, n_answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    // Joined row by row, summed, and counted as a control.
    let join = parse_text(
        "[{$lookup: {from: 'b', localField: '_id', foreignField: '_id', as: 'b'}}, {$unwind: '$b'}, \
         {$group: {_id: null, n: {$sum: 1}, a: {$sum: '$import'}, b: {$sum: '$b.import'}}}]",
    )
    .unwrap();
    let sum = parse_text("[{$group: {_id: null, n: {$sum: 1}, a: {$sum: '$import'}}}]").unwrap();
    let count = parse_text("[{$count: 'n'}]").unwrap();
    let read = || {
        let server = connect(&uri);
        let one = |name: &str, pipeline| server.run(name, pipeline).unwrap().remove(0);
        let number = |row: &Document, name: &str| row.get_i32(name).unwrap();
        let (joined, a, b) = (one("a", &join), one("a", &sum), one("b", &sum));
        let counted = [one("a", &count), one("b", &count)];
        assert!(counted.iter().chain([&joined, &a, &b]).all(|row| number(row, "n") == ROWS), "{joined} {a} {b}");
        let sums = [number(&joined, "a"), number(&joined, "b"), number(&a, "a"), number(&b, "a")];
        assert!(sums.iter().all(|sum| *sum == sums[0]), "mixed: {sums:?}");
        n_answers.fetch_add(5, Ordering::Relaxed);
        sums[0] / ROWS
    };
    let seen = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = Vec::new();
                    while !is_over.load(Ordering::Relaxed) {
                        seen.push(read());
                    }
                    seen
                })
            })
            .collect();
        let start = Instant::now();
        for k in 1..=IMPORTS {
            import(k);
            std::thread::sleep((EACH * k.unsigned_abs()).saturating_sub(start.elapsed()));
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(n_answers.load(Ordering::Relaxed) > 0, "the readers got no answer at all");
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect::<Vec<i32>>()
    });
    let mut imports = seen;
    imports.sort_unstable();
    imports.dedup();
    assert!(imports.len() > 5, "the readers saw {imports:?}");
    assert_eq!(read(), IMPORTS);
}
