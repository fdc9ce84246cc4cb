//! The measures, the scorecard and the stability of scores, held to what scikit-learn 1.9, `numpy` and `scipy` give.

use additive::evidence::{
    average_precision, best_threshold, brier, calibration_error, corrected, f1, gains, log_loss, reliability, roc_auc,
};
use additive::scorecard::{Scale, cross_validated, scorecard};
use additive::stability::stability;
use additive::{Column, probability};

/// Sixty rows, some of them with equal scores, as `numpy` makes them: `p = ((i*37) % 50 + 1) / 52`,
/// `y = ((i*i*7 + 3*i) % 11) / 11 < p`.
fn rows() -> (Vec<bool>, Vec<f64>) {
    let score = |i: u32| f64::from(i * 37 % 50 + 1) / 52.0;
    let scores: Vec<f64> = (0..60).map(score).collect();
    let outcomes = (0..60_u32).map(|i| f64::from((i * i * 7 + 3 * i) % 11) / 11.0 < score(i)).collect();
    (outcomes, scores)
}

#[track_caller]
fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
}

#[test]
fn measures_are_those_of_scikit_learn() {
    let (outcomes, scores) = rows();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome).count(), 39);
    near(roc_auc(&outcomes, &scores), 0.758_852_258_852_258_8);
    near(average_precision(&outcomes, &scores), 0.835_800_743_793_717_7);
    near(brier(&outcomes, &scores), 0.214_090_236_686_390_52);
    near(log_loss(&outcomes, &scores), 0.650_313_054_039_354_7);
    near(calibration_error(&outcomes, &scores), 0.173_076_923_076_923_1);
    let threshold = best_threshold(&outcomes, &scores);
    near(threshold, 0.153_846_153_846_153_85);
    near(f1(&outcomes, &scores, threshold), 0.813_186_813_186_813_2);
}

#[test]
fn the_order_of_rows_changes_no_measure() {
    let (mut outcomes, mut scores) = rows();
    let before = [roc_auc(&outcomes, &scores), average_precision(&outcomes, &scores), gains(&outcomes, &scores)[2]];
    outcomes.reverse();
    scores.reverse();
    let after = [roc_auc(&outcomes, &scores), average_precision(&outcomes, &scores), gains(&outcomes, &scores)[2]];
    before.into_iter().zip(after).for_each(|(before, after)| near(before, after));
}

#[test]
fn measures_keep_their_limits() {
    let outcomes: Vec<bool> = (0..100).map(|i| i >= 90).collect();
    let perfect: Vec<f64> = (0..100).map(f64::from).collect();
    near(roc_auc(&outcomes, &perfect), 1.0);
    near(average_precision(&outcomes, &perfect), 1.0);
    assert_eq!(gains(&outcomes, &perfect), [1.0; 10]);
    let equal = vec![0.1; 100];
    near(roc_auc(&outcomes, &equal), 0.5);
    near(average_precision(&outcomes, &equal), 0.1);
    gains(&outcomes, &equal).iter().zip(1..).for_each(|(gain, tenth)| near(*gain, f64::from(tenth) / 10.0));
    near(best_threshold(&outcomes, &perfect), 90.0);
    near(f1(&outcomes, &perfect, 90.0), 1.0);
    // One of one, and two of five, are as good where there are three in all: the higher threshold is taken.
    let as_good: Vec<bool> = (0..40).map(|row| [0, 4, 39].contains(&row)).collect();
    let falling: Vec<f64> = (0..40).rev().map(f64::from).collect();
    near(best_threshold(&as_good, &falling), 39.0);
    assert!(roc_auc(&[true; 5], &[0.0; 5]).is_nan());
    assert_eq!(f1(&[false; 3], &[0.0; 3], 1.0), 0.0);
    assert_eq!(reliability(&outcomes, &perfect).len(), 10);
    assert_eq!(reliability(&outcomes[..3], &perfect[..3]).len(), 3);
}

#[test]
fn the_corrected_interval_is_wider_than_that_of_independent_folds() {
    // numpy and scipy.stats.t: mean ± t(4)·sqrt((1/5 + 1/4)·var).
    let found = corrected(&[0.991, 0.994, 0.993, 0.995, 0.992], 0.25);
    assert!((found.mean - 0.993).abs() < 1e-12 && (found.low - 0.990_055_135_257_783_7).abs() < 1e-9, "{found:?}");
    assert!((found.high - 0.995_944_864_742_216_3).abs() < 1e-9, "{found:?}");
}

#[test]
fn stability_has_the_critical_value_of_its_sizes() {
    // numpy, with 0.5 added to each count, and scipy.stats.chi2.ppf(0.95, 3)·(1/1000 + 1/200).
    let found = stability(&[100, 200, 300, 400], &[50, 40, 30, 80]).unwrap();
    assert!((found.index - 0.238_913_433_552_188_33).abs() < 1e-12, "{found:?}");
    assert!((found.critical - 0.046_888_367_419_507_075).abs() < 1e-6, "{found:?}");
    assert!(found.is_shifted());
    assert!(!stability(&[100, 200, 300], &[11, 19, 30]).unwrap().is_shifted());
    assert_eq!(stability(&[100, 0], &[10, 0]), None);
    assert_eq!(stability(&[1, 2], &[0, 0]), None);
    assert_eq!(stability(&[1, 2, 3], &[1, 2]), None);
}

#[test]
fn a_scorecard_is_the_logistic_regression_of_scikit_learn_on_weights_of_evidence() {
    let x: Vec<f64> = (0..400).map(|i| f64::from(i * 7 % 5)).collect();
    let codes: Vec<u32> = (0..400).map(|i| i * 3 % 4).collect();
    let names = ["a", "b", "c", "d"].map(str::to_owned);
    let outcomes: Vec<bool> = (0..400_u32)
        .map(|i| {
            let u = f64::from(i * 7919 % 401) / 401.0;
            u < 0.1 + 0.12 * x[i as usize] + 0.05 * f64::from(codes[i as usize])
        })
        .collect();
    assert_eq!(outcomes.iter().filter(|outcome| **outcome).count(), 171);
    let columns = [Column::numbers("x", &x), Column::categories("c", &codes, &names)];
    let (found, left_out) = scorecard(&columns, &outcomes, Scale::default()).unwrap();
    assert_eq!(left_out, []);
    let wanted = [
        -1.074_902_568_755_817,
        -0.432_653_694_537_647,
        0.040_222_644_663_840_43,
        0.337_795_029_468_951_3,
        0.953_897_923_368_810_1,
        0.0,
    ];
    found.columns[0].weights.iter().zip(wanted).for_each(|(found, wanted)| near(*found, wanted));
    near(found.columns[1].weights[3], 0.901_643_562_183_850_8);
    // LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12).
    for (found, wanted) in [
        (found.intercept, -0.290_379_33),
        (found.columns[0].coefficient, 1.149_448_18),
        (found.columns[1].coefficient, 1.118_894_42),
    ] {
        assert!((found - wanted).abs() < 1e-7, "{found} is not {wanted}");
    }
    let (log_odds, points) = found.scores(&columns).unwrap();
    for (log_odds, points) in log_odds.iter().zip(&points) {
        // 600 points stand for 50 to 1 against, and 20 more double that; each column rounds its own.
        let wanted = 600.0 - 20.0 * (log_odds + 50_f64.ln()) / 2_f64.ln();
        assert!((*points as f64 - wanted).abs() <= 1.0, "{points} for {log_odds}, and not {wanted}");
    }
    assert!((log_odds.iter().map(|x| probability(*x)).sum::<f64>() - 171.0).abs() < 1e-6);
    let wrong = scorecard(&columns, &outcomes, Scale { double: 0.0, ..Scale::default() });
    assert!(wrong.is_err());
}

#[test]
fn a_scorecard_is_tested_on_rows_that_it_was_not_made_of() {
    let x: Vec<f64> = (0..600).map(|i| f64::from(i * 7 % 50)).collect();
    let outcomes: Vec<bool> = (0..600_u32).map(|i| f64::from(i * 7919 % 601) / 12.02 < x[i as usize]).collect();
    let columns = [Column::numbers("x", &x)];
    let divisions = additive::folds::repeated(&outcomes, 5, 2, 1);
    let found = cross_validated(&columns, &outcomes, &divisions).unwrap();
    let area = roc_auc(&outcomes, &x);
    assert!((found.mean - area).abs() < 0.03 && found.low < area && area < found.high, "{found:?} {area}");
    // What a scorecard learnt from it tells of its own rows; of others it tells nothing.
    let mut rng = fastrand::Rng::with_seed(5);
    let own: Vec<f64> = (0..600).map(|_| rng.f64()).collect();
    let chance = cross_validated(&[Column::numbers("own", &own)], &outcomes, &divisions).unwrap();
    assert!(chance.low < 0.5 && chance.mean < 0.55, "{chance:?}");
}
