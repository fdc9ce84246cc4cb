//! The quality page of the second contract, and of banks that are to be doubted.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use bank::{Bank, Opening, QualityPage};
use contract::Contract;
use expect_test::expect;

use crate::bench::{bank, import, talk};

fn looked_at(bank: &Bank, filter: Option<&str>) -> QualityPage {
    let filters: Vec<String> = filter.map(str::to_owned).into_iter().collect();
    talk(|talk| bank.quality_page(&filters, talk)).unwrap_or_else(|error| panic!("{error}")).0
}

/// The bank of a file with a contract beside it.
fn written(contract: &str, text: &str) -> Bank {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("f.csv");
    fs_err::write(&file, text).expect("it can be written");
    let contract = Contract::parse("f.toml", contract).unwrap_or_else(|faults| panic!("{faults}"));
    let imported = import(None, &file, Some(&contract)).unwrap_or_else(|error| panic!("{error}"));
    imported.open(&Opening::default()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_page_speaks_of_each_column_as_the_contract_does() {
    let text = report::quality_text(&looked_at(&bank(None), None), None);
    expect![[r#"
        Quality of the data
        60 customers, 11 columns, 2 doubts.

         Column         Kind      Role            Missing  Distinct     Minimum  Quartile 1      Median  Quartile 3     Maximum  AUC alone  Histogram
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         MemberRef      text      customer_key          0        60           –           –           –           –           –          –  –
         Exited         category  closed                0         2           –           –           –           –           –          –  █▃
         AgeYears       whole     age           4 (6.7 %)        38          16          32          50          68          78      0.567  ▃▁▆▃▃▃▆▃▁▄▄█
         Region         category  region        2 (3.3 %)         4           –           –           –           –           –      0.567  ███▅
         Plan           category  segment               0         3           –           –           –           –           –          –  ███
         MonthsWithUs   whole     tenure                0        42           1          14          49          74          89      0.879  █▆▇▄▂▁▂▃▄▇▇█
         ProductsHeld   whole     products              0         4           1           1           2           3           4      0.664  █▅▃▃
         Satisfaction   whole     –                     0         8           3           5           6           8          10      0.841  ▄▄▆█▆▆▄▄
         VisitsPerWeek  decimal   –             3 (5.0 %)        31           0         1.1           2         2.8           4      0.943  ▃▅▃▆▂█▇▆▄▅▅▂
         LastVisit      date      –             3 (5.0 %)        40  2026-06-01  2026-08-13  2026-09-18  2026-10-12  2026-10-27      1.000  ▂▂ ▂▃▃ ▃▇▂█▆
         Phone          whole     –                     0        60           –           –           –           –           –          –  –

        To be doubted
          “Last visit” tells closed from open accounts by itself with an AUC of 1.000: it may have been computed from the outcome
          the rule “who is on the Day plan has one course” holds for 98.33 %; 1 of 60 breaks it

        Rules of the contract
          who is on the Day plan has one course: holds for 98.33 %; 1 of 60 breaks it
          a visit a week is at most three a day: holds for all 57

        Numbers that go together
         Spearman’s rank correlation      1     2     3     4
        ─────────────────────────────────────────────────────
         1 Age
         2 Months with the club        0.02
         3 Courses booked              0.16  0.21
         4 Satisfaction               −0.10  0.35  0.15
         5 Visits a week               0.01  0.41  0.32  0.22
        Spearman’s rank correlation: 1 where two numbers rise together, −1 where one falls as the other
        rises, 0 where neither tells of the other. Numbers of many values are ranked in twenty groups.

        Categories that go together
         Cramér’s V     1     2
        ───────────────────────
         1 Exited
         2 Region    0.20
         3 Plan      0.18  0.00
        Cramér’s V, corrected for chance: 0 where two categories tell nothing of each other, 1 where one
        determines the other.

        First rows
         MemberRef  Exited  AgeYears  Region  Plan   MonthsWithUs  ProductsHeld  Satisfaction  VisitsPerWeek  LastVisit   Phone
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         M-0001     yes     28        East    Year   3             2             6             1.9            2026-08-07  hidden
         M-0002     no      73        West    Month  12            2             4             2.5            2026-10-17  hidden
         M-0003     no      32        North   Day    9             1             4             3.4            2026-09-22  hidden
         M-0004     yes     53        West    Year   20            2             8             1.6            2026-07-23  hidden
         M-0005     no      34        East    Year   55            4             9             3.4            2026-09-18  hidden

        note: A quartile is the least value that at least a quarter, half or three quarters of the customers with a value do not exceed; it is exact.
        note: Outliers lie more than 3 interquartile ranges outside the quartiles. They may be right.
        note: Heaped is a value of at least 1.0 % of the customers, and 30 of them, that has more than 3 times as many as its four neighbours on average: a cap, a fee, a value filled in.
        note: AUC is how well the column by itself tells closed from open accounts, from 0.5 (not at all) to 1. Names of up to 50 values are ordered by their own closures, which flatters them a little; of other names all that counts is whether there is one. A missing answer counts as a value. From 0.99 on a column is suspected to hold the outcome.
    "#]].assert_eq(&text);
}

#[test]
fn who_is_named_is_nowhere_on_it() {
    let bank = bank(None);
    let page = looked_at(&bank, None);
    let knowing = bank.knowingly(&["Phone".to_owned()]).unwrap_or_else(|error| panic!("{error}"));
    let query = knowing.query("[{$project: {Phone: 1}}]", None, "customers").unwrap_or_else(|error| panic!("{error}"));
    let rows = bank.rows(&query).unwrap_or_else(|error| panic!("{error}"));
    let phones: Vec<String> =
        rows.map(|row| row.expect("a row").get_i64("Phone").expect("a number").to_string()).collect();
    assert_eq!(phones.len(), 60);
    let html = report::fragment::html(&[report::fragment::Part::Quality(&page)]);
    let csv = report::table::render(&page.table(), report::table::Format::Csv, None);
    let shown = [report::quality_text(&page, None), report::quality_markdown(&page), html, csv, format!("{page:?}")];
    for text in shown {
        assert!(text.contains("Phone"));
        assert!(!phones.iter().any(|phone| text.contains(phone)), "{text}");
    }
    let column = page.columns.iter().find(|column| column.name == "Phone").expect("a column");
    assert!(column.is_hidden && column.spread.is_none() && column.histogram.is_empty() && column.heaps.is_empty());
    assert_eq!((column.distinct, column.missing.all()), (60, 0));
    let queries = bank.quality_queries(&[]).unwrap_or_else(|error| panic!("{error}"));
    let phones = queries.iter().filter(|(_, query)| pipeline::print::extended_json(query.pipeline()).contains("Phone"));
    let phones: Vec<&str> = phones.map(|(about, _)| about.as_str()).collect();
    assert_eq!(phones, ["how many values of Phone"]);
}

#[test]
fn a_filter_narrows_all_of_it() {
    let bank = bank(None);
    let page = looked_at(&bank, Some("Plan in Day,Month"));
    assert_eq!((page.customers, page.filter.as_deref()), (41, Some("Plan in Day, Month")));
    for column in page.columns.iter().filter(|column| !column.histogram.is_empty()) {
        let shown: u64 = column.histogram.iter().map(|bar| bar.customers).sum();
        assert_eq!(shown + column.missing.all(), 41, "{}", column.name);
    }
    assert_eq!(page.rules.iter().map(|rule| rule.tested).max(), Some(41));
    let none = looked_at(&bank, Some("AgeYears>98"));
    assert_eq!((none.customers, none.doubts().len()), (0, 0), "{:?}", none.doubts());
    let error = talk(|talk| bank.quality_page(&["Plann=Day".to_owned()], talk)).expect_err("there is no such column");
    assert!(error.to_string().contains("unknown field `Plann`"), "{error}");
}

const DOUBTED: &str = r#"
title = "Doubted"
[columns.key]
kind = "whole"
range = [1, 1000]
role = "customer_key"
[columns.state]
kind = "category"
role = "closed"
categories = [{ value = "open" }, { value = "left", closed = true }, { value = "?", missing = true }]
[columns.code]
kind = "whole"
range = [0, 1]
label = "Code"
[columns.ended]
kind = "date"
nullable = true
label = "Ended"
[columns.score]
kind = "decimal"
range = [0, 1000]
label = "Score"
[columns.branch]
kind = "category"
label = "Branch"
categories = [{ value = "a" }, { value = "b" }, { value = "c" }]
[columns.town]
kind = "text"
role = "region"
label = "Town"
[columns.same]
kind = "whole"
range = [0, 9]
label = "Same"
[[rules]]
words = "`score` is at least `code`"
holds = '{ $gte: ["$score", "$code"] }'
[[rules]]
words = "a share"
holds = '{ $lte: [{ $divide: ["$code", "$same"] }, 1] }'
"#;

/// 200 customers, of whom every fourth left; of ten it is not known. All that tells it is there in four ways.
pub(crate) fn doubted() -> Bank {
    let row = |key: u32| {
        let has_left = key.is_multiple_of(4);
        let state = if key > 190 {
            "?"
        } else if has_left {
            "left"
        } else {
            "open"
        };
        let ended = if has_left { format!("2026-0{}-01", 1 + key % 9) } else { String::new() };
        let (code, score) = (u32::from(has_left), if has_left { 300 + key } else { key });
        // One who left scores as those do who are open.
        let score = if key == 4 { 150 } else { score };
        let branch = ["a", "b", "c"][(key % 3) as usize];
        let town = ["Ay", "Be", "Be"][(key % 3) as usize];
        format!("{key},{state},{code},{ended},{score},{branch},{town},0")
    };
    let rows: Vec<String> = (1..=200).map(row).collect();
    written(DOUBTED, &format!("key,state,code,ended,score,branch,town,same\n{}\n", rows.join("\n")))
}

#[test]
fn doubles_leaks_constants_broken_rules_and_unknown_outcomes_are_doubted() {
    let bank = doubted();
    let page = looked_at(&bank, None);
    expect![[r#"
        “Code” is a double of the outcome: each of its values goes with one outcome alone
        “Ended” is a double of the outcome: each of its values goes with one outcome alone
        “Score” tells closed from open accounts by itself with an AUC of 0.995: it may have been computed from the outcome
        the rule “a share” holds for 0.00 %; 200 of 200 break it
        whether the account was closed is not known for 10 of 200 customers
        “Ended” is missing for 75.0 %
        “Same” is the same for all"#]].assert_eq(&page.doubts().join("\n"));
    assert_eq!((page.customers, page.closed, page.without_outcome), (200, Some(47), 10));
    let pairs: Vec<String> = page.pairs.iter().map(insight::Determines::in_words).collect();
    expect![[r#"
        “Ended” determines “Branch”: each of its 9 values goes with one value there
        “Ended” determines “Town”: each of its 9 values goes with one value there
        “Branch” determines “Town”: each of its 3 values goes with one value there"#]]
    .assert_eq(&pairs.join("\n"));
    // What the import counted is what the pipelines count, divisions by zero too.
    let imported = bank.quality().expect("it was imported");
    let by_import: Vec<u64> = imported.consistency.iter().map(|rule| rule.broken).collect();
    let by_pipelines: Vec<u64> = page.rules.iter().map(|rule| rule.broken).collect();
    assert_eq!(by_import, by_pipelines);
}

#[test]
fn a_file_of_which_some_outcomes_are_missing_is_told_so_and_counts_them_in_no_rate() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("f.csv");
    let row = |key: u32| {
        let left = ["Yes", "No", "No", ""][(key % 4) as usize];
        format!("C{key:03},{left},{},{}", 20 + key % 50, ["Basic", "Plus"][(key % 2) as usize])
    };
    let rows: Vec<String> = (0..200).map(row).collect();
    fs_err::write(&file, format!("customer_id,Churn,Age,Plan\n{}\n", rows.join("\n"))).expect("it can be written");
    let imported = import(None, &file, None).unwrap_or_else(|error| panic!("{error}"));
    let bank = imported.open(&Opening::default()).unwrap_or_else(|error| panic!("{error}"));
    let notices = &bank.quality().expect("it was imported").notices;
    let told = "of 50 customers it is not known whether the account was closed: no rate of closures counts them";
    assert!(notices.iter().any(|notice| notice.contains(told)), "{notices:?}");
    let page = looked_at(&bank, None);
    assert_eq!((page.customers, page.closed, page.without_outcome), (200, Some(50), 50));
    let answers = talk(|talk| bank.answer_all(talk)).unwrap_or_else(|error| panic!("{error}"));
    let closed = answers.answers.iter().find(|answer| answer.name == "closed_accounts").expect("an analysis");
    assert_eq!(closed.sentence(), "Of 150 customers 50 closed their account: 33.3 % (95 % interval 26.3 to 41.2 %).");
    let line = answers.page.expect("the whole catalog has a page").line();
    assert!(line.contains("whether the account was closed is not known for 50 of 200 customers"), "{line}");
}

#[test]
fn a_rate_of_closures_is_of_those_whose_outcome_is_known() {
    let bank = doubted();
    let answers = talk(|talk| bank.answer_all(talk)).unwrap_or_else(|error| panic!("{error}"));
    let told: Vec<String> =
        answers.answers.iter().map(|answer| format!("{}: {}", answer.name, answer.sentence())).collect();
    expect![[r#"
        overview: Over 200 customers the number of closed accounts is 47 and the closure rate is 24.7 % (95 % interval 19.1 to 31.3 %).
        closed_accounts: Of 190 customers 47 closed their account: 24.7 % (95 % interval 19.1 to 31.3 %).
        what_tells_closure: “Code” tells most about which accounts closed, though “Score” may tell as much by itself. In its groups with a higher rate than overall, 35 more accounts closed than the overall rate would give. The most closures above the overall rate are among customers with Code 1: of 47 customers 47 closed their account (100.0 %), 100.0 % of all closures. “Code” tells 100.00 % of the deviance (by an additive logistic regression on groups, cross-validated); no other column adds to that.
        what_goes_with_closure: Of 3 columns, “Code” tells closed from open accounts best (information value 10.1), which cannot be told from “Score” (5.89). By “Code”, closures range from 0.0 % at 0 (of 143) to 100.0 % at 1 (of 47). Whether “Branch” tells anything cannot be said from these customers.
        weight_of_evidence: Of the bins of 30 customers or more, the weight of evidence for closure is highest at “Code” 1 (+5.65; closure rate 100.0 % of 47) and lowest at “Code” 0 (−4.56; closure rate 0.0 % of 143).
        closures_by_code: The closure rate is highest among customers with Code 1, 100.0 % of 47 (95 % interval 92.4 to 100.0 %), and lowest among customers with Code 0, 0.0 % of 143 (95 % interval 0.0 to 2.6 %). Taken together, the groups differ by more than chance would explain (p < 0.001, adjusted over 3 columns); the effect is large (Cramér's V 1.00).
        closures_by_branch: No group clearly has the highest or the lowest closure rate: it goes from 23.8 % of 63 (95 % interval 15.0 to 35.6 %) among customers with Branch a to 25.4 % of 63 (95 % interval 16.3 to 37.3 %) among customers with Branch c. Taken together, differences of this size can well be chance (p = 0.977, adjusted over 3 columns).
        closures_by_same: The closure rate of customers with Same 0 is 24.7 % of 190 (95 % interval 19.1 to 31.3 %)."#]].assert_eq(&told.join("\n"));
    let overview = &answers.answers[0];
    let note = "Whether the account was closed is not known for 10 of 200 customers: no rate of closures counts them.";
    assert!(overview.notes().iter().any(|told| told == note), "{:?}", overview.notes());
}
