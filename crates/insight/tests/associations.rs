//! Which columns go together, by the pipelines that anyone can run, against figures of scipy.

use bson::{Bson, Document, doc};
use catalog::Catalog;
use contract::Contract;
use engine::{Collection, Engine};
use insight::{Association, QualityPage, candidate_associations, quality};
use pipeline::Run as _;

const CONTRACT: &str = r#"
    title = "Anything"
    [columns.key]
    kind = "whole"
    range = [0, 100000]
    role = "customer_key"
    [columns.a]
    kind = "whole"
    range = [0, 100000]
    [columns.b]
    kind = "whole"
    range = [0, 1000]
    [columns.c]
    kind = "decimal"
    range = [0, 1000]
    nullable = true
    [columns.d]
    kind = "decimal"
    range = [0, 100000]
    [columns.same]
    kind = "whole"
    range = [0, 10]
    [columns.k]
    kind = "category"
    categories = [{ value = "x" }, { value = "y" }, { value = "z" }]
    [columns.l]
    kind = "category"
    categories = [{ value = "p" }, { value = "q" }, { value = "none", missing = true }]
    [columns.name]
    kind = "text"
    direct_identifier = true
"#;

/// The page of these customers, by the pipelines that it asks.
fn page(customers: Vec<Document>) -> QualityPage {
    let contract = Contract::parse("t.toml", CONTRACT).unwrap_or_else(|faults| panic!("{faults}"));
    let catalog = Catalog::built_in(&contract).unwrap_or_else(|faults| panic!("{faults}"));
    let mut engine = Engine::new();
    engine.insert("customers", Collection::from_documents(customers));
    let inspection = catalog.inspection(None);
    let mut questions = vec![inspection.customers()];
    questions.extend(inspection.questions(None));
    let run = |question: &catalog::QualityQuestion| {
        engine.run(&question.query.0, &question.query.1).unwrap_or_else(|error| panic!("{error}"))
    };
    let mut results: Vec<Vec<Document>> = questions.iter().map(run).collect();
    let candidates = candidate_associations(&contract, &questions, &results);
    let pairs = candidates.categories.iter().enumerate();
    let pairs = pairs.flat_map(|(at, b)| candidates.categories[..at].iter().map(move |a| (*a, *b)));
    let crossed = pairs.filter_map(|(a, b)| inspection.crossed(a, b));
    let more: Vec<_> = inspection.ranks(&candidates.numbers, None).into_iter().chain(crossed).collect();
    results.extend(more.iter().map(run));
    questions.extend(more);
    quality(&contract, None, &questions, &results)
}

fn customer(i: i64) -> Document {
    let c = if i % 5 == 0 { Bson::Null } else { Bson::Double(((i * 7) % 4) as f64) };
    let k = if i % 7 < 3 {
        "x"
    } else if i % 2 == 0 {
        "y"
    } else {
        "z"
    };
    let l = if i % 13 == 0 {
        "none"
    } else if i % 7 < 3 || i % 5 == 0 {
        "p"
    } else {
        "q"
    };
    doc! {
        "_id": i, "key": i, "a": (i * 37) % 61, "b": (i * i) % 23, "c": c, "d": ((i * 53) % 59 + (i * 37) % 61) as f64,
        "same": 1, "k": k, "l": l, "name": format!("name {i}"),
    }
}

#[test]
fn rank_correlations_and_vs_are_those_of_scipy() {
    let page = page((0..60).map(customer).collect());
    let [numbers, categories] = page.matrices.as_slice() else { panic!("{:?}", page.matrices) };
    assert_eq!((numbers.association, categories.association), (Association::Spearman, Association::CramersV));
    // A constant, a key and a name have no place.
    assert_eq!(numbers.labels, ["a", "b", "c", "d"]);
    assert_eq!(categories.labels, ["k", "l"]);
    // scipy.stats.spearmanr of each pair without the rows in which one is missing. Columns of at most twenty values are ranked
    // exactly; the others in twenty groups, of three customers each.
    let of_scipy = [
        (0, 1, -0.091_459_737_517_301_58),
        (0, 2, -0.137_197_937_267_464_93),
        (0, 3, 0.692_548_188_555_955),
        (1, 2, 0.018_223_453_122_275_59),
        (1, 3, -0.095_545_413_587_203_07),
        (2, 3, -0.130_493_798_363_372_58),
    ];
    for (a, b, expected) in of_scipy {
        let found = numbers.values[a][b].expect("each pair has customers enough");
        assert!((found - expected).abs() < 0.01, "{a} and {b}: {found}, scipy {expected}");
        assert_eq!(numbers.values[b][a], Some(found));
    }
    assert!((categories.values[0][1].expect("known") - V_OF_K_AND_L).abs() < 1e-12);
}

/// By Bergsma's formula from `scipy.stats.chi2_contingency(correction=False)`, without the customers of no answer.
const V_OF_K_AND_L: f64 = 0.756_819_846_676_506_1;

#[test]
fn columns_of_few_values_are_ranked_exactly() {
    let few = |i: i64| doc! { "_id": i, "key": i, "a": i % 9, "b": (i * i) % 7, "c": (i % 4) as f64, "d": ((i * i) % 7 + i % 3) as f64, "same": 1, "k": "x", "l": "p" };
    let page = page((0..100).map(few).collect());
    let [numbers] = page.matrices.as_slice() else { panic!("{:?}", page.matrices) };
    for (a, b, expected) in FEW {
        let found = numbers.values[a][b].expect("each pair has customers enough");
        assert!((found - expected).abs() < 1e-5, "{a} and {b}: {found}, scipy {expected}");
    }
}

/// `scipy.stats.spearmanr` of the pairs.
const FEW: [(usize, usize, f64); 6] = [
    (0, 1, 0.011_523_529_065_697_768),
    (0, 2, -0.034_295_132_424_186_89),
    (0, 3, 0.166_373_236_983_957_34),
    (1, 2, -0.021_545_608_231_342_762),
    (1, 3, 0.859_666_540_664_107_2),
    (2, 3, -0.030_870_831_377_154_53),
];

#[test]
fn of_few_customers_nothing_is_said() {
    assert!(page((0..20).map(customer).collect()).matrices.is_empty());
}
