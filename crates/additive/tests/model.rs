//! Models of rows made by a known rule: what is found, what stays the same, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use additive::evidence::{cross_validated, learning_curve, roc_auc};
use additive::rules::{Is, Rule, rules};
use additive::{
    Column, Cuts, Direction, Error, Fitted, GRID, MISSING, Model, Settings, Values, Watch, changes, fit, folds, reasons,
};

/// Rows whose log-odds are `2·[a > 0.6] + category + 3·[a > 0.5 xor b > 0.5] − 2`; `b` is missing in some, `noise` says nothing.
struct Rows {
    a: Vec<f64>,
    b: Vec<f64>,
    noise: Vec<f64>,
    codes: Vec<u32>,
    names: Vec<String>,
    outcomes: Vec<bool>,
}

impl Rows {
    fn new(n: usize) -> Self {
        let mut rng = fastrand::Rng::with_seed(11);
        let mut rows = Self {
            a: Vec::new(),
            b: Vec::new(),
            noise: Vec::new(),
            codes: Vec::new(),
            names: ["x", "y", "z"].map(str::to_owned).to_vec(),
            outcomes: Vec::new(),
        };
        for i in 0..n {
            let (a, b, code) = (rng.f64(), rng.f64(), rng.u32(0..3));
            let log_odds = 2.0 * f64::from(u8::from(a > 0.6))
                + [-1.0, 0.0, 1.0][code as usize]
                + 3.0 * f64::from(u8::from((a > 0.5) ^ (b > 0.5)))
                - 2.0;
            rows.outcomes.push(rng.f64() < additive::probability(log_odds));
            rows.a.push(a);
            rows.b.push(if i % 20 == 0 { f64::NAN } else { b });
            rows.noise.push((rng.f64() * 10.0).floor());
            rows.codes.push(if i % 50 == 0 { MISSING } else { code });
        }
        rows
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::numbers("a", &self.a),
            Column::numbers("b", &self.b),
            Column::numbers("noise", &self.noise),
            Column::categories("c", &self.codes, &self.names),
        ]
    }

    fn fit(&self, settings: &Settings) -> Fitted {
        fit(&self.columns(), &self.outcomes, settings, Watch::NONE).unwrap()
    }
}

fn small() -> Settings {
    Settings { bags: 4, pairs: 2, bins: 64, most_rounds: 300, rate: 0.1, pair_rate: 0.1, ..Settings::default() }
}

#[test]
fn the_rule_that_made_the_rows_is_found() {
    let (rows, others) = (Rows::new(6000), Rows::new(9000));
    let model = rows.fit(&small()).model;
    model.check().unwrap();
    let pairs: Vec<_> = model.terms.iter().filter(|term| term.axes.len() == 2).collect();
    let strongest = pairs.iter().max_by(|a, b| a.importance().total_cmp(&b.importance())).unwrap();
    let of: Vec<&str> = strongest.axes.iter().map(|axis| &model.inputs[axis.input].name[..]).collect();
    assert_eq!(of, ["a", "b"]);
    // The same wherever the two columns stand.
    let mut turned = rows.columns();
    turned.reverse();
    let one = Settings { pairs: 1, ..small() };
    let other = fit(&turned, &rows.outcomes, &one, Watch::NONE).unwrap().model;
    let of: Vec<&str> = other.terms[4].axes.iter().map(|axis| &other.inputs[axis.input].name[..]).collect();
    assert_eq!((of, other.terms.len()), (vec!["b", "a"], 5));
    // The best log-odds that there are, and those of the model, on rows that were not learnt from.
    let best: Vec<f64> = (6000..9000)
        .map(|i| {
            let crossed = (others.a[i] > 0.5) ^ (others.b[i] > 0.5);
            let code = *[-1.0, 0.0, 1.0].get(others.codes[i] as usize).unwrap_or(&0.0);
            2.0 * f64::from(u8::from(others.a[i] > 0.6)) + code + 3.0 * f64::from(u8::from(crossed))
        })
        .collect();
    let found = model.log_odds(&others.columns()).unwrap();
    let (best, found) = (roc_auc(&others.outcomes[6000..], &best), roc_auc(&others.outcomes[6000..], &found[6000..]));
    assert!(found > best - 0.012, "{found} of {best}");
    // What says nothing adds next to nothing, and categories are in their order.
    assert!(model.terms[2].importance() < 0.08, "{}", model.terms[2].importance());
    let [x, y, z, _] = model.terms[3].scores[..] else { panic!() };
    assert!(x < y - 0.5 && y < z - 0.5, "{x} {y} {z}");
    assert!(model.terms[3].errors.iter().all(|error| *error > 0.0 && *error < 0.3));
    assert_eq!(model.terms[3].rows.iter().sum::<u64>(), 6000);
    assert_eq!(model.terms[3].rows[3], 120);
}

#[test]
fn the_same_rows_give_the_same_bytes_on_any_number_of_threads() {
    let rows = Rows::new(2000);
    let text = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| serde_json::to_string(&rows.fit(&small()).model).unwrap())
    };
    let one = text(1);
    assert!(one == text(2) && one == text(3) && one == text(1));
    assert_ne!(one, serde_json::to_string(&rows.fit(&Settings { seed: 2, ..small() }).model).unwrap());
    let read: Model = serde_json::from_str(&one).unwrap();
    read.check().unwrap();
    assert_eq!(read.log_odds(&rows.columns()).unwrap(), rows.fit(&small()).model.log_odds(&rows.columns()).unwrap());
}

#[test]
fn a_sum_of_scores_is_exact_in_any_order() {
    let rows = Rows::new(2000);
    let model = rows.fit(&small()).model;
    let sums = model.log_odds(&rows.columns()).unwrap();
    let terms = model.contributions(&rows.columns()).unwrap();
    for (row, sum) in sums.iter().enumerate() {
        let backwards = terms.iter().rev().map(|term| term[row]).sum::<f64>() + model.intercept;
        assert!(backwards == *sum && (sum / GRID).fract() == 0.0);
    }
}

#[test]
fn terms_are_zero_in_the_mean_and_pairs_say_only_what_no_column_says() {
    let rows = Rows::new(3000);
    let model = rows.fit(&small()).model;
    for term in &model.terms {
        let width = term.axes.last().unwrap().n_bins();
        let lines = if term.axes.len() == 2 { term.scores.len() / width } else { 1 };
        for line in 0..lines {
            let cells = line * width..(line + 1) * width;
            let sum: f64 = term.scores[cells.clone()].iter().zip(&term.rows[cells]).map(|(s, n)| s * *n as f64).sum();
            // Each score is rounded to the grid.
            assert!(sum.abs() <= 3000.0 * GRID, "{sum}");
        }
    }
}

#[test]
fn a_column_with_a_direction_keeps_it() {
    let rows = Rows::new(4000);
    let scores = |direction: Direction| {
        let columns = [Column::numbers("a", &rows.a).directed(direction), Column::numbers("b", &rows.b)];
        let model = fit(&columns, &rows.outcomes, &small(), Watch::NONE).unwrap().model;
        assert_eq!(model.terms.len(), if direction == Direction::Any { 3 } else { 2 });
        let n = model.terms[0].scores.len() - 1;
        model.terms[0].scores[..n].to_vec()
    };
    let free = scores(Direction::Any);
    assert!(free.windows(2).any(|pair| pair[0] > pair[1]) && free.windows(2).any(|pair| pair[0] < pair[1]));
    let rising = scores(Direction::Rising);
    assert!(rising.windows(2).all(|pair| pair[0] <= pair[1]) && rising.first() < rising.last(), "{rising:?}");
    let falling = scores(Direction::Falling);
    assert!(falling.windows(2).all(|pair| pair[0] >= pair[1]), "{falling:?}");
}

#[test]
fn held_out_scores_come_from_a_bag_that_did_not_see_the_row() {
    // Outcomes by chance alone: who saw a row tells its outcome, who did not cannot.
    let mut rng = fastrand::Rng::with_seed(3);
    let x: Vec<f64> = (0..600).map(|_| rng.f64()).collect();
    let outcomes: Vec<bool> = (0..600).map(|_| rng.bool()).collect();
    let settings = Settings { patience: 300, most_rounds: 300, ..small() };
    let fitted = fit(&[Column::numbers("x", &x)], &outcomes, &settings, Watch::NONE).unwrap();
    let known: Vec<usize> = (0..600).filter(|row| !fitted.out_of_bag[*row].is_nan()).collect();
    assert_eq!(known.len(), 480);
    let (known_outcomes, scores): (Vec<bool>, Vec<f64>) =
        known.iter().map(|row| (outcomes[*row], fitted.out_of_bag[*row])).unzip();
    let auc = roc_auc(&known_outcomes, &scores);
    assert!((0.4..0.6).contains(&auc), "{auc}");
}

#[test]
fn cross_validation_tells_what_a_fit_is_worth() {
    let rows = Rows::new(2000);
    let divisions = folds::repeated(&rows.outcomes, 5, 2, 1);
    let told = std::sync::Mutex::new(Vec::new());
    let watch = Watch { progress: &|done, all| told.lock().unwrap().push((done, all)), is_stopped: &|| false };
    let found = cross_validated(&rows.columns(), &rows.outcomes, &divisions, &small(), watch).unwrap().evidence;
    assert!(found.folds == 10 && found.roc_auc.mean > 0.8 && found.roc_auc.mean < 0.9, "{found:?}");
    assert!(found.roc_auc.low < found.roc_auc.mean && found.roc_auc.mean < found.roc_auc.high, "{found:?}");
    assert!(found.calibration_error.mean < 0.1 && found.brier.mean < 0.2 && found.f1.mean > 0.6, "{found:?}");
    assert!((0.2..0.6).contains(&found.threshold.mean), "{found:?}");
    assert!(found.gains.windows(2).all(|pair| pair[0].mean < pair[1].mean) && found.gains[9].mean == 1.0);
    assert_eq!(found.reliability.iter().map(|group| group.rows).sum::<usize>(), 4000);
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told, (1..=10).map(|done| (done, 10)).collect::<Vec<_>>());
}

#[test]
fn reasons_add_up_and_the_strongest_comes_first() {
    let rows = Rows::new(2000);
    let model = rows.fit(&small()).model;
    let columns = rows.columns();
    let all = reasons(&model, &columns, 10).unwrap();
    for (reasons, log_odds) in all.iter().zip(model.log_odds(&columns).unwrap()) {
        let sum: f64 = reasons.iter().map(|reason| reason.contribution).sum();
        assert!((sum + model.intercept - log_odds).abs() < 1e-9);
        assert!(reasons.windows(2).all(|pair| pair[0].contribution.abs() >= pair[1].contribution.abs()));
    }
    let three = reasons(&model, &columns, 3).unwrap();
    assert!(three.iter().zip(&all).all(|(three, all)| three.len() == 3 && all.starts_with(three)));
}

#[test]
fn a_change_brings_a_row_down_by_the_smallest_step() {
    let rows = Rows::new(2000);
    let model = rows.fit(&small()).model;
    let columns = rows.columns();
    let log_odds = model.log_odds(&columns).unwrap();
    let all: Vec<bool> = model.inputs.iter().map(|_| true).collect();
    let found = changes(&model, &columns, &all, 0.0).unwrap();
    assert!(found.iter().flatten().count() > 100);
    let value = |at: usize, row: usize| match columns[at].values {
        Values::Numbers(numbers) => numbers[row],
        Values::Categories(..) => f64::NAN,
    };
    for (row, change) in found.iter().enumerate() {
        let Some(change) = change else { continue };
        assert!(log_odds[row] > 0.0 && change.log_odds <= 0.0 && change.passed >= 0.0, "{change:?}");
        let at = columns.iter().position(|column| column.name == model.inputs[change.input].name).unwrap();
        assert_eq!(change.to > value(at, row), change.is_rise, "{change:?}");
        // The row with the new value has the log-odds that were told.
        let new = [if change.is_rise { change.to } else { change.to.next_down() }];
        let one: Vec<(Vec<f64>, Vec<u32>)> = columns
            .iter()
            .map(|column| match column.values {
                Values::Numbers(numbers) => (vec![numbers[row]], vec![]),
                Values::Categories(codes, _) => (vec![], vec![codes[row]]),
            })
            .collect();
        let moved: Vec<Column<'_>> = columns
            .iter()
            .enumerate()
            .map(|(place, column)| match column.values {
                Values::Numbers(_) => Column::numbers(column.name, if place == at { &new } else { &one[place].0 }),
                Values::Categories(_, names) => Column::categories(column.name, &one[place].1, names),
            })
            .collect();
        assert!((model.log_odds(&moved).unwrap()[0] - change.log_odds).abs() < 1e-9, "{change:?}");
    }
    let none = vec![false; all.len()];
    assert!(changes(&model, &columns, &none, 0.0).unwrap().iter().all(Option::is_none));
    assert!(changes(&model, &columns, &all, 1e6).unwrap().iter().all(Option::is_none));
}

#[test]
fn more_rows_teach_more_and_what_is_said_of_a_row_comes_from_others() {
    let rows = Rows::new(2000);
    let columns = rows.columns();
    let divisions = folds::repeated(&rows.outcomes, 5, 2, 1);
    let curve = learning_curve(&columns, &rows.outcomes, &divisions[0], &small(), Watch::NONE).unwrap();
    let learnt: Vec<usize> = curve.iter().map(|point| point.rows).collect();
    assert_eq!(learnt, [200, 400, 800]);
    assert!(curve[0].roc_auc.mean < curve[2].roc_auc.mean && curve[0].roc_auc.low < curve[0].roc_auc.mean, "{curve:?}");
    // An eighth of these is too little to learn from.
    let few = Rows::new(120);
    let division = folds::stratified(&few.outcomes, 5, 1);
    let short = learning_curve(&few.columns(), &few.outcomes, &division, &small(), Watch::NONE).unwrap();
    assert!(short.len() < 3, "{short:?}");
    let said = cross_validated(&columns, &rows.outcomes, &divisions, &small(), Watch::NONE).unwrap().out_of_fold;
    let auc = roc_auc(&rows.outcomes, &said.probabilities);
    assert!((0.8..0.9).contains(&auc), "{auc}");
    let selected = said.is_selected.iter().filter(|is| **is).count();
    assert!((500..1500).contains(&selected), "{selected}");
    let least = said.probabilities.iter().zip(&said.is_selected).filter(|(_, is)| **is).map(|(p, _)| *p);
    assert!(least.fold(1.0, f64::min) > 0.1);
    let first = |place: usize| said.reasons.iter().filter(|reason| **reason == Some(place)).count();
    assert!(first(0) > first(2), "{} {}", first(0), first(2));
}

#[test]
fn rules_find_the_corners_and_count_them_on_other_rows() {
    let rows = Rows::new(6000);
    let (found, left_out) = rules(&rows.columns(), &rows.outcomes, 1).unwrap();
    assert!(left_out.is_empty() && found.len() > 3, "{found:?}");
    assert_eq!(found.iter().map(|rule| rule.held_rows).sum::<u64>(), 3000);
    let n_true = rows.outcomes.iter().filter(|outcome| **outcome).count() as u64;
    assert!(found.iter().map(|rule| rule.held_outcomes).sum::<u64>().abs_diff(n_true / 2) <= 1);
    assert_eq!(
        found.iter().map(|rule| (rule.rows, rule.outcomes)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)),
        (6000, n_true)
    );
    let rate = |rule: &Rule| rule.held_outcomes as f64 / rule.held_rows as f64;
    assert!(found.windows(2).all(|pair| rate(&pair[0]) >= rate(&pair[1])));
    assert!(rate(&found[0]) > 0.8 && rate(&found[found.len() - 1]) < 0.15, "{found:?}");
    // Most likely where a is high and b is low; what is missing of b is somewhere, and nothing is missing of a.
    let of = |name: &str| found[0].conditions.iter().find(|condition| condition.column == name).unwrap();
    assert!(matches!(of("a").is, Is::Between { low: Some(low), high: None } if low > 0.45), "{:?}", of("a"));
    assert!(matches!(of("b").is, Is::Between { low: None, high: Some(high) } if high < 0.6), "{:?}", of("b"));
    let takes_missing = |name: &str| {
        found
            .iter()
            .any(|rule| rule.conditions.iter().any(|condition| condition.column == name && condition.or_missing))
    };
    assert!(takes_missing("b") && !takes_missing("a"));
    // Outcomes by chance alone have no rules.
    let mut rng = fastrand::Rng::with_seed(5);
    let chance: Vec<bool> = (0..6000).map(|_| rng.u8(0..5) == 0).collect();
    let (none, _) = rules(&rows.columns(), &chance, 1).unwrap();
    assert!(none.len() == 1 && none[0].conditions.is_empty() && none[0].rows == 6000, "{none:?}");
}

#[track_caller]
fn refused(result: Result<impl std::fmt::Debug, Error>, why: &str) {
    let text = result.unwrap_err().to_string();
    assert!(text.contains(why), "{text}");
}

#[test]
fn what_cannot_be_learnt_from_is_refused() {
    let rows = Rows::new(200);
    let columns = rows.columns();
    let settings = small();
    let learn = |columns: &[Column<'_>], outcomes: &[bool]| fit(columns, outcomes, &settings, Watch::NONE);
    refused(learn(&columns, &[true; 200]), "all 200 rows have the same outcome");
    refused(learn(&columns, &rows.outcomes[..10]), "10 rows are too few to learn from");
    refused(learn(&columns, &rows.outcomes[..199]), "column `a` has 200 rows, and there are 199 outcomes");
    let few: Vec<bool> = (0..200).map(|row| row < 3).collect();
    refused(learn(&columns, &few), "only 3 of 200 rows have the outcome true");
    let mut infinite = rows.a.clone();
    infinite[6] = f64::INFINITY;
    refused(learn(&[Column::numbers("a", &infinite)], &rows.outcomes), "column `a` is infinite in row 7");
    refused(learn(&[columns[0], columns[0]], &rows.outcomes), "column `a` is there twice");
    refused(learn(&[], &rows.outcomes), "no column tells anything: there are none");
    let (same, empty) = (vec![1.0; 200], vec![f64::NAN; 200]);
    let useless = [Column::numbers("same", &same), Column::numbers("empty", &empty)];
    refused(learn(&useless, &rows.outcomes), "`same` is the same in all rows, `empty` is empty");
    let fitted = learn(&[useless[0], columns[0], useless[1]], &rows.outcomes).unwrap();
    let left: Vec<&str> = fitted.left_out.iter().map(|left| &left.name[..]).collect();
    assert!(left == ["same", "empty"] && fitted.model.inputs.len() == 1 && fitted.model.inputs[0].name == "a");
    let codes = vec![7; 200];
    refused(learn(&[Column::categories("c", &codes, &rows.names)], &rows.outcomes), "beyond its 3 in row 1");
    let directed = columns[3].directed(Direction::Rising);
    refused(learn(&[directed], &rows.outcomes), "column `c` has categories, which have no direction");
    let wrong = Settings { rate: f64::NAN, ..small() };
    refused(fit(&columns, &rows.outcomes, &wrong, Watch::NONE), "rate is NaN");
    refused(fit(&columns, &rows.outcomes, &Settings { bags: 0, ..small() }, Watch::NONE), "bags is 0");
    let stopped = Watch { is_stopped: &|| true, ..Watch::NONE };
    assert!(fit(&columns, &rows.outcomes, &settings, stopped).unwrap_err().is_cancelled());
    let short = [vec![0; 5]];
    refused(cross_validated(&columns, &rows.outcomes, &short, &settings, Watch::NONE), "a division has 5 rows");
    refused(cross_validated(&columns, &rows.outcomes, &[], &settings, Watch::NONE), "at least two parts");
}

#[test]
fn a_column_of_which_only_missing_varies_tells_by_that() {
    let mut rng = fastrand::Rng::with_seed(8);
    let outcomes: Vec<bool> = (0..400).map(|_| rng.bool()).collect();
    let there: Vec<f64> = outcomes.iter().map(|o| if *o && rng.f64() < 0.8 { f64::NAN } else { 1.0 }).collect();
    let model = fit(&[Column::numbers("x", &there)], &outcomes, &small(), Watch::NONE).unwrap().model;
    assert_eq!(model.terms[0].axes[0].cuts, Cuts::Edges(vec![]));
    assert!(model.terms[0].scores[1] > model.terms[0].scores[0] + 1.0, "{:?}", model.terms[0]);
}

#[test]
fn rows_that_the_model_does_not_know_are_refused() {
    let rows = Rows::new(300);
    let model = rows.fit(&small()).model;
    let columns = rows.columns();
    refused(model.log_odds(&columns[1..]), "column `a` is missing, which the model asks for");
    let names = ["x", "y", "new"].map(str::to_owned);
    let new = [columns[0], columns[1], columns[2], Column::categories("c", &rows.codes, &names)];
    let n = rows.codes.iter().filter(|code| **code == 2).count();
    refused(model.log_odds(&new), &format!("column `c` has categories that the model has not seen: `new` ({n})"));
    let numbers = [columns[0], columns[1], columns[2], Column::numbers("c", &rows.a)];
    refused(model.log_odds(&numbers), "column `c` has numbers, and categories in the model");
    let short = [columns[0], columns[1], Column::numbers("noise", &rows.a[..5]), columns[3]];
    refused(model.log_odds(&short), "column `noise` has 5 rows");
}

#[test]
fn a_damaged_model_is_refused() {
    let good = Rows::new(300).fit(&small()).model;
    let damaged = |change: &dyn Fn(&mut Model)| {
        let mut model = good.clone();
        change(&mut model);
        model.check()
    };
    refused(damaged(&|model| model.intercept = f64::NAN), "its intercept is no score");
    refused(damaged(&|model| model.terms[0].scores[0] = f64::INFINITY), "a score of term 1 is none");
    refused(damaged(&|model| model.terms[0].scores[0] += GRID / 2.0), "a score of term 1 is none");
    refused(damaged(&|model| model.terms[0].errors[0] = f64::NAN), "a score of term 1 is none");
    refused(damaged(&|model| model.terms[1].scores.truncate(1)), "term 2 has");
    refused(damaged(&|model| model.terms[1].axes[0].input = 9), "term 2 is of column 9, and there are 4");
    refused(damaged(&|model| model.terms[1].axes.clear()), "term 2 is of 0 columns");
    refused(damaged(&|model| model.terms[1].axes[0].cuts = Cuts::Edges(vec![2.0, 1.0])), "the cuts of term 2");
    refused(damaged(&|model| model.terms[3].axes[0].cuts = Cuts::Groups(vec![0])), "the cuts of term 4");
    refused(damaged(&|model| model.inputs.clear()), "it knows no column");
    assert!(serde_json::from_str::<Model>("{\"intercept\": 1, \"other\": 2}").is_err());
    assert!(serde_json::from_str::<Model>("{}").is_err());
}
