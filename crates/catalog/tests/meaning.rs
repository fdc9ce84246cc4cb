//! What measures mean to findings, whatever they are called, and what files say by roles.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::path::Path;

use catalog::{Catalog, Kind, MeasureRole, Value};
use contract::Contract;
use expect_test::expect;

const SECOND: &str = include_str!("../../../tests/contracts/second.toml");

fn built_in(contract: &Contract) -> Catalog {
    Catalog::built_in(contract).unwrap_or_else(|faults| panic!("{faults}"))
}

fn second() -> Catalog {
    built_in(&Contract::parse("second.toml", SECOND).unwrap_or_else(|faults| panic!("{faults}")))
}

/// The catalog with files beside it; faults name the folder as `mine`.
fn with(catalog: Catalog, files: &[(&str, &str)]) -> Result<Catalog, String> {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs_err::create_dir_all(file.parent().unwrap_or(Path::new("."))).expect("it can be made");
        fs_err::write(file, text).expect("it can be written");
    }
    let place = folder.path().display().to_string();
    catalog.with_folder(folder.path()).map_err(|faults| faults.to_string().replace(&place, "mine"))
}

#[test]
fn measures_say_what_they_mean() {
    let catalog = built_in(&Contract::card());
    let name = |role| catalog.measure_of(role).map(|measure| measure.name.as_str());
    assert_eq!(name(MeasureRole::Customers), Some("customers"));
    assert_eq!(name(MeasureRole::Closed), Some("closed"));
    assert_eq!(name(MeasureRole::CreditGranted), Some("total_limit"));
    assert_eq!(name(MeasureRole::BalancesCarried), Some("total_balance"));
    assert_eq!(name(MeasureRole::Quantile(0.5)), None);
    let quantiles = catalog.analysis("limit_quantiles").unwrap();
    let roles: Vec<Option<MeasureRole>> = quantiles.measures.iter().map(|measure| measure.role).collect();
    let quantile = |share| Some(MeasureRole::Quantile(share));
    let expected = [0.1, 0.25, 0.5, 0.75, 0.9].map(quantile);
    assert_eq!((roles[0], &roles[1..]), (Some(MeasureRole::Customers), &expected[..]));
    let shares = |name: &str| match catalog.measure(name).unwrap().value {
        Value::ShareOf { of_customers, within_first, .. } => Some((of_customers, within_first)),
        _ => None,
    };
    assert_eq!(shares("share"), Some((true, false)));
    assert_eq!(shares("row_share"), Some((true, true)));
    assert_eq!(shares("share_of_closed"), Some((false, false)));
    assert_eq!(shares("share_of_limit"), Some((false, false)));
    assert_eq!(shares("closure_rate"), None);
}

#[test]
fn a_share_of_customers_in_a_folder_of_ones_own_is_a_rate() {
    let mine = "[part]\nlabel = \"Part\"\nunit = \"share\"\nshare_of = \"customers\"\n\
                [part_of_spend]\nlabel = \"Part of spend\"\nunit = \"share\"\nshare_of = \"total_spend\"\n";
    let catalog = with(built_in(&Contract::card()), &[("measures.toml", mine)]).unwrap();
    let columns = |measure: &str| {
        catalog.compose(&["card"], &[measure], None, catalog.topic("segment").unwrap()).unwrap().columns()
    };
    assert_eq!(columns("part"), ["card", "customers", "part", "part_low", "part_high"]);
    assert_eq!(columns("part_of_spend"), ["card", "customers", "part_of_spend"]);
}

#[test]
fn what_is_wrong_with_meanings_is_told() {
    let analysis =
        |more: &str| format!("title = \"T\"\nquestion = \"Q?\"\nby = [\"gender\"]\nreading = \"R.\"\n{more}");
    let measures = "
        [one]
        label = \"One\"
        role = \"custmers\"
        accumulators.one = '{ $sum: 1 }'
        [two]
        label = \"Two\"
        role = \"closed\"
        accumulators.two = '{ $sum: 1 }'
        [three]
        label = \"Three\"
        role = 3
        accumulators.three = '{ $sum: 1 }'
        ";
    let quantiles = analysis(
        "measures = [\"customers\", \"low\", \"high\"]\nfinding = \"quantiles\"\n[columns.low]\nlabel = \"Low\"\n\
         quantile = 0.25\n[columns.high]\nlabel = \"High\"\nquantile = 1.5\n",
    );
    let curve = analysis("measures = [\"customers\"]\nfinding = \"life_table\"\n");
    let reading = analysis(
        "measures = [\"customers\"]\nfinding = \"largest\"\n[reading_of]\ncustomers = \"Fine.\"\nmean_limit = \"Not shown.\"\nmean_age = 7\n",
    );
    let files = [
        ("measures.toml", measures),
        ("segmentation/a_quantiles.toml", &quantiles),
        ("segmentation/b_curve.toml", &curve),
        ("segmentation/c_reading.toml", &reading),
    ];
    let faults = with(built_in(&Contract::card()), &files).expect_err("all of it is wrong");
    expect![[r#"
        no measure's role is called `custmers`
          at mine/measures.toml: one.role
        hint: the roles here are `customers`, `closed`, `credit_granted`, `balances_carried`

        the measure `closed` has the role `closed` already
          at mine/measures.toml: two.role

        `role` must be a text, not a whole number
          at mine/measures.toml: three.role

        a quantile is a share of the customers
          at mine/segmentation/a_quantiles.toml: columns.high.quantile
        hint: such as 0.5, the median

        this finding is made from the measure `closed`
          at mine/segmentation/b_curve.toml: finding
        hint: add `closed` to `measures`

        `mean_limit` is not one of the measures
          at mine/segmentation/c_reading.toml: reading_of.mean_limit
        hint: the measures here are `customers`

        `mean_age` must be a text, not a whole number
          at mine/segmentation/c_reading.toml: reading_of.mean_age

        `mean_age` is not one of the measures
          at mine/segmentation/c_reading.toml: reading_of.mean_age
        hint: the measures here are `customers`"#]]
    .assert_eq(&faults);
    let without = analysis("measures = [\"customers\"]\nfinding = \"quantiles\"\n");
    let faults = with(built_in(&Contract::card()), &[("segmentation/a.toml", &without)]).expect_err("it has no median");
    expect![[r#"
        this finding is made from a column with `quantile = 0.5`
          at mine/segmentation/a.toml: finding
        hint: say of each column under `columns` which quantile it is"#]]
    .assert_eq(&faults);
}

#[test]
fn headings_and_phrases_are_those_of_the_role_s_column() {
    let (card, second) = (built_in(&Contract::card()), second());
    let told = |catalog: &Catalog, name: &str| {
        let dimension = catalog.dimension(name).unwrap_or_else(|error| panic!("{error}"));
        (dimension.label.clone(), dimension.group("1"))
    };
    let pair = |label: &str, group: &str| (label.to_owned(), group.to_owned());
    assert_eq!(told(&card, "tenure_band"), pair("Months with the bank", "customers with the bank for 1 month"));
    assert_eq!(told(&second, "tenure_band"), pair("Months with the club", "members for 1 month"));
    assert_eq!(told(&card, "age_band"), pair("Age band", "customers aged 1"));
    assert_eq!(told(&second, "age_band"), pair("Age band", "members aged 1"));
    let measure = |catalog: &Catalog, name: &str| {
        let measure = catalog.measure(name).unwrap_or_else(|error| panic!("{error}"));
        (measure.label, measure.phrase)
    };
    assert_eq!(measure(&card, "mean_products"), pair("Mean products held", "mean products held"));
    assert_eq!(measure(&second, "mean_products"), pair("Mean courses booked", "mean courses booked"));
    // A column may have no phrase of its own; a role may be lacking, or there be no such role.
    let mine = |text: &str| {
        let dimension = format!("[mine]\nexpression = '\"$<age>\"'\n{text}\n");
        with(built_in(&Contract::card()), &[("dimensions.toml", &dimension)])
    };
    let labelled = mine("label = \"<spend>\"\nphrase = \"<spend>\"").unwrap();
    assert_eq!(told(&labelled, "mine"), pair("Spend (12 months)", "customers with Spend (12 months) 1"));
    let lacking = mine("label = \"<region>\"").unwrap();
    let left_out = lacking.left_out().iter().find(|one| one.kind == Kind::Dimension).expect("it is left out");
    assert_eq!((left_out.name.as_str(), left_out.roles[0].to_string().as_str()), ("mine", "region"));
    let error = mine("label = \"<agee>\"").expect_err("there is no such role");
    assert!(
        error.contains("mine/dimensions.toml: mine.label") && error.contains("no role is called `agee`"),
        "{error}"
    );
}

#[test]
fn a_reading_tells_only_of_measures_that_are_shown() {
    let of = |catalog: &Catalog| catalog.analysis("overview").unwrap().reading.clone();
    let card = of(&built_in(&Contract::card()));
    assert!(
        card.ends_with("each customer counts the same. Balances to credit granted weighs every dollar the same."),
        "{card}"
    );
    let second = of(&second());
    assert_eq!(second, "One row for the whole bank: the figures that every group below is to be compared with.");
}

#[test]
fn a_baseline_names_values_of_the_first_dimension() {
    let analysis = |baseline: &str| {
        format!(
            "title = \"T\"\nquestion = \"Q?\"\nby = [\"amount_change_band\"]\nreading = \"R.\"\nmeasures = [\"closure_rate\"]\n\
             finding = \"rates\"\nbaseline = {baseline}\n"
        )
    };
    let catalog = built_in(&Contract::card());
    let change = catalog.analysis("closures_by_amount_change").unwrap();
    assert_eq!(change.baseline.as_ref().map(|baseline| baseline.of.len()), Some(3));
    let wrong = analysis("{ of = [\"fell by mere half\"], phrase = \"spend fell\" }");
    let faults = with(catalog, &[("status/mine.toml", &wrong)]).expect_err("there is no such value");
    expect![[r#"
        "fell by mere half" is no value of the first dimension
          at mine/status/mine.toml: baseline.of"#]]
    .assert_eq(&faults);
}

#[test]
fn what_is_left_out_knows_its_topic() {
    let second = second();
    let topics: Vec<(&str, Option<&str>)> = second
        .left_out()
        .iter()
        .filter(|one| ["by_gender", "revolvers", "closures_by_contacts", "mean_limit"].contains(&one.name.as_str()))
        .map(|one| (one.name.as_str(), one.topic.as_deref()))
        .collect();
    let expected = [
        ("mean_limit", None),
        ("revolvers", Some("health")),
        ("by_gender", Some("segment")),
        ("closures_by_contacts", Some("status")),
    ];
    assert_eq!(topics, expected);
}

#[test]
fn dimensions_know_what_they_follow_from_and_means_the_least_that_they_can_be() {
    let catalog = built_in(&Contract::card());
    let derived = |name: &str| catalog.dimension(name).unwrap().derived_from;
    assert_eq!(derived("utilization_band"), ["transactions.Credit_Limit", "transactions.Total_Revolving_Bal"]);
    assert_eq!(derived("limit_band"), ["Card_Category"]);
    assert!(derived("payer").is_empty() && derived("gender").is_empty());
    let least = |name: &str| catalog.measure(name).unwrap().least;
    assert_eq!((least("mean_limit"), least("mean_age")), (Some(0.0), Some(18.0)));
    assert_eq!((least("mean_open_to_buy"), least("total_limit")), (Some(-100_000_000.0), None));
}

#[test]
fn the_names_of_the_file_are_names_too() {
    let text = Contract::card()
        .text()
        .replace("[columns.Customer_Age]\n", "[columns.Customer_Age]\nheader = \"Edad (años)\"\n");
    let catalog = built_in(&Contract::parse("renamed.toml", &text).unwrap());
    let card = built_in(&Contract::card());
    assert_eq!(catalog.filter("edad (años) > 45"), card.filter("Customer_Age > 45"));
    assert_eq!(catalog.dimension("Edad (años)").unwrap().name, "Customer_Age");
    assert_eq!(catalog.place_of_column("Edad (años)"), card.place_of_column("Customer_Age"));
    assert!(card.filter("edad (años) > 45").is_err());
}

#[test]
fn a_word_that_means_one_column_is_it_wherever_a_column_is_asked_for() {
    let catalog = built_in(&Contract::card());
    assert_eq!(catalog.place_of_column("limit"), catalog.place_of_column("Credit_Limit"));
    assert_eq!(catalog.place_of_column("Credit limit"), catalog.place_of_column("Credit_Limit"));
    let listed = |column: &str| {
        let wish =
            catalog::Wish { columns: vec![column.to_owned()], sort: vec![format!("-{column}")], ..Default::default() };
        catalog.listing(None, &wish).map(|listing| listing.query)
    };
    assert_eq!(listed("limit").unwrap(), listed("Credit_Limit").unwrap());
    assert_eq!(listed("Age").unwrap(), listed("Customer_Age").unwrap());
    let by = |measure: &str| {
        let asked = catalog.compose(&["gender"], &[measure], None, catalog.topic("segment").unwrap()).unwrap();
        asked.queries().to_vec()
    };
    assert_eq!(by("median:limit"), by("median:Credit_Limit"));
}
