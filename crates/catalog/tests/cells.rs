//! Which columns a search for those that tell closure looks at, in which groups, and the pipeline that counts them together.

use catalog::{Analysis, Catalog};
use contract::Contract;
use expect_test::expect;

/// The analysis over a contract that was changed.
fn analysis(change: impl Fn(&str) -> String) -> Analysis {
    let text = change(Contract::card().text());
    let contract = Contract::parse("changed.toml", &text).unwrap_or_else(|faults| panic!("{faults}"));
    let catalog = Catalog::built_in(&contract).unwrap_or_else(|faults| panic!("{faults}"));
    catalog.analysis("what_tells_closure").unwrap_or_else(|error| panic!("{error}")).clone()
}

fn names(analysis: &Analysis) -> Vec<&str> {
    analysis.by.iter().map(|dimension| dimension.name.as_str()).collect()
}

#[test]
fn what_follows_from_others_tells_the_outcome_or_is_the_outcome_is_not_looked_at() {
    let card = analysis(str::to_owned);
    let looked_at = names(&card);
    assert_eq!(looked_at.len(), 16, "{looked_at:?}");
    for out in ["Attrition_Flag", "status", "Credit_Limit", "Avg_Open_To_Buy", "Avg_Utilization_Ratio", "CLIENTNUM"] {
        assert!(!looked_at.contains(&out), "{out} in {looked_at:?}");
    }
    assert_eq!(card.candidates.len(), card.by.len());
    assert_eq!(card.queries().len(), card.by.len());

    let free = analysis(|text| text.replace("derived_from = [\"Card_Category\"]", ""));
    assert!(names(&free).contains(&"Credit_Limit"));
    let leak = analysis(|text| text.replace("role = \"transactions\"\n", "role = \"transactions\"\nleaks = true\n"));
    assert!(names(&card).contains(&"Total_Trans_Ct") && !names(&leak).contains(&"Total_Trans_Ct"));
    // What follows from a leak is one, whatever else is looked at.
    let follows = analysis(|text| {
        text.replace("role = \"transactions\"\n", "role = \"transactions\"\nleaks = true\n").replace(
            "role = \"products\"\n",
            "role = \"products\"\nderived_from = [\"Total_Trans_Ct\", \"Months_on_book\"]\n",
        )
    });
    assert!(names(&card).contains(&"products") && !names(&follows).contains(&"products"));
}

#[test]
fn numbers_come_in_the_bands_of_the_catalog() {
    let card = analysis(str::to_owned);
    let of = |name: &str| {
        let place = names(&card).iter().position(|other| *other == name);
        let candidate = place.map_or_else(|| panic!("{name}"), |place| &card.candidates[place]);
        (candidate.band.as_ref().map(|band| band.name.clone()), candidate.is_concurrent)
    };
    let banded = |name: &str| Some(name.to_owned());
    assert_eq!(of("Total_Trans_Ct"), (banded("transaction_band"), true));
    assert_eq!(of("Total_Revolving_Bal"), (banded("balance_band"), true));
    assert_eq!(of("Customer_Age"), (banded("age_band"), false));
    assert_eq!(of("contacts"), (None, true));
    assert_eq!(of("gender"), (None, false));
}

#[test]
fn one_group_counts_all_combinations() {
    let card = analysis(str::to_owned);
    let bins: Vec<(bson::Bson, String)> =
        [(0, "0–9"), (10, "10–99")].map(|(low, name)| (bson::Bson::Int32(low), name.to_owned())).into();
    let of = |name: &str| card.by.iter().find(|dimension| dimension.name == name).unwrap_or_else(|| panic!("{name}"));
    let by = [of("gender").clone(), of("Total_Trans_Ct").binned(&bins)];
    let with = card.with_cells(&by);
    assert_eq!(with.queries().len(), card.queries().len() + 1);
    let (collection, pipeline) = with.queries().last().unwrap_or_else(|| panic!("a query more"));
    assert_eq!(pipeline::check(pipeline, collection, &Contract::card().schemas()), Ok(()));
    expect![[r#"
        db.customers.aggregate([
          {
            $lookup: {
              from: "transactions",
              localField: "CLIENTNUM",
              foreignField: "CLIENTNUM",
              as: "transactions"
            }
          },
          { $unwind: "$transactions" },
          {
            $group: {
              _id: {
                gender: "$Gender",
                Total_Trans_Ct: {
                  $switch: {
                    branches: [
                      { case: { $gte: ["$transactions.Total_Trans_Ct", 10] }, then: 10 },
                      { case: { $gte: ["$transactions.Total_Trans_Ct", 0] }, then: 0 }
                    ],
                    default: null
                  }
                }
              },
              customers: { $sum: 1 },
              closed: { $sum: { $cond: [{ $eq: ["$Attrition_Flag", "Attrited Customer"] }, 1, 0] } }
            }
          }
        ])"#]]
    .assert_eq(&pipeline::print::mongosh(collection, pipeline));
    // Over some customers, the filter stands in front.
    let catalog = Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    let filter = catalog.filter("Gender=F").unwrap_or_else(|error| panic!("{error}"));
    let narrowed = card.with_filter(&filter).with_cells(&by);
    let narrowed =
        narrowed.queries().last().map(|(collection, pipeline)| pipeline::print::mongosh(collection, pipeline));
    assert!(
        narrowed
            .as_ref()
            .is_some_and(|text| text.starts_with("db.customers.aggregate([\n  { $match: { Gender: \"F\" } }")),
        "{narrowed:?}"
    );
}
