//! Groups of rows: found where they are, refused where one heap is cut in parts.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::atomic::{AtomicUsize, Ordering};

use additive::clusters::{Clusters, clusters};
use additive::{Column, Watch};
use fastrand::Rng;

/// About normal: the sum of twelve draws.
fn normal(rng: &mut Rng) -> f64 {
    (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0
}

fn found(columns: &[Vec<f64>]) -> Clusters {
    let names: Vec<String> = (0..columns.len()).map(|at| format!("c{at}")).collect();
    let columns: Vec<Column<'_>> =
        names.iter().zip(columns).map(|(name, values)| Column::numbers(name, values)).collect();
    clusters(&columns, Watch::NONE).unwrap()
}

/// Three columns of rows around these places.
fn heaps(places: &[[f64; 3]], each: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut rng = Rng::with_seed(seed);
    let rows: Vec<[f64; 3]> = places
        .iter()
        .flat_map(|place| (0..each).map(|_| place.map(|middle| middle + normal(&mut rng))).collect::<Vec<_>>())
        .collect();
    (0..3).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
}

#[track_caller]
fn refused(found: &Clusters) {
    let there: Vec<usize> = found.tried.iter().filter(|tried| tried.is_there()).map(|tried| tried.k).collect();
    assert!(there.is_empty() && found.groups.is_none(), "{:#?}", found.tried);
}

#[test]
fn three_heaps_are_found() {
    let columns = heaps(&[[0.0, 0.0, 0.0], [7.0, 0.0, 0.0], [0.0, 7.0, 0.0]], 150, 1);
    let found = found(&columns);
    let groups = found.groups.clone().unwrap();
    assert_eq!((groups.k, found.complete, found.drawn, found.tried.len()), (3, 450, 450, 7));
    let three = &found.tried[1];
    assert!(three.least_jaccard() > 0.98 && three.adjusted_rand > 0.98 && three.valley < 0.2, "{three:?}");
    assert!(three.silhouette > 0.4 && three.explained > 0.6 && three.adjusted_rand_null < 0.9, "{three:?}");
    for heap in 0..3 {
        let first = groups.of[heap * 150];
        let same = groups.of[heap * 150..(heap + 1) * 150].iter().filter(|of| **of == first).count();
        assert!(first.is_some() && same > 147, "{heap}: {same}");
    }
}

#[test]
fn one_heap_is_refused_and_a_long_one_though_its_halves_come_back() {
    refused(&found(&heaps(&[[0.0; 3]], 400, 2)));
    let mut long = heaps(&[[0.0; 3]], 400, 3);
    let (first, rest) = long.split_at_mut(1);
    for (value, along) in rest[0].iter_mut().zip(&first[0]) {
        *value = 0.1 * *value + along;
    }
    let found = found(&long);
    assert!(found.tried[0].is_stable(), "{:?}", found.tried[0]);
    refused(&found);
}

#[test]
fn what_is_skewed_or_has_two_values_is_no_group() {
    let mut skewed = heaps(&[[0.0; 3]], 500, 4);
    skewed[0].iter_mut().for_each(|value| *value = value.exp());
    refused(&found(&skewed));
    let mut flags = heaps(&[[0.0; 3]], 500, 5);
    flags[0].iter_mut().for_each(|value| *value = f64::from(u8::from(*value > 0.0)));
    refused(&found(&flags));
    let mut counts = heaps(&[[0.0; 3]], 500, 6);
    counts.iter_mut().flatten().for_each(|value| *value = value.round().clamp(-1.0, 1.0));
    refused(&found(&counts));
}

#[test]
fn rows_and_columns_that_cannot_be_compared_are_left_out_and_told() {
    let mut columns = heaps(&[[0.0; 3]], 250, 7);
    columns[0][3] = f64::NAN;
    columns[2][4] = f64::NAN;
    let sum = columns[0].iter().zip(&columns[1]).map(|(a, b)| a - 2.0 * b).collect();
    let rare = (0..250).map(|row| if row % 5 == 0 { f64::NAN } else { f64::from(row) }).collect();
    columns.extend([sum, vec![1.0; 250], rare, vec![f64::NAN; 250]]);
    let found = found(&columns);
    assert_eq!((found.complete, found.drawn), (248, 248));
    assert_eq!(found.columns, ["c0", "c1", "c2"]);
    let mut why: Vec<String> = found.left_out.iter().map(|left| format!("{} {}", left.name, left.reason)).collect();
    why.sort();
    assert_eq!(
        why,
        [
            "c3 follows from the columns before it",
            "c4 is the same in all rows that were compared",
            "c5 is missing in 50 of 250 rows",
            "c6 is empty"
        ]
    );
}

#[test]
fn too_little_is_refused_with_the_reason() {
    let columns = heaps(&[[0.0; 3]], 199, 8);
    let error = |columns: &[Column<'_>]| clusters(columns, Watch::NONE).unwrap_err().to_string();
    let few: Vec<Column<'_>> = columns.iter().map(|values| Column::numbers("c", values)).collect();
    assert_eq!(error(&few), "199 rows are too few to look for groups: 200 are the fewest");
    let mut columns = heaps(&[[0.0; 3]], 210, 8);
    columns[0][..11].fill(f64::NAN);
    let gaps: Vec<Column<'_>> = columns.iter().map(|values| Column::numbers("c", values)).collect();
    assert_eq!(
        error(&gaps),
        "199 rows of 210 have all columns, which are too few to look for groups: 200 are the fewest"
    );
    let names = ["a".to_owned()];
    let one = [Column::numbers("spend", &columns[1]), Column::categories("kind", &[0; 210], &names)];
    let error = clusters(&one, Watch::NONE).unwrap_err().into_diagnostic();
    assert_eq!(error.message(), "groups need two columns of numbers or more that rows differ in");
}

#[test]
fn work_is_told_can_be_stopped_and_comes_out_the_same() {
    let columns = heaps(&[[0.0; 3], [6.0, 6.0, 0.0]], 120, 9);
    let of: Vec<Column<'_>> =
        ["a", "b", "c"].into_iter().zip(&columns).map(|(name, all)| Column::numbers(name, all)).collect();
    let told = AtomicUsize::new(0);
    let progress = |_: usize, all: usize| {
        assert_eq!(all, 280);
        told.fetch_add(1, Ordering::Relaxed);
    };
    let watch = Watch { progress: &progress, is_stopped: &|| false };
    let one = clusters(&of, watch).unwrap();
    assert_eq!(told.load(Ordering::Relaxed), 280);
    assert_eq!(one, clusters(&of, Watch::NONE).unwrap());
    assert_eq!(one.groups.unwrap().k, 2);
    let stopped = Watch { progress: &|_, _| {}, is_stopped: &|| told.fetch_add(1, Ordering::Relaxed) > 400 };
    assert!(clusters(&of, stopped).unwrap_err().is_cancelled());
}
