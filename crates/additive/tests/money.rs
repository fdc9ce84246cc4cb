//! Lists, bands, the expected maximum profit and the Qini curve, held to what `numpy` and `scipy` give by other ways.

use additive::Share;
use additive::emp::expected_maximum_profit;
use additive::evidence::Hull;
use additive::profit::{Costs, bands, plan};
use additive::qini::{Tried, qini};

#[track_caller]
fn near(found: f64, wanted: f64, by: f64) {
    assert!((found - wanted).abs() < by, "{found} is not {wanted}");
}

#[test]
fn a_list_is_as_long_as_each_row_pays() {
    let costs = Costs { contact: 1.0, incentive: 10.0 };
    // Row by row: 0.5·0.5·(100 − 10) − 0.5·10 − 1 = 16.5, then −9.1, 39.25 − 1.75 and none.
    let found = plan(&[0.5, 0.1, 0.9, f64::NAN], &[100.0, 28.0, 100.0, 1.0], costs, 0.5);
    assert_eq!((&found.order[..], found.best), (&[2, 0, 1, 3][..], 2));
    near(found.profit[0], 38.5, 1e-9);
    near(found.profit[1], 55.0, 1e-9);
    near(found.profit[2], 45.9, 1e-9);
    // Of the first row: 1 + 10·(0.9·0.5 + 0.1).
    near(found.cost[0], 6.5, 1e-9);
    assert_eq!([0.0, 6.4, 6.5, 15.0, 1e9].map(|budget| found.within(budget)), [0, 0, 1, 2, 2]);
}

/// Two hundred rows, as `numpy` makes them: `p = ((i*7) % 10 + 1) / 12`, `v = 100 + 10 * (i % 13)`.
fn rows() -> (Vec<f64>, Vec<f64>) {
    let probability = |i: u32| f64::from(i * 7 % 10 + 1) / 12.0;
    ((0..200).map(probability).collect(), (0..200).map(|i| f64::from(100 + 10 * (i % 13))).collect())
}

#[test]
fn a_band_is_the_mixture_over_what_may_be_saved() {
    let (probabilities, values) = rows();
    let costs = Costs { contact: 2.0, incentive: 10.0 };
    let saved = Share::new(6.0, 14.0).unwrap();
    let plan = plan(&probabilities, &values, costs, saved.mean());
    assert_eq!(plan.best, 154);
    near(plan.profit[153], 2_849.333_333_333_333_5, 1e-6);
    near(plan.cost[153], 1_252.416_666_666_666_5, 1e-6);
    // scipy.integrate.quad over the Beta's density, brentq for the ends. 200,000 drawn campaigns of 154 rows give 322 and 6002.
    let found = bands(&plan, &probabilities, &values, costs, &saved, &[20, 154, 0]);
    near(found[0].low, -24.319_657_954_631_563, 5.0);
    near(found[0].high, 1_778.413_484_813_209_2, 5.0);
    near(found[0].loss, 0.029_399_775_471_421_266, 1e-3);
    near(found[1].low, 304.745_919_615_393, 15.0);
    near(found[1].high, 5_998.862_921_417_911, 15.0);
    near(found[1].loss, 0.010_912_122_379_361_152, 1e-3);
    assert_eq!([found[2].low, found[2].high, found[2].loss], [0.0; 3]);
}

/// The sixty rows of `measures_are_those_of_scikit_learn`.
fn hull() -> Hull {
    let score = |i: u32| f64::from(i * 37 % 50 + 1) / 52.0;
    let scores: Vec<f64> = (0..60).map(score).collect();
    let outcomes: Vec<bool> = (0..60_u32).map(|i| f64::from((i * i * 7 + 3 * i) % 11) / 11.0 < score(i)).collect();
    Hull::of(&outcomes, &scores)
}

#[test]
fn the_expected_maximum_profit_is_that_of_all_thresholds_tried() {
    let hull = hull();
    // numpy: the best of all thresholds, not of the hull's alone, for each of 400,001 shares, weighed by the Beta's density.
    for (rate, value, contact, incentive, [alpha, beta], profit, asked) in [
        (0.2, 200.0, 1.0, 10.0, [6.0, 14.0], 6.314_685_969_343_436_5, 0.302_445_046_166_163_8),
        (0.65, 200.0, 1.0, 10.0, [6.0, 14.0], 32.598_975_075_591_78, 0.974_500_530_723_305),
        (0.1, 40.0, 5.0, 20.0, [2.0, 3.0], 0.035_697_115_384_637_92, 0.007_572_126_201_897_536),
    ] {
        let saved = Share::new(alpha, beta).unwrap();
        let found = expected_maximum_profit(&hull, rate, value, Costs { contact, incentive }, &saved);
        near(found.profit, profit, 1e-6);
        near(found.asked, asked, 1e-5);
    }
}

#[test]
fn an_offer_that_cannot_pay_is_made_to_none() {
    let saved = Share::new(6.0, 14.0).unwrap();
    for (value, contact, incentive) in [(10.0, 1.0, 10.0), (5.0, 0.0, 10.0), (100.0, 200.0, 0.0), (0.0, 0.0, 0.0)] {
        let found = expected_maximum_profit(&hull(), 0.2, value, Costs { contact, incentive }, &saved);
        assert_eq!([found.profit, found.asked], [0.0, 0.0], "{value}");
    }
    // One that costs nothing is made to all: of 0.2 a share of 0.3 is kept, at 100 each.
    let free = expected_maximum_profit(&hull(), 0.2, 100.0, Costs { contact: 0.0, incentive: 0.0 }, &saved);
    near(free.profit, 6.0, 1e-9);
}

#[test]
fn the_qini_curve_counts_who_was_kept() {
    // numpy: `s = ((i*37) % 97) / 97`, `asked = (i*13) % 5 < 3`, `y = ((i*29) % 101) / 101 < 0.15 + 0.5*s - 0.3*s*asked`.
    let row = |i: u32| {
        let (score, asked) = (f64::from(i * 37 % 97) / 97.0, i * 13 % 5 < 3);
        let less = if asked { 0.3 * score } else { 0.0 };
        Tried { score, asked, outcome: f64::from(i * 29 % 101) / 101.0 < 0.15 + 0.5 * score - less }
    };
    let mut rows: Vec<Tried> = (0..400).map(row).collect();
    let found = qini(&rows).unwrap();
    assert_eq!(found.curve.len(), 98);
    near(found.curve[97][1], 0.154_166_666_666_666_67, 1e-12);
    near(found.curve[49][1], 0.115_224_358_974_359, 1e-12);
    near(found.coefficient, 0.029_947_965_173_714_203, 1e-12);
    assert!(found.low < found.coefficient && found.coefficient < found.high, "{found:?}");
    rows.reverse();
    let turned = qini(&rows).unwrap();
    near(turned.coefficient, found.coefficient, 1e-12);
    // Scores that are all the same find no one.
    for row in &mut rows {
        row.score = 1.0;
    }
    near(qini(&rows).unwrap().coefficient, 0.0, 1e-12);
    rows.retain(|row| row.asked);
    assert_eq!(qini(&rows), None);
    assert_eq!(qini(&[]), None);
}
