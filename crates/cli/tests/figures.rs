//! The known figures of the public data set, by plain pipelines as anyone would write them in mongosh.
//!
//! In: `BankChurners.csv` from the folder `BANKSPHERE_DATA`, or `../shared/data` beside the workspace. Where it is absent
//! the test says so and passes.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::path::PathBuf;
use std::process::Command;

const JOIN: &str = "{$lookup: {from: 'transactions', localField: 'CLIENTNUM', foreignField: 'CLIENTNUM', as: 't'}}, \
                    {$unwind: '$t'}";
const CREDIT: &str = "limit: {$avg: '$t.Credit_Limit'}, balance: {$avg: '$t.Total_Revolving_Bal'}, \
                      used: {$avg: '$t.Avg_Utilization_Ratio'}, n: {$sum: 1}";

/// What is asked, the stages (JOIN and CREDIT are replaced), and the rows as CSV with numbers to six decimals.
const FIGURES: &[(&str, &str, &str)] = &[
    ("customers by status", "{$sortByCount: '$Attrition_Flag'}", "Existing Customer,8500\nAttrited Customer,1627"),
    (
        "women by income code",
        "{$match: {Gender: 'F'}}, {$group: {_id: '$Income_Info.Category_Code', n: {$sum: 1}}}, {$sort: {_id: 1}}",
        "1,3284\n2,1014\n6,1060",
    ),
    (
        "men by income code",
        "{$match: {Gender: 'M'}}, {$group: {_id: '$Income_Info.Category_Code', n: {$sum: 1}}}, {$sort: {_id: 1}}",
        "1,277\n2,776\n3,1402\n4,1535\n5,727\n6,52",
    ),
    (
        "the largest profile",
        "{$group: {_id: {a: '$Customer_Age', g: '$Gender', e: '$Education_Level', i: '$Income_Category'}, n: {$sum: 1}}}, \
         {$sort: {n: -1}}, {$limit: 1}, {$project: {_id: 0, a: '$_id.a', g: '$_id.g', e: '$_id.e', i: '$_id.i', n: 1}}",
        "56,43,F,Graduate,Less than $40K",
    ),
    (
        "attrited by months inactive",
        "{$match: {Attrition_Flag: 'Attrited Customer'}}, \
         {$group: {_id: '$Months_Inactive_12_mon', n: {$sum: 1}}}, {$sort: {_id: 1}}",
        "0,15\n1,100\n2,505\n3,826\n4,130\n5,32\n6,19",
    ),
    (
        "existing by months inactive",
        "{$match: {Attrition_Flag: 'Existing Customer'}}, \
         {$group: {_id: '$Months_Inactive_12_mon', n: {$sum: 1}}}, {$sort: {_id: 1}}",
        "0,14\n1,2133\n2,2777\n3,3020\n4,305\n5,146\n6,105",
    ),
    (
        "mean contacts at three months inactive, by status",
        "{$match: {Months_Inactive_12_mon: 3}}, \
         {$group: {_id: '$Attrition_Flag', contacts: {$avg: '$Contacts_Count_12_mon'}}}, {$sort: {_id: -1}}",
        "Existing Customer,2.358940\nAttrited Customer,2.960048",
    ),
    (
        "weighted mean of months inactive, by status",
        "{$group: {_id: '$Attrition_Flag', months: {$avg: '$Months_Inactive_12_mon'}}}, {$sort: {_id: -1}}, \
         {$set: {months: {$round: ['$months', 3]}}}",
        "Existing Customer,2.274000\nAttrited Customer,2.693000",
    ),
    (
        "credit of the highest and the lowest income",
        "{$match: {'Income_Info.Category_Code': {$in: [1, 5]}}}, JOIN, \
         {$group: {_id: '$Income_Info.Category_Code', CREDIT}}, {$sort: {_id: -1}}",
        "5,19717.322558,1222.196699,0.125307,727\n1,3754.404521,1145.136759,0.377280,3561",
    ),
    (
        "credit of closed accounts over 45, Gold and Blue",
        "{$match: {Attrition_Flag: 'Attrited Customer', Customer_Age: {$gt: 45}, Card_Category: {$in: ['Gold', 'Blue']}}}, \
         JOIN, {$group: {_id: '$Card_Category', CREDIT}}, {$sort: {_id: -1}}",
        "Gold,27868.333333,967.222222,0.036000,9\nBlue,7130.760812,645.729988,0.162032,837",
    ),
    (
        "attrited Blue customers of 30 and over",
        "{$match: {Customer_Age: {$gte: 30}, Attrition_Flag: 'Attrited Customer', Card_Category: 'Blue'}}, \
         {$group: {_id: null, n: {$sum: 1}, age: {$avg: '$Customer_Age'}}}, {$project: {_id: 0}}",
        "1502,46.878828",
    ),
    ("customers aged 20 to 30", "{$match: {Customer_Age: {$gte: 20, $lte: 30}}}, {$count: 'n'}", "265"),
    ("doctorates", "{$match: {Education_Level: /^Doctorate/}}, {$count: 'n'}", "451"),
];

#[test]
fn the_figures_of_the_real_file_come_out() {
    let folder = std::env::var_os("BANKSPHERE_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let file = folder.join("BankChurners.csv");
    if !file.exists() {
        eprintln!("skipped: no BankChurners.csv at {}", folder.display());
        return;
    }
    let bank = tempfile::tempdir().unwrap();
    let banksphere = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_banksphere"));
        let output = command.args(args).arg("--bank").arg(bank.path()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    banksphere(&["import", file.to_str().unwrap()]);
    for (what, stages, expected) in FIGURES {
        let pipeline = format!("[{}]", stages.replace("JOIN", JOIN).replace("CREDIT", CREDIT));
        let csv = banksphere(&["aggregate", "customers", &pipeline, "--format", "csv"]);
        let rows: Vec<String> = csv.lines().skip(1).map(six_decimals).collect();
        assert_eq!(rows.join("\n"), *expected, "{what}");
    }
}

/// A CSV row with its fractions rounded as the known figures are.
fn six_decimals(row: &str) -> String {
    let round = |cell: &str| match cell.parse::<f64>() {
        Ok(number) if cell.contains('.') => format!("{number:.6}"),
        _ => cell.to_owned(),
    };
    row.split(',').map(round).collect::<Vec<_>>().join(",")
}
