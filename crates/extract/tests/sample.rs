//! The sample against the figures of the real file that it is calibrated to, and against itself.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod table;

use extract::{Contract, ErrorKind, Options, import_customers, load_sample, write_sample_csv};
use store::Store;
use table::{Table, max, min};

const N: u64 = 100_000;

fn sample(n: u64, seed: u64) -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(&dir.path().join("bank")).unwrap();
    load_sample(n, seed, &store, &Options::default()).unwrap();
    (dir, store)
}

/// The content's hashes.
fn hashes(store: &Store) -> Vec<String> {
    store.collections().into_iter().map(|collection| collection.hash).collect()
}

/// Fails with all the figures that are not within their tolerance.
fn check(figures: &[(&str, f64, f64, f64)]) {
    let off: Vec<String> = figures
        .iter()
        .filter(|(_, found, real, tolerance)| (found - real).abs() > *tolerance)
        .map(|(what, found, real, tolerance)| format!("{what}: {found:.4}, the real file has {real} ± {tolerance}"))
        .collect();
    assert!(off.is_empty(), "\n{}", off.join("\n"));
}

#[test]
fn who_the_customers_are() {
    let (_dir, store) = sample(N, 1);
    let t = Table::read(&store);
    let share = |column: &str, value: &str| t.share(|row| t.is(row, column, value));
    let income = |gender: &str, value: &str| {
        t.share_among(|row| t.is(row, "Gender", gender), |row| t.is(row, "Income_Category", value))
    };
    let age = t.numbers("Customer_Age");
    let tenure = t.numbers("Months_on_book");
    check(&[
        ("women", share("Gender", "F"), 0.5291, 0.006),
        ("education unknown", share("Education_Level", "Unknown"), 0.1500, 0.005),
        ("graduates", share("Education_Level", "Graduate"), 0.3089, 0.006),
        ("doctorates", share("Education_Level", "Doctorate"), 0.0445, 0.003),
        ("married", share("Marital_Status", "Married"), 0.4628, 0.006),
        ("marital status unknown", share("Marital_Status", "Unknown"), 0.0740, 0.004),
        ("income unknown", share("Income_Category", "Unknown"), 0.1098, 0.005),
        ("women below $40K", income("F", "Less than $40K"), 0.6129, 0.007),
        ("women above $60K", income("F", "$80K - $120K"), 0.0, 0.0),
        ("men below $40K", income("M", "Less than $40K"), 0.0581, 0.004),
        ("men $80K - $120K", income("M", "$80K - $120K"), 0.3219, 0.007),
        ("men $120K +", income("M", "$120K +"), 0.1524, 0.006),
        ("blue cards", share("Card_Category", "Blue"), 0.9318, 0.004),
        ("platinum cards", share("Card_Category", "Platinum"), 0.0020, 0.0008),
        ("age", t.mean(age), 46.326, 0.15),
        ("age's deviation", t.deviation(age), 8.016, 0.15),
        ("age 26", t.share(|row| age[row] == 26.0), 0.0077, 0.003),
        ("age 65", t.share(|row| age[row] == 65.0), 0.0100, 0.004),
        ("dependents", t.mean(t.numbers("Dependent_count")), 2.346, 0.04),
        ("tenure", t.mean(tenure), 35.928, 0.3),
        ("tenure's deviation", t.deviation(tenure), 7.986, 0.3),
        ("tenure of 36 months", t.share(|row| tenure[row] == 36.0), 0.2432, 0.03),
        ("tenure with age", t.correlation(age, tenure), 0.789, 0.02),
        ("products", t.mean(t.numbers("Total_Relationship_Count")), 3.813, 0.04),
    ]);
    assert_eq!((min(tenure), max(tenure)), (13.0, 56.0));
    assert!(min(age) == 26.0 && max(age) <= 73.0);
}

#[test]
fn who_left() {
    let (_dir, store) = sample(N, 2);
    let t = Table::read(&store);
    let closed = |row: usize| t.is(row, "Attrition_Flag", "Attrited Customer");
    let closed_among = |is: &dyn Fn(usize) -> bool| t.share_among(is, closed);
    let mean = |is_closed: bool, column: &str| t.mean_among(|row| closed(row) == is_closed, t.numbers(column));
    let (inactive, contacts) = (t.numbers("Months_Inactive_12_mon"), t.numbers("Contacts_Count_12_mon"));
    let products = t.numbers("Total_Relationship_Count");
    check(&[
        ("attrited", t.share(closed), 0.1607, 0.004),
        ("attrited women", closed_among(&|row| t.is(row, "Gender", "F")), 0.1736, 0.006),
        ("attrited men", closed_among(&|row| t.is(row, "Gender", "M")), 0.1462, 0.006),
        ("attrited doctorates", closed_among(&|row| t.is(row, "Education_Level", "Doctorate")), 0.2106, 0.025),
        ("attrited at 1 month inactive", closed_among(&|row| inactive[row] == 1.0), 0.0448, 0.005),
        ("attrited at 4 months inactive", closed_among(&|row| inactive[row] == 4.0), 0.2989, 0.025),
        ("attrited at no contact", closed_among(&|row| contacts[row] == 0.0), 0.0175, 0.01),
        ("attrited at 6 contacts", closed_among(&|row| contacts[row] == 6.0), 1.0, 0.0),
        ("attrited with 2 products", closed_among(&|row| products[row] == 2.0), 0.2784, 0.02),
        ("attrited with 6 products", closed_among(&|row| products[row] == 6.0), 0.1050, 0.012),
        ("existing: months inactive", mean(false, "Months_Inactive_12_mon"), 2.274, 0.02),
        ("attrited: months inactive", mean(true, "Months_Inactive_12_mon"), 2.693, 0.03),
        ("existing: contacts", mean(false, "Contacts_Count_12_mon"), 2.356, 0.02),
        ("attrited: contacts", mean(true, "Contacts_Count_12_mon"), 2.972, 0.04),
        ("existing: transactions", mean(false, "Total_Trans_Ct"), 68.673, 1.0),
        ("attrited: transactions", mean(true, "Total_Trans_Ct"), 44.934, 1.0),
        ("existing: spend", mean(false, "Total_Trans_Amt"), 4654.656, 120.0),
        ("attrited: spend", mean(true, "Total_Trans_Amt"), 3095.026, 120.0),
        ("existing: balance", mean(false, "Total_Revolving_Bal"), 1256.604, 25.0),
        ("attrited: balance", mean(true, "Total_Revolving_Bal"), 672.823, 30.0),
        ("existing: change in amount", mean(false, "Total_Amt_Chng_Q4_Q1"), 0.773, 0.015),
        ("attrited: change in amount", mean(true, "Total_Amt_Chng_Q4_Q1"), 0.694, 0.015),
        ("existing: change in count", mean(false, "Total_Ct_Chng_Q4_Q1"), 0.742, 0.015),
        ("attrited: change in count", mean(true, "Total_Ct_Chng_Q4_Q1"), 0.554, 0.015),
        ("existing: utilization", mean(false, "Avg_Utilization_Ratio"), 0.296, 0.012),
        ("attrited: utilization", mean(true, "Avg_Utilization_Ratio"), 0.162, 0.016),
    ]);
}

#[test]
fn what_hangs_together() {
    let (_dir, store) = sample(N, 4);
    let t = Table::read(&store);
    let closed = |row: usize| t.is(row, "Attrition_Flag", "Attrited Customer");
    let [spend, count, limit] = ["Total_Trans_Amt", "Total_Trans_Ct", "Credit_Limit"].map(|column| t.numbers(column));
    let [spend_change, count_change] = ["Total_Amt_Chng_Q4_Q1", "Total_Ct_Chng_Q4_Q1"].map(|column| t.numbers(column));
    let [contacts, inactive] = ["Contacts_Count_12_mon", "Months_Inactive_12_mon"].map(|column| t.numbers(column));
    let [tenure, age, products] =
        ["Months_on_book", "Customer_Age", "Total_Relationship_Count"].map(|column| t.numbers(column));
    let is_asking = |row: usize| products[row] <= 2.0 && [4.0, 5.0].contains(&contacts[row]);
    let spend_of = |state: &str| t.mean_among(|row| t.is(row, "Marital_Status", state), spend);
    check(&[
        ("closed of those with few products and many contacts", t.share_among(is_asking, closed), 133.0 / 141.0, 0.05),
        ("contacts with transactions", t.correlation(contacts, count), -0.152, 0.03),
        ("closed: transactions with their change", t.correlation_among(closed, count, count_change), 0.469, 0.06),
        ("closed: spend with its change", t.correlation_among(closed, spend, spend_change), 0.403, 0.06),
        ("closed: tenure with inactivity", t.correlation_among(closed, tenure, inactive), 0.358, 0.06),
        ("spend over 60", t.mean_among(|row| age[row] >= 60.0, spend), 3527.0, 200.0),
        ("limit over 60", t.mean_among(|row| age[row] >= 60.0, limit), 6728.0, 500.0),
        ("spend of singles less that of the married", spend_of("Single") - spend_of("Married"), 421.0, 130.0),
    ]);
}

#[test]
fn how_the_credit_is_spread() {
    let (_dir, store) = sample(N, 3);
    let t = Table::read(&store);
    let limit = t.numbers("Credit_Limit");
    let balance = t.numbers("Total_Revolving_Bal");
    let utilization = t.numbers("Avg_Utilization_Ratio");
    let limit_of = |income: &str| t.mean_among(|row| t.is(row, "Income_Category", income), limit);
    let of_card = |card: &str| t.mean_among(|row| t.is(row, "Card_Category", card), limit);
    let utilization_of = |income: &str| t.mean_among(|row| t.is(row, "Income_Category", income), utilization);
    check(&[
        ("limit", t.mean(limit), 8631.954, 200.0),
        ("limit's deviation", t.deviation(limit), 9088.328, 200.0),
        ("limit below $40K", limit_of("Less than $40K"), 3754.405, 120.0),
        ("limit $40K - $60K", limit_of("$40K - $60K"), 5461.0, 200.0),
        ("limit $120K +", limit_of("$120K +"), 19_717.323, 500.0),
        ("limit, income unknown", limit_of("Unknown"), 9516.7, 400.0),
        ("limit on blue cards", of_card("Blue"), 7364.0, 150.0),
        ("limit on silver cards", of_card("Silver"), 25_278.0, 900.0),
        ("lowest limit", t.share(|row| limit[row] == 1438.3), 0.0501, 0.005),
        ("highest limit", t.share(|row| limit[row] == 34_516.0), 0.0502, 0.005),
        ("no balance", t.share(|row| balance[row] == 0.0), 0.2439, 0.012),
        ("highest balance", t.share(|row| balance[row] == 2517.0), 0.0502, 0.006),
        ("utilization", t.mean(utilization), 0.2749, 0.01),
        ("utilization below $40K", utilization_of("Less than $40K"), 0.3773, 0.02),
        ("utilization $120K +", utilization_of("$120K +"), 0.1253, 0.012),
        (
            "transactions with spend",
            t.correlation(t.numbers("Total_Trans_Ct"), t.numbers("Total_Trans_Amt")),
            0.807,
            0.02,
        ),
        ("spend with limit", t.correlation(limit, t.numbers("Total_Trans_Amt")), 0.172, 0.04),
        ("changes", t.correlation(t.numbers("Total_Amt_Chng_Q4_Q1"), t.numbers("Total_Ct_Chng_Q4_Q1")), 0.384, 0.08),
    ]);
    assert_eq!((min(limit), max(limit), max(balance)), (1438.3, 34_516.0, 2517.0));
    assert!(min(t.numbers("Avg_Open_To_Buy")) >= 3.0 && max(utilization) <= 0.999);
}

#[test]
fn every_rule_between_columns_holds() {
    let (_dir, store) = sample(70_000, 9);
    let quality = extract::quality(&store).unwrap();
    assert_eq!((quality.rows, quality.source.as_str()), (70_000, "sample of 70000 customers (seed 9)"));
    assert!(quality.consistency.iter().all(|rule| rule.broken == 0), "{:?}", quality.consistency);
    let t = Table::read(&store);
    let mut numbers = t.numbers("CLIENTNUM").to_vec();
    assert!(!numbers.is_sorted());
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    assert_eq!(numbers.len(), 70_000);
}

#[test]
fn the_file_and_the_store_get_the_same_bank() {
    let (dir, store) = sample(66_000, 7);
    let path = dir.path().join("sample.csv");
    let mut text = Vec::new();
    write_sample_csv(66_000, 7, &mut text, &Options::default()).unwrap();
    fs_err::write(&path, &text).unwrap();
    let head: Vec<&str> = std::str::from_utf8(&text).unwrap().lines().take(2).collect();
    assert!(head[0].starts_with("\"CLIENTNUM\",\"Attrition_Flag\",\"Customer_Age\",\"Gender\""), "{}", head[0]);
    assert!(head[1].starts_with(|c: char| c.is_ascii_digit()) && head[1].contains(" Customer\","), "{}", head[1]);
    let other = Store::create_or_open(&dir.path().join("other")).unwrap();
    let quality = import_customers(&Contract::card(), &path, &other, &Options::default()).unwrap();
    assert_eq!(hashes(&store), hashes(&other));
    assert_eq!(quality.columns, extract::quality(&store).unwrap().columns);
    assert!(!import_customers(&Contract::card(), &path, &store, &Options::default()).unwrap().changed);
}

#[test]
fn a_seed_gives_one_sample_whatever_the_threads() {
    let (_dir, store) = sample(200_000, 5);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (_alone_dir, alone) = one.install(|| sample(200_000, 5));
    assert_eq!(hashes(&store), hashes(&alone));
    let (_other_dir, other) = sample(200_000, 6);
    assert_ne!(hashes(&store), hashes(&other));
}

#[test]
fn a_smaller_sample_begins_a_larger_one() {
    let text = |n: u64| {
        let mut text = Vec::new();
        write_sample_csv(n, 3, &mut text, &Options::default()).unwrap();
        String::from_utf8(text).unwrap()
    };
    assert!(text(300).starts_with(&text(20)));
    assert_eq!(text(20).lines().count(), 21);
}

#[test]
fn a_sample_of_nobody_is_refused_and_a_cancelled_one_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::create_or_open(dir.path()).unwrap();
    for n in [0, u64::MAX] {
        let error = load_sample(n, 1, &store, &Options::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().contains("\nhint: ask for 1 to 1400000000 customers"), "{error}");
    }
    let cancel = std::sync::atomic::AtomicBool::new(true);
    let options = Options { cancel: &cancel, ..Options::default() };
    assert_eq!(load_sample(5, 1, &store, &options).unwrap_err().kind(), ErrorKind::Cancelled);
    assert!(store.collections().is_empty());
}
