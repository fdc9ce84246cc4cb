//! What analyses say of a bank that lacks roles: nothing of what it has not, and no analysis less than must be.

use catalog::{Catalog, ChartKind, Finding};
use contract::Contract;
use expect_test::expect;

const CARD: &str = include_str!("../../../contracts/card.toml");

/// The card's contract without a role.
fn without(role: &str) -> Catalog {
    let line = format!("role = \"{role}\"");
    let kept: Vec<&str> = CARD.lines().filter(|known| known.trim() != line).collect();
    let mut text = kept.join("\n");
    assert!(kept.len() < CARD.lines().count(), "no column has the role {role}");
    if role == "closed" {
        text = text.replace(", closed = true", "");
    }
    let contract = Contract::parse("card.toml", &text).unwrap_or_else(|faults| panic!("{faults}"));
    Catalog::built_in(&contract).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn texts_speak_of_what_the_bank_has() {
    let words: [(&str, &[&str]); 12] = [
        ("closed", &["clos", "attrit", "leaves", "who left"]),
        ("credit_limit", &["limit", "credit granted"]),
        ("revolving_balance", &["balance"]),
        ("open_to_buy", &["room left", "open to buy"]),
        ("utilization", &["utilization"]),
        ("income", &["income"]),
        ("gender", &["gender", "women"]),
        ("education", &["education"]),
        ("spend", &["spend"]),
        ("months_inactive", &["inactiv"]),
        ("contacts", &["contact"]),
        ("tenure", &["tenure", "been with the bank"]),
    ];
    // Bands of utilization are parts of a limit by what the word means; a change in spend is known without the spend, and a column
    // without its role is still one.
    let is_exempt = |name: &str, role: &str| {
        let defined = [("utilization_bands", "credit_limit"), ("utilization_bands", "revolving_balance")];
        let defined = defined.contains(&(name, role)) || (name, role) == ("closures_by_amount_change", "spend");
        defined || name.contains(char::is_uppercase)
    };
    let mut wrong = Vec::new();
    for (role, words) in words {
        let catalog = without(role);
        for analysis in catalog.analyses().iter().filter(|analysis| !is_exempt(&analysis.name, role)) {
            for text in [&analysis.title, &analysis.question, &analysis.reading] {
                let text = text.to_lowercase();
                for word in words.iter().filter(|word| text.contains(**word)) {
                    wrong.push(format!("without {role}, {}: {word} in {text}", analysis.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_keep_all_parts_of_a_bank_that_has_all() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    for analysis in catalog.analyses() {
        for text in [&analysis.title, &analysis.question, &analysis.reading] {
            assert!(!text.contains(['{', '}']) && !text.contains("  "), "{}: {text}", analysis.name);
        }
    }
    let told = |name: &str| {
        let analysis = catalog.analysis(name).unwrap();
        format!("{}\n{}\n{}\n", analysis.title, analysis.question, analysis.reading)
    };
    expect![[r"
        Limit, balance and utilization by income
        How do credit limits, balances and utilization differ by income?
        Means over the customers of each group, with 95 % intervals for limit and utilization. Utilization is the mean of the customers' own ratios (balance over limit). A low utilization in a group with high limits need not mean that its customers borrow less: the limits may differ where the balances do not.
    "]].assert_eq(&told("credit_by_income"));
    expect![[r"
        Utilization bands
        How much of their limit do customers use, and who of them closed their account?
        Each customer is in one band, by balance over limit; a band takes in its upper end. The bars around each point are the 95 % Wilson interval of the rate: the wider, the fewer customers stand behind it. A balance of 0 can mean a customer who pays in full or one who has stopped using the card: this file cannot tell them apart.
    "]].assert_eq(&told("utilization_bands"));
}

#[test]
fn without_an_outcome_groups_are_shown_by_their_size() {
    let catalog = without("closed");
    for name in ["utilization_bands", "revolvers", "behaviour"] {
        let analysis = catalog.analysis(name).unwrap();
        assert_eq!(analysis.finding, Finding::Largest, "{name}");
        let chart = analysis.chart.as_ref().unwrap();
        assert_eq!((chart.kind, chart.y.as_slice()), (ChartKind::Bar, &["customers".to_owned()][..]), "{name}");
        assert!(analysis.columns().iter().all(|column| !column.contains("clos")), "{:?}", analysis.columns());
    }
    // What is about closures alone is left out, as before.
    assert!(catalog.analysis("closures_by_products").is_err());
    let whole = Catalog::built_in(&Contract::card()).unwrap();
    assert_eq!(whole.analysis("revolvers").unwrap().finding, Finding::Rates);
}

#[test]
fn of_several_columns_of_a_chart_those_are_drawn_that_there_are() {
    let catalog = without("revolving_balance");
    let chart = catalog.analysis("credit_spread_by_card").unwrap().chart.clone().unwrap();
    assert_eq!(chart.y, ["share", "share_of_limit", "share_of_open_to_buy"]);
    // The credit that was granted is what the analysis is about.
    assert!(without("credit_limit").analysis("credit_spread_by_card").is_err());
}

#[test]
fn what_is_wrong_with_a_part_of_a_text_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs_err::create_dir(folder.path().join("status")).unwrap();
    let mine = "title = \"T{closed:, closed}{<tenure>: and long}\"\nquestion = \"{mean_limitt:Q}?\"\nby = [\"gender\"]\n\
                measures = [\"closed\"]\nfinding = [\"largest\", \"no_such\"]\nreading = \"R {as it stands}.\"\n";
    fs_err::write(folder.path().join("status/mine.toml"), mine).unwrap();
    let built_in = || Catalog::built_in(&Contract::card()).unwrap();
    let faults = built_in().with_folder(folder.path()).expect_err("two names mean nothing").to_string();
    expect![[r"
        a part of the text speaks of `mean_limitt`
          at mine/status/mine.toml: question
        hint: it may speak of the measures of this analysis, of dimensions and of roles, such as `<income>`

        unknown finding `no_such`
          at mine/status/mine.toml: finding"]]
    .assert_eq(&faults.replace(&folder.path().display().to_string(), "mine"));
    let right = mine.replace("mean_limitt", "mean_limit, income").replace("no_such", "rates");
    fs_err::write(folder.path().join("status/mine.toml"), right).unwrap();
    let catalog = built_in().with_folder(folder.path());
    let error = catalog.expect_err("`mean_limit` is not shown").to_string();
    assert!(error.contains("a part of the text speaks of `mean_limit`"), "{error}");
}
