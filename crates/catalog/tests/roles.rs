//! Contracts of other banks: what of the catalog stands for them, what is left out, and what their pipelines read.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]
#![expect(clippy::too_many_lines, reason = "what is expected is long")]

use catalog::{Catalog, Kind, LeftOut};
use contract::{Contract, Role};
use expect_test::{Expect, expect};

const CARD: &str = include_str!("../../../contracts/card.toml");
const SECOND: &str = include_str!("../../../tests/contracts/second.toml");

fn contract(text: &str) -> Contract {
    Contract::parse("contract.toml", text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn over(text: &str) -> Catalog {
    Catalog::built_in(&contract(text)).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The card contract without a role: its column stays.
fn card_without(role: Role) -> Catalog {
    let line = format!("role = \"{}\"\n", role.name());
    assert!(CARD.contains(&line), "{line}");
    let mut text = CARD.replace(&line, "");
    if role == Role::Closed {
        text = text.replace(", closed = true", "");
    }
    over(&text)
}

fn left_out(catalog: &Catalog, kind: Kind) -> String {
    let of_kind = catalog.left_out().iter().filter(|left_out| left_out.kind == kind);
    let needs = |left_out: &LeftOut| left_out.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let lines: Vec<String> = of_kind.map(|left_out| format!("{}: {}\n", left_out.name, needs(left_out))).collect();
    lines.concat()
}

fn query(catalog: &Catalog, by: &[&str], measures: &[&str]) -> String {
    let topic = catalog.topic("status").expect("it is built in");
    match catalog.compose(by, measures, None, topic) {
        Ok(analysis) => pipeline::print::mongosh(&analysis.queries()[0].0, &analysis.queries()[0].1),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn the_card_bank_lacks_nothing() {
    assert_eq!(over(CARD).left_out(), []);
}

#[test]
fn a_bank_of_another_kind_gets_what_it_has_the_roles_for() {
    let catalog = over(SECOND);
    let list = |names: Vec<&str>| names.join(" ");
    let analyses = list(catalog.analyses().iter().map(|analysis| analysis.name.as_str()).collect());
    let dimensions = list(catalog.dimensions().iter().map(|dimension| dimension.name.as_str()).collect());
    let measures = list(catalog.measures().iter().map(|measure| measure.name.as_str()).collect());
    expect![[r#"
        overview by_age_band by_card closed_accounts what_tells_closure what_goes_with_closure closures_by_products closures_by_tenure life_table weight_of_evidence closures_by_Region closures_by_Satisfaction

        age_band card status products tenure_band tenure_year Region Satisfaction

        customers closed closure_rate share row_share share_of_closed mean_age mean_tenure mean_products mean_Satisfaction mean_VisitsPerWeek
    "#]].assert_eq(&format!("{analyses}\n\n{dimensions}\n\n{measures}\n"));
}

#[test]
fn the_rest_is_left_out_with_the_roles_that_it_needs() {
    let catalog = over(SECOND);
    expect![[r#"
        credit_by_age_band: utilization
        credit_by_card: credit_limit
        credit_by_gender: gender, credit_limit
        credit_by_income: income, credit_limit
        credit_spread: income, credit_limit
        credit_spread_by_card: credit_limit
        credit_spread_by_income: income, credit_limit
        limit_quantiles: income, credit_limit
        revolvers: revolving_balance in dollars
        utilization_bands: utilization
        age_band_by_income: income
        behaviour: transactions, spend in dollars, months_inactive
        by_dependents: dependents
        by_education: education
        by_gender: gender
        by_income: income
        by_marital_status: marital_status
        education_by_income: education, income
        gender_by_income: gender, income
        profiles: gender, education, income
        closures_by_amount_change: spend_change
        closures_by_contacts: contacts
        closures_by_count_change: transactions_change
        closures_by_months_inactive: months_inactive
        closures_by_spend: spend in dollars
        closures_by_transactions: transactions
        contacts_by_inactivity: months_inactive, contacts
        inactivity_by_status: months_inactive
        worth_of_closed_accounts: spend, revolving_balance, credit_limit
    "#]]
    .assert_eq(&left_out(&catalog, Kind::Analysis));
    expect![[r#"
        gender: gender
        education: education
        income: income
        marital_status: marital_status
        dependents: dependents
        months_inactive: months_inactive
        contacts: contacts
        amount_change_band: spend_change
        count_change_band: transactions_change
        transaction_band: transactions
        spend_band: spend in dollars
        limit_band: credit_limit in dollars
        open_to_buy_band: open_to_buy in dollars
        balance_band: revolving_balance in dollars
        utilization_band: utilization
        payer: revolving_balance in dollars
        behaviour: transactions, spend in dollars, months_inactive
    "#]]
    .assert_eq(&left_out(&catalog, Kind::Dimension));
    expect![[r#"
        mean_months_inactive: months_inactive
        mean_contacts: contacts
        mean_limit: credit_limit
        mean_balance: revolving_balance
        mean_open_to_buy: open_to_buy
        mean_utilization: utilization
        spend_per_customer: spend
        transactions_per_customer: transactions
        total_limit: credit_limit
        total_balance: revolving_balance
        total_open_to_buy: open_to_buy
        total_spend: spend
        balance_to_limit: credit_limit, revolving_balance
        share_of_limit: credit_limit
        share_of_balance: revolving_balance
        share_of_open_to_buy: open_to_buy
    "#]]
    .assert_eq(&left_out(&catalog, Kind::Measure));
}

#[test]
fn no_pipeline_of_a_bank_without_transactions_joins_and_all_fields_are_its_own() {
    let contract = contract(SECOND);
    let catalog = over(SECOND);
    assert!(catalog.analyses().len() >= 6);
    for analysis in catalog.analyses() {
        for (collection, pipeline) in analysis.queries() {
            let text = pipeline::print::extended_json(pipeline);
            assert!(!text.contains("$lookup") && !text.contains("CLIENTNUM"), "{}: {text}", analysis.name);
            pipeline::check(pipeline, collection, &contract.schemas()).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    // A whole document is no reason for a join that would find nothing.
    let filter = catalog.filter("{$expr: {$ne: ['$$ROOT', null]}}").unwrap();
    let counted = catalog.compose(&[], &["customers"], Some(&filter), catalog.topic("status").unwrap()).unwrap();
    assert!(!pipeline::print::extended_json(&counted.queries()[0].1).contains("$lookup"));
}

#[test]
fn titles_and_columns_are_called_as_in_the_contract() {
    let catalog = over(SECOND);
    let by_plan = catalog.analysis("by_card").unwrap();
    assert_eq!((by_plan.title.as_str(), by_plan.by[0].label.as_str()), ("Customers by plan", "Plan"));
    assert_eq!(by_plan.by[0].order.len(), 3);
    let exited = catalog.dimension("status").unwrap();
    assert_eq!((exited.group("yes"), &exited.closed), ("members who left".to_owned(), &vec!["yes".into()]));
    let region = catalog.dimension("Region").unwrap();
    assert_eq!(region.missing, Some("not said".into()));
    assert_eq!(catalog.dimension("<region>").unwrap(), region);
}

/// What is asked for and refused.
#[track_caller]
fn refused<T>(result: Result<T, pipeline::Error>, expected: &Expect) {
    match result {
        Ok(_) => panic!("it is refused"),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

#[test]
fn what_is_left_out_says_so_wherever_it_is_named() {
    let bank = over(SECOND);
    let topic = bank.topic("health").unwrap();
    refused(
        bank.analysis("limit_quantiles"),
        &expect![
            "`limit_quantiles` needs the roles `income` and `credit_limit`, which this bank's contract does not have"
        ],
    );
    refused(
        bank.compose(&["income"], &[], None, topic),
        &expect!["`income` needs the role `income`, which this bank's contract does not have"],
    );
    refused(
        bank.compose(&[], &["mean_limit"], None, topic),
        &expect!["`mean_limit` needs the role `credit_limit`, which this bank's contract does not have"],
    );
    refused(
        bank.filter("limit_band=x or Plan=Day"),
        &expect![[r#"
            `limit_band` needs the role `credit_limit in dollars`, which this bank's contract does not have
              at filter `limit_band=x or Plan=Day`, character 1"#]],
    );
    refused(
        bank.filter("<income> = x"),
        &expect![[r#"
            `<income>` needs the role `income`, which this bank's contract does not have
              at filter `<income> = x`, character 1"#]],
    );
    refused(
        bank.filter("{'<income>': 'x'}"),
        &expect!["`<income>` needs the role `income`, which this bank's contract does not have"],
    );
    refused(
        bank.show("balance_to_limit"),
        &expect![
            "`balance_to_limit` needs the roles `credit_limit` and `revolving_balance`, which this bank's contract does not have"
        ],
    );
    // The usual measures of a topic are those that there are.
    let columns = bank.compose(&["Plan"], &[], None, topic).unwrap().columns();
    assert_eq!(columns, ["Plan", "customers"]);
}

#[test]
fn people_and_keys_are_no_groups() {
    let bank = over(SECOND);
    let topic = bank.topic("status").unwrap();
    refused(
        bank.compose(&["Phone"], &[], None, topic),
        &expect!["`Phone` names persons, so customers are not grouped by it"],
    );
    refused(
        bank.compose(&["MemberRef"], &[], None, topic),
        &expect![[r#"
        `MemberRef` names the customers, so each would be a group of its own
        hint: a list of customers shows each in a row"#]],
    );
    refused(
        bank.compose(&["VisitsPerWeek"], &[], None, topic),
        &expect![[r#"
            `VisitsPerWeek` may hold any number, so customers are not grouped by it
            hint: a measure such as `median:VisitsPerWeek` sums it up"#]],
    );
    refused(
        bank.compose(&[], &["mean_Phone"], None, topic),
        &expect![[r#"
        unknown measure `mean_Phone`
        hint: see the catalog for the analyses, dimensions and measures"#]],
    );
}

#[test]
fn who_has_no_value_has_no_answer() {
    let bank = over(SECOND);
    expect![[r#"
        db.customers.aggregate([
          {
            $group: {
              _id: {
                $cond: [
                  { $gte: ["$AgeYears", -Infinity] },
                  {
                    $switch: {
                      branches: [
                        { case: { $lt: ["$AgeYears", 18] }, then: "0–17" },
                        { case: { $lt: ["$AgeYears", 30] }, then: "18–29" },
                        { case: { $lt: ["$AgeYears", 40] }, then: "30–39" },
                        { case: { $lt: ["$AgeYears", 50] }, then: "40–49" },
                        { case: { $lt: ["$AgeYears", 60] }, then: "50–59" }
                      ],
                      default: "60+"
                    }
                  },
                  null
                ]
              },
              customers: { $sum: 1 }
            }
          },
          { $project: { _id: 0, age_band: "$_id", customers: 1 } },
          { $sort: { age_band: 1 } }
        ])"#]]
    .assert_eq(&query(&bank, &["age_band"], &["customers"]));
}

#[test]
fn who_has_no_value_or_one_that_is_no_number_does_not_count_in_a_mean() {
    let bank = over(SECOND);
    expect![[r#"
        db.customers.aggregate([
          {
            $group: {
              _id: null,
              customers: { $sum: 1 },
              mean_VisitsPerWeek: {
                $avg: {
                  $cond: [
                    { $and: [{ $isNumber: "$VisitsPerWeek" }, { $ne: ["$VisitsPerWeek", NaN] }] },
                    "$VisitsPerWeek",
                    null
                  ]
                }
              },
              mean_VisitsPerWeek_squares: {
                $sum: {
                  $multiply: [
                    {
                      $cond: [
                        { $and: [{ $isNumber: "$VisitsPerWeek" }, { $ne: ["$VisitsPerWeek", NaN] }] },
                        "$VisitsPerWeek",
                        null
                      ]
                    },
                    {
                      $cond: [
                        { $and: [{ $isNumber: "$VisitsPerWeek" }, { $ne: ["$VisitsPerWeek", NaN] }] },
                        "$VisitsPerWeek",
                        null
                      ]
                    }
                  ]
                }
              },
              mean_VisitsPerWeek_n: {
                $sum: {
                  $cond: [
                    { $and: [{ $isNumber: "$VisitsPerWeek" }, { $ne: ["$VisitsPerWeek", NaN] }] },
                    1,
                    0
                  ]
                }
              },
              mean_Satisfaction: { $avg: "$Satisfaction" },
              mean_Satisfaction_squares: { $sum: { $multiply: ["$Satisfaction", "$Satisfaction"] } }
            }
          },
          {
            $project: {
              _id: 0,
              customers: 1,
              mean_VisitsPerWeek: 1,
              mean_VisitsPerWeek_squares: 1,
              mean_VisitsPerWeek_n: 1,
              mean_Satisfaction: 1,
              mean_Satisfaction_squares: 1
            }
          }
        ])"#]]
    .assert_eq(&query(&bank, &[], &["mean_VisitsPerWeek", "mean_Satisfaction"]));
}

#[test]
fn columns_in_turn_pass_over_what_is_missing_and_take_in_the_others() {
    let bank = over(SECOND);
    let drivers = bank.analysis("what_goes_with_closure").unwrap();
    let names: Vec<&str> = drivers.by.iter().map(|dimension| dimension.name.as_str()).collect();
    assert_eq!(names, ["AgeYears", "card", "MonthsWithUs", "products", "Region", "Satisfaction", "VisitsPerWeek"]);
    assert_eq!(drivers.queries().len(), names.len());
    let card = over(CARD);
    assert_eq!(card.analysis("what_goes_with_closure").unwrap().by.len(), 19);
}

#[test]
fn a_band_in_dollars_or_months_is_not_made_of_other_units() {
    let years = over(&SECOND.replace("unit = \"months\"", "unit = \"years\""));
    refused(
        years.dimension("tenure_band"),
        &expect!["`tenure_band` needs the role `tenure in months`, which this bank's contract does not have"],
    );
    refused(
        years.analysis("closures_by_tenure"),
        &expect!["`closures_by_tenure` needs the role `tenure in months`, which this bank's contract does not have"],
    );
    // A year is one in either unit.
    let life = years.analysis("life_table").unwrap();
    assert!(life.reading.contains("customers in year 3 have been with it for two full years"), "{}", life.reading);
    assert!(query(&years, &["tenure_year"], &["customers"]).contains("$floor: \"$MonthsWithUs\""));
    assert!(over(SECOND).analysis("life_table").unwrap().reading.contains("for 25 to 36 months. The closure"));
    assert_eq!(years.measure("mean_tenure").unwrap().unit, catalog::Unit::Years);
    assert!(years.analysis("what_goes_with_closure").unwrap().by.iter().any(|by| by.name == "MonthsWithUs"));
}

#[test]
fn several_values_can_mean_closed() {
    let two = over(&SECOND.replace(
        "categories = [\n  { value = \"no\"",
        "categories = [\n  { value = \"expelled\", closed = true },\n  { value = \"no\"",
    ));
    let text = query(&two, &[], &["closed"]);
    assert!(text.contains(r#"$cond: [{ $in: ["$Exited", ["expelled", "yes"]] }, 1, 0]"#), "{text}");
    assert_eq!(two.dimension("status").unwrap().closed, ["expelled".into(), "yes".into()]);
}

#[test]
fn each_role_taken_away_leaves_out_what_needs_it_and_nothing_else() {
    let whole = over(CARD);
    let mut told = Vec::new();
    for role in Role::all().filter(|role| whole.contract().role(*role).is_some() && *role != Role::CustomerKey) {
        let bank = card_without(role);
        for left_out in bank.left_out() {
            assert!(left_out.roles.iter().all(|need| need.role == role), "{left_out}");
        }
        let gone = |kind: Kind| bank.left_out().iter().filter(move |left_out| left_out.kind == kind);
        // What is there and what is left out are together all that there can be.
        let mut names: Vec<&str> = bank.analyses().iter().map(|analysis| analysis.name.as_str()).collect();
        names.extend(gone(Kind::Analysis).map(|left_out| left_out.name.as_str()));
        // A column of few values that nothing reads any more has an analysis of its own.
        let column = whole.contract().role(role).unwrap();
        let is_own =
            |name: &str| ["by_", "closures_by_"].iter().any(|before| name == format!("{before}{}", column.name));
        names.retain(|name| !is_own(name));
        names.sort_unstable();
        let mut all: Vec<&str> = whole.analyses().iter().map(|analysis| analysis.name.as_str()).collect();
        all.sort_unstable();
        assert_eq!(names, all, "{role:?}");
        // What still stands does not read the column any more, but as one of all columns in turn.
        let together = bank.analyses().iter().filter(|analysis| analysis.form == catalog::Form::Together);
        for analysis in together.filter(|analysis| !is_own(&analysis.name)) {
            let text = analysis.queries().iter().map(|(_, pipeline)| pipeline::print::extended_json(pipeline));
            assert!(!text.collect::<String>().contains(&column.name), "{}: {}", role.name(), analysis.name);
        }
        let list = |kind| gone(kind).map(|left_out| left_out.name.as_str()).collect::<Vec<_>>().join(" ");
        let (dimensions, measures) = (list(Kind::Dimension), list(Kind::Measure));
        let analyses = list(Kind::Analysis);
        let analyses = if analyses.is_empty() { "no analysis" } else { &analyses };
        told.push(format!("{}: {dimensions} | {measures}\n    {analyses}\n", role.name()));
    }
    expect![[r#"
        closed: status | closed closure_rate share_of_closed
            closed_accounts closures_by_amount_change closures_by_contacts closures_by_count_change closures_by_months_inactive closures_by_products closures_by_spend closures_by_tenure closures_by_transactions contacts_by_inactivity inactivity_by_status life_table weight_of_evidence what_goes_with_closure what_tells_closure worth_of_closed_accounts
        age: age_band | mean_age
            credit_by_age_band age_band_by_income by_age_band profiles
        gender: gender | 
            credit_by_gender by_gender gender_by_income profiles
        education: education | 
            by_education education_by_income profiles
        marital_status: marital_status | 
            by_marital_status
        income: income | 
            credit_by_income credit_spread credit_spread_by_income limit_quantiles age_band_by_income by_income education_by_income gender_by_income profiles
        dependents: dependents | 
            by_dependents
        segment: card | 
            credit_by_card credit_spread credit_spread_by_card by_card
        tenure: tenure_band tenure_year | mean_tenure
            closures_by_tenure life_table
        products: products | mean_products
            closures_by_products
        contacts: contacts | mean_contacts
            closures_by_contacts contacts_by_inactivity
        months_inactive: months_inactive behaviour | mean_months_inactive
            behaviour closures_by_months_inactive contacts_by_inactivity inactivity_by_status
        credit_limit: limit_band | mean_limit total_limit balance_to_limit share_of_limit
            credit_by_card credit_by_gender credit_by_income credit_spread credit_spread_by_card credit_spread_by_income limit_quantiles
        revolving_balance: balance_band payer | mean_balance total_balance balance_to_limit share_of_balance
            revolvers
        open_to_buy: open_to_buy_band | mean_open_to_buy total_open_to_buy share_of_open_to_buy
            no analysis
        utilization: utilization_band | mean_utilization
            credit_by_age_band utilization_bands
        spend: spend_band behaviour | spend_per_customer total_spend
            behaviour closures_by_spend
        transactions: transaction_band behaviour | transactions_per_customer
            behaviour closures_by_transactions
        spend_change: amount_change_band | 
            closures_by_amount_change
        transactions_change: count_change_band | 
            closures_by_count_change
    "#]].assert_eq(&told.concat());
}

#[test]
fn a_column_without_its_role_is_a_dimension_and_a_measure_of_its_own() {
    let bank = card_without(Role::Age);
    expect![[r#"
        db.customers.aggregate([
          {
            $group: {
              _id: "$Customer_Age",
              customers: { $sum: 1 },
              mean_Customer_Age: { $avg: "$Customer_Age" },
              mean_Customer_Age_squares: { $sum: { $multiply: ["$Customer_Age", "$Customer_Age"] } }
            }
          },
          {
            $project: {
              _id: 0,
              Customer_Age: "$_id",
              customers: 1,
              mean_Customer_Age: 1,
              mean_Customer_Age_squares: 1
            }
          },
          { $sort: { Customer_Age: 1 } }
        ])"#]]
    .assert_eq(&query(&bank, &["Customer_Age"], &["mean_Customer_Age"]));
    let drivers = bank.analysis("what_goes_with_closure").unwrap();
    assert_eq!(drivers.by.len(), 19);
    assert_eq!(drivers.by.last().unwrap().name, "Customer_Age");
}

#[test]
fn the_mean_of_a_bound_counts_those_who_have_one() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let measure = "[upper]\nlabel = \"Upper income\"\nunit = \"dollars\"\nmean_of = '\"$Income_Info.Max\"'\n";
    fs_err::write(folder.path().join("measures.toml"), measure).expect("it can be written");
    let card = over(CARD).with_folder(folder.path()).unwrap_or_else(|faults| panic!("{faults}"));
    let upper = card.measure("upper").unwrap();
    let interval = catalog::Interval::Mean { squares: "upper_squares".into(), n: Some("upper_n".into()) };
    assert_eq!(upper.interval, interval);
    let text = query(&card, &["gender"], &["upper"]);
    let is_there = r#"{$and:[{$isNumber:"$Income_Info.Max"},{$ne:["$Income_Info.Max",NaN]}]}"#;
    let text = text.split_whitespace().collect::<String>();
    assert!(text.contains(&format!("upper_n:{{$sum:{{$cond:[{is_there},1,0]}}}}")), "{text}");
    // Where every customer has a value, the number of customers is the number.
    assert_eq!(card.measure("mean_age").unwrap().accumulators.len(), 2);
}

#[test]
fn a_column_may_be_called_as_a_role_is_written() {
    let text = SECOND.replace("[columns.AgeYears]", "[columns.\"<age>\"]");
    let bank = over(&text);
    assert_eq!(bank.dimension("<age>").unwrap().label, "Age");
    assert!(bank.filter("<age> > 3").is_ok());
}

/// Columns of a foreign bank that are called as our dimensions, measures and what stands beside them in rows.
#[test]
fn columns_keep_clear_of_the_names_of_the_catalog() {
    let column = |name: &str| format!("[columns.{name}]\nkind = \"whole\"\nrange = [0, 5]\nlabel = \"Their {name}\"\n");
    let names = [
        "age_band",
        "mean_age",
        "customers",
        "order",
        "closed",
        "share_low",
        "mean_Points",
        "Points",
        "customers_column",
    ];
    let text = include_str!("../../../tests/contracts/second.toml").to_owned();
    let bank = over(&names.iter().fold(text, |text, name| text + "\n" + &column(name)));
    let topic = bank.topic("segment").unwrap();
    let mut told = Vec::new();
    for name in names {
        // The catalog's dimension goes before a column of its name, which is then asked for by a longer one.
        let asked = if name == "age_band" { "age_band_column" } else { name };
        let analysis =
            bank.compose(&[asked], &["customers", "mean_age"], None, topic).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(analysis.by[0].label, format!("Their {name}"));
        assert_eq!(pipeline::print::expr_to_bson(&analysis.by[0].expr).as_str(), Some(format!("${name}").as_str()));
        let columns = analysis.columns();
        let mut each = columns.clone();
        each.sort();
        each.dedup();
        assert_eq!(each.len(), columns.len(), "{columns:?}");
        told.push(columns[0].clone());
    }
    expect!["age_band_column mean_age_column customers_column_column order_column closed_column share_low mean_Points Points customers_column"].assert_eq(&told.join(" "));
    let measures = bank.measures().iter().filter(|measure| measure.label.starts_with("Mean their"));
    expect!["mean_age_band mean_mean_age mean_customers mean_order mean_closed mean_share_low mean_mean_Points mean_Points_column mean_customers_column"].assert_eq(&measures.map(|measure| measure.name.as_str()).collect::<Vec<_>>().join(" "));
}

/// A bank with columns that the catalog knows nothing of.
fn strange(outcome: &str) -> Catalog {
    let columns: Vec<String> = (0..25).map(|n| format!("[columns.c{n}]\nkind = \"whole\"\nrange = [0, 1]\n")).collect();
    let columns = columns.concat();
    let many: Vec<String> = (0..21).map(|n| format!("{{ value = \"v{n}\" }}")).collect();
    let many = many.join(", ");
    over(&format!(
        "title = \"Loans\"\n[columns.k]\nkind = \"text\"\nrole = \"customer_key\"\n{outcome}\n\
         [columns.housing]\nkind = \"category\"\ncategories = [{{ value = \"own\" }}, {{ value = \"rent\" }}]\n\
         [columns.town]\nkind = \"category\"\ncategories = [{many}]\n\
         [columns.amount]\nkind = \"whole\"\nrange = [0, 20]\n{columns}"
    ))
}

#[test]
fn columns_of_few_values_that_the_catalog_does_not_know_are_answered_each() {
    let names = |catalog: &Catalog, before: &str| -> Vec<String> {
        let names = catalog.analyses().iter().map(|analysis| analysis.name.clone());
        names.filter(|name| name.starts_with(before)).collect()
    };
    let closing = strange(
        "[columns.left]\nkind = \"category\"\nrole = \"closed\"\n\
         categories = [{ value = \"no\" }, { value = \"yes\", closed = true }]",
    );
    let closures = names(&closing, "closures_by_");
    assert_eq!(closures.len(), 20, "{closures:?}");
    assert_eq!(closures[..2], ["closures_by_housing", "closures_by_c0"]);
    let housing = closing.analysis("closures_by_housing").unwrap();
    let interval = Some(("closure_rate_low".to_owned(), "closure_rate_high".to_owned()));
    assert_eq!(housing.chart.as_ref().unwrap().interval, interval);
    expect!["status | Closures by housing | How does the closure rate differ by housing?"]
        .assert_eq(&format!("{} | {} | {}", housing.topic.word, housing.title, housing.question));
    expect![[r#"
        db.customers.aggregate([
          {
            $group: {
              _id: "$housing",
              customers: { $sum: 1 },
              closed: { $sum: { $cond: [{ $eq: ["$left", "yes"] }, 1, 0] } }
            }
          },
          {
            $project: {
              _id: 0,
              housing: "$_id",
              customers: 1,
              closed: 1,
              closure_rate: { $divide: ["$closed", "$customers"] }
            }
          },
          { $sort: { housing: 1 } }
        ])"#]]
    .assert_eq(&pipeline::print::mongosh(&housing.queries()[0].0, &housing.queries()[0].1));
    let open = strange("");
    assert_eq!(names(&open, "closures_by_"), Vec::<String>::new());
    let by = names(&open, "by_");
    assert_eq!((by.len(), by[0].as_str()), (20, "by_housing"));
    let housing = open.analysis("by_housing").unwrap();
    assert_eq!((housing.topic.word.as_str(), housing.chart.as_ref().unwrap().interval.as_ref()), ("segment", None));
}

#[test]
fn a_mean_that_the_catalog_has_is_that_measure() {
    let catalog = Catalog::built_in(&contract(SECOND)).unwrap_or_else(|faults| panic!("{faults}"));
    let topic = catalog.topic("status").expect("it is built in");
    for measures in [["mean:Satisfaction"], ["mean_Satisfaction"]] {
        let analysis = catalog.compose(&["Region"], &measures, None, topic).unwrap_or_else(|error| panic!("{error}"));
        let names: Vec<&str> = analysis.measures.iter().map(|measure| measure.name.as_str()).collect();
        assert_eq!(names, ["customers", "mean_Satisfaction"], "{measures:?}");
    }
}

#[test]
fn a_name_with_blanks_can_be_written() {
    let text = SECOND.replace("columns.VisitsPerWeek", "columns.\"Visits per week\"");
    let text = text.replace("VisitsPerWeek", "Visits per week");
    let catalog = Catalog::built_in(&contract(&text)).unwrap_or_else(|faults| panic!("{faults}"));
    let read = |filter: &str| catalog.filter(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let plain = read("Visits per week >= 2 and Visits per week < 5");
    for filter in [
        "`Visits per week` >= 2 and `Visits per week` < 5",
        "\"Visits per week\" >= 2 and \"Visits per week\"<5",
        "Visits per week>=2 and Visits per week<5",
    ] {
        assert_eq!(read(filter), plain);
    }
    assert!(catalog.filter("2 <= Visits per week < 5").is_ok());
    assert!(catalog.filter("Visits per weekday >= 2").is_err());
    let topic = catalog.topic("status").expect("it is built in");
    let analysis = catalog.compose(&["Region"], &["median:Visits per week"], None, topic);
    let analysis = analysis.unwrap_or_else(|error| panic!("{error}"));
    assert!(analysis.columns().contains(&"median_Visits_per_week".to_owned()), "{:?}", analysis.columns());
}
