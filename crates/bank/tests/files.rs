//! The way of a file into a bank: what loads, by which contract, and what is refused for its real reason.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bank::{Bank, Closed, CustomersFile, Error, Import, ImportSource, Imported, Opening, Place, Request, Talk};
use contract::{Contract, Role};
use expect_test::{Expect, expect};
use pipeline::Limits;

const HEADER: &str = "CLIENTNUM,Attrition_Flag,Customer_Age,Gender,Dependent_count,Education_Level,Marital_Status,\
    Income_Category,Card_Category,Months_on_book,Total_Relationship_Count,Months_Inactive_12_mon,\
    Contacts_Count_12_mon,Credit_Limit,Total_Revolving_Bal,Avg_Open_To_Buy,Total_Amt_Chng_Q4_Q1,Total_Trans_Amt,\
    Total_Trans_Ct,Total_Ct_Chng_Q4_Q1,Avg_Utilization_Ratio";
const ROW: &str = "Existing Customer,45,M,3,High School,Married,$60K - $80K,Blue,39,5,1,3,12691,777,11914,1.335,1144,\
    42,1.625,0.061";

/// Does work that reports to no one and is not stopped.
fn talk<T>(work: impl FnOnce(&Talk<'_>) -> T) -> T {
    let cancel = Arc::new(AtomicBool::new(false));
    work(&Talk { say: &|_| {}, progress: &|_| {}, cancel: &cancel })
}

fn import(place: Option<Place>, file: CustomersFile<'_>) -> Result<Imported, Error> {
    let import = Import { source: ImportSource::Customers(file), as_of: None, found: &|_| {} };
    talk(|talk| bank::import(place, &import, &Limits::default(), talk))
}

/// What a bank holds: customers and those of them who closed; and the notices of its import.
fn told(imported: Imported) -> String {
    let bank = imported.open(&Opening::default()).unwrap_or_else(|error| panic!("{error}"));
    let (n, closed) = counts(&bank);
    let notices = bank.quality().map(bank::notices_of_import).unwrap_or_default();
    let closed = closed.map_or("no outcome".to_owned(), |closed| format!("{closed} closed"));
    let lines = std::iter::once(format!("{n} customers, {closed}")).chain(notices);
    lines.collect::<Vec<_>>().join("\n")
}

fn counts(bank: &Bank) -> (i64, Option<i64>) {
    let contract = bank.contract().unwrap();
    let count = |pipeline: &str| {
        let query = bank.query(pipeline, None, "customers").unwrap();
        let row = bank.rows(&query).unwrap().next();
        row.map_or(0, |row| row.unwrap().get("n").and_then(|n| n.as_i64().or(n.as_i32().map(i64::from))).unwrap())
    };
    let closed = contract.role(Role::Closed).map(|column| {
        let values: Vec<String> = column.closed_values().iter().map(|value| format!("{value:?}")).collect();
        count(&format!("[{{$match: {{{:?}: {{$in: [{}]}}}}}}, {{$count: \"n\"}}]", column.name, values.join(", ")))
    });
    (count("[{$count: \"n\"}]"), closed)
}

/// A folder with a file of that content.
struct Bench {
    folder: tempfile::TempDir,
    file: PathBuf,
}

impl Bench {
    fn new(content: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f.csv");
        fs_err::write(&file, content).unwrap();
        Self { folder, file }
    }

    fn said(&self) -> CustomersFile<'_> {
        CustomersFile::new((&self.file).into())
    }

    fn place(&self) -> Place {
        Place::Folder(self.folder.path().join("b.sphere"))
    }

    /// What came of an import, without the folder's name.
    fn told(&self, imported: Result<Imported, Error>) -> String {
        let text = imported.map_or_else(|error| error.to_string(), told);
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

fn check(content: &str, expected: &Expect) {
    let bench = Bench::new(content);
    expected.assert_eq(&bench.told(import(None, bench.said())));
}

fn cards(change: impl Fn(usize, String) -> String) -> String {
    let rows = (1..=60).map(|number| change(number, format!("{number},{ROW}\n")));
    format!("{HEADER}\n{}", rows.collect::<String>())
}

#[test]
fn a_fault_of_a_card_file_stays_a_fault() {
    check(&cards(|_, row| row), &expect!["60 customers, 0 closed"]);
    let misspelt = |number: usize, row: String| if number == 7 { row.replace("Existing", "Exsting") } else { row };
    check(
        &cards(misspelt),
        &expect![[r#"
        `Exsting Customer` is not a known category
          at f.csv:8, column `Attrition_Flag`
        hint: the values here are `Existing Customer`, `Attrited Customer`"#]],
    );
    let broken = |number: usize, row: String| if number == 9 { row.replace("11914", "1191") } else { row };
    check(
        &cards(broken),
        &expect![[r#"
            the numbers of this file do not fit together: 1 of its 60 rows breaks the rule `Avg_Open_To_Buy` is `Credit_Limit` less `Total_Revolving_Bal`
              at f.csv
            hint: either its numbers were changed on the way (a spreadsheet that expects a decimal comma makes 61 of 0.061 when it opens and saves a file: export it again from its source), or they are counted otherwise (percent, cents, codes such as 9999)

            this row breaks the rule `Avg_Open_To_Buy` is `Credit_Limit` less `Total_Revolving_Bal`: `Credit_Limit` is 12691, `Total_Revolving_Bal` is 777, `Avg_Open_To_Buy` is 1191
              at f.csv:10
            hint: accept rows that break the rule `open_to_buy`"#]],
    );
}

/// Customers of several cities, the last of them in a city that is encoded so.
fn cities(last: &[u8]) -> Vec<u8> {
    let city = "Kingston upon Hull in the East Riding of Yorkshire";
    let row = |number: u32| format!("{number},{},{},{city}\n", number % 90, number % 7 / 6);
    let rows: String = (1..=150_000).map(row).collect();
    [b"customer_id,balance,exited,city\n", rows.as_bytes(), b"150001,5,1,", last, b"\n"].concat()
}

#[test]
fn an_encoding_that_shows_late_is_heeded() {
    let bench = Bench::new("");
    let told = |last: &[u8]| {
        fs_err::write(&bench.file, cities(last)).unwrap();
        let told = bench.told(import(None, bench.said()));
        told.lines().take(2).collect::<Vec<_>>().join("\n")
    };
    let expected = expect![[r#"
        150001 customers, 21429 closed
        not card data: a contract was drafted, its 4 columns all in `customers`
        150001 customers, 21429 closed
        read as Windows-1252, for line 150002 is not UTF-8
        `f.csv` is neither UTF-8 nor Windows-1252
        hint: export it again in UTF-8"#]];
    expected.assert_eq(&[told("Zürich".as_bytes()), told(b"Z\xfcrich"), told(b"Z\x81rich")].join("\n"));
}

#[test]
fn a_card_file_in_other_words_is_recognised() {
    let codes = |number: usize, row: String| row.replace("Existing Customer", if number > 50 { "1" } else { "0" });
    check(
        &cards(codes),
        &expect![[r#"
            60 customers, 10 closed
            card data, read by the card contract
            the key is `CLIENTNUM`
            the outcome is `Attrition_Flag`: `1` means closed (10 of 60), `0` open"#]],
    );
    let lines: Vec<String> =
        cards(|_, row| row).lines().map(|line| line.split_once(',').unwrap().1.to_owned()).collect();
    let unkeyed = lines.join("\n");
    check(
        &unkeyed,
        &expect![[r#"
        60 customers, 0 closed
        card data, read by the card contract
        no column names the customers: rows are numbered from 1
        the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed"#]],
    );
    let named = cards(|number, row| format!("C-{number}{}", row.trim_start_matches(|c: char| c.is_ascii_digit())));
    check(
        &named,
        &expect![[r#"
        60 customers, 0 closed
        card data, read by the card contract
        the key is `CLIENTNUM`
        the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed"#]],
    );
    let blank =
        |number: usize, row: String| if number.is_multiple_of(9) { row.replace("High School", "") } else { row };
    check(
        &cards(blank),
        &expect![[r#"
        60 customers, 0 closed
        card data, read by the card contract
        the key is `CLIENTNUM`
        the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
        missing answers: 6 in `Education_Level`"#]],
    );
}

#[test]
fn lines_beside_the_table_are_named() {
    let all = cards(|_, row| row);
    let header = all.lines().next().unwrap().to_owned();
    check(
        &format!("{all}Source: the bank\nn = 60,,\n"),
        &expect![[r#"
        this line is a remark beside the table: only `Source: the bank` stands in it
          at f.csv:62
        hint: remove this line

        this line is a remark beside the table: only `n = 60` stands in it
          at f.csv:63
        hint: remove this line

        2 faults in 2 rows: 2 in lines beside the table
        hint: set the rows with faults aside and import the others"#]],
    );
    check(
        &cards(|number, row| if number == 7 { format!("{header}\n{row}") } else { row }),
        &expect![[r#"
        this line names the columns once more and is no row of the table
          at f.csv:8
        hint: remove this line: several files may have been put one behind the other"#]],
    );
    check(
        &all.replacen('\n', "\n,,years,,(number)\n", 1),
        &expect![[r#"
        this line says what the columns count, such as `years`, and is no row of the table
          at f.csv:2
        hint: remove this line; a contract says what a column counts by `unit`"#]],
    );
    // R writes the numbers of rows without a name, or without as much as a cell in the header.
    let numbered: Vec<String> =
        all.lines().skip(1).enumerate().map(|(at, row)| format!("\"{}\",{row}\n", at + 1)).collect();
    let numbered = numbered.concat();
    check(
        &format!("\"\",{header}\n{numbered}"),
        &expect![[r#"
        60 customers, 0 closed
        card data, read by the card contract
        the key is `CLIENTNUM`
        the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
        left out the column without a name: it numbers the rows"#]],
    );
    check(
        &format!("{header}\n{numbered}"),
        &expect![[r#"
        60 customers, 0 closed
        the rows have a cell more than the header: the first is taken for the row names of R
        card data, read by the card contract
        the key is `CLIENTNUM`
        the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
        left out the column without a name: it numbers the rows"#]],
    );
}

#[test]
fn keys_keep_their_zeros_and_accountants_their_brackets() {
    let bench = Bench::new(&cards(|number, row| row.replacen(&number.to_string(), &format!("00{number}"), 1)));
    let imported = import(Some(bench.place()), bench.said()).unwrap();
    let bank = imported.open(&Opening::default()).unwrap();
    let first = pipeline::parse_text("[{$match: {CLIENTNUM: '007'}}, {$count: 'n'}]").unwrap();
    assert_eq!(pipeline::Run::run(&bank, "customers", &first).unwrap().len(), 1);
    let drafted = talk(|talk| bank::draft(&bench.said(), talk)).unwrap();
    assert_eq!(drafted.contract.key().kind, contract::Kind::Text);
    // A contract that the user gave is not changed, and so the zeros are a fault.
    let card = contract::Contract::card();
    let said = CustomersFile { contract: Some(&card), ..bench.said() };
    let told = bench.told(import(None, said));
    let start = "the number `001` begins with a zero, which a whole number loses\n  at f.csv:2, column `CLIENTNUM`\n\
                 hint: a contract keeps it with `kind = \"text\"` at `CLIENTNUM`\n";
    assert!(told.starts_with(start), "{told}");
    let fee = |n: usize| if n.is_multiple_of(3) { format!("({n}.50)") } else { n.to_string() };
    let visits = |n: usize| if n.is_multiple_of(9) { "#N/A" } else { "5" };
    let club: Vec<String> = (1..=60).map(|n| format!("M{n},{},{}", fee(n), visits(n))).collect();
    check(
        &format!("member,fee,visits\n{}\n", club.join("\n")),
        &expect![[r#"
            60 customers, no outcome
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `member`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            amounts are shown with `$`; the data do not say their currency
            missing answers: 6 in `visits` as `#N/A`"#]],
    );
}

#[test]
fn an_outcome_that_is_not_closure_is_spoken_of_by_its_word() {
    let rows = |good: &str, bad: &str| -> String {
        let row = |n: usize| format!("L{n},{},{}", 20 + n % 40, if n.is_multiple_of(5) { bad } else { good });
        (1..=200).map(row).collect::<Vec<_>>().join("\n")
    };
    for (name, good, bad, told) in [
        ("Risk", "good", "bad", "Of 200 customers 40 are bad: 20.0 %"),
        ("default", "0", "1", "Of 200 customers 40 are “default 1”: 20.0 %"),
        // What the user names and means closure is spoken of as closure.
        ("Exited", "0", "1", "Of 200 customers 40 closed their account: 20.0 %"),
        ("Active", "1", "0", "Of 200 customers 40 closed their account: 20.0 %"),
        ("What happened", "stayed", "left", "Of 200 customers 40 closed their account: 20.0 %"),
    ] {
        let bench = Bench::new(&format!("loan_id,age,{name}\n{}\n", rows(good, bad)));
        let closed = Closed { column: name.to_owned(), values: vec![bad.to_owned()] };
        let imported = import(Some(bench.place()), CustomersFile { closed: Some(&closed), ..bench.said() }).unwrap();
        let bank = imported.open(&Opening::default()).unwrap();
        let answers = talk(|talk| bank.answer_all(talk)).unwrap();
        let texts: Vec<String> = answers
            .answers
            .iter()
            .flat_map(|answer| {
                let labels = answer.table.columns.iter().map(|column| column.label.clone());
                let texts = [answer.title.clone(), answer.question.clone(), answer.reading.clone(), answer.sentence()];
                texts.into_iter().chain(answer.notes()).chain(labels).collect::<Vec<_>>()
            })
            .collect();
        assert!(texts.iter().any(|text| text.starts_with(told)), "{texts:#?}");
        let of_closure =
            |text: &&String| ["closed", "closure", "attrition"].iter().any(|word| text.to_lowercase().contains(word));
        let spoken: Vec<&String> = texts.iter().filter(of_closure).collect();
        assert_eq!(spoken.is_empty(), !told.contains("closed"), "{spoken:#?}");
    }
}

#[test]
fn numbers_of_few_values_and_yes_and_no_are_groups() {
    let row = |n: usize| {
        let closed = if n % 5 == 1 && n % 2 == 1 { "yes" } else { "no" };
        format!("M{n},{},{},{},{closed}", 1_000 * (1 + n % 3), 1_000 + n, n % 2)
    };
    let rows = (1..=200).map(row).collect::<Vec<_>>().join("\n");
    let bench = Bench::new(&format!("member,Credit Limit,Spend a year,HasCrCard,exited\n{rows}\n"));
    let bank = import(Some(bench.place()), bench.said()).unwrap().open(&Opening::default()).unwrap();
    let asked = |by: &str| {
        let request = Request { topic: "status".to_owned(), by: vec![by.to_owned()], ..Request::default() };
        bank.answer(&request).map(|answers| answers.answers[0].clone())
    };
    assert_eq!(asked("Credit Limit").unwrap().table.rows.len(), 3);
    assert!(asked("Spend a year").is_err(), "it has a value a customer");
    let sentence = asked("HasCrCard").unwrap().sentence();
    assert!(sentence.contains("customers with HasCrCard = 1"), "{sentence}");
    assert!(bank.catalog().measure("share_HasCrCard").is_ok() && bank.catalog().measure("mean_HasCrCard").is_err());
}

#[test]
fn a_bank_takes_the_file_that_made_it_again() {
    let codes = |number: usize, row: String| row.replace("Existing Customer", if number > 50 { "1" } else { "0" });
    for content in [
        cards(codes),
        cards(|number, row| format!("C-{number}{}", row.trim_start_matches(|c: char| c.is_ascii_digit()))),
        cards(|number, row| if number.is_multiple_of(9) { row.replace("High School", "NA") } else { row }),
        format!(
            "Tenure_years,{}",
            cards(|number, row| format!("{},{row}", number % 9)).replace("Months_on_book,", "m,")
        ),
    ] {
        let bench = Bench::new(&content);
        let first = import(Some(bench.place()), bench.said()).unwrap_or_else(|error| panic!("{error}"));
        let again = import(Some(bench.place()), bench.said()).unwrap_or_else(|error| panic!("{error}"));
        assert!(first.has_changed && !again.has_changed);
    }
}

#[test]
fn rows_with_faults_are_set_aside_and_come_in_when_mended() {
    let bench = Bench::new(&cards(|number, row| match number {
        3 => row.replace("Blue", "Blau"),
        5 => row.replace("0.061", "61"),
        8 => "8,short\n".to_owned(),
        _ => row,
    }));
    let aside = bench.folder.path().join("aside.csv");
    let said = CustomersFile { set_aside: Some(&aside), ..bench.said() };
    expect![[r#"
        57 customers, 0 closed
        set aside 3 rows with faults, which are not among the customers"#]]
    .assert_eq(&bench.told(import(Some(bench.place()), said)));
    let text = fs_err::read_to_string(&aside).unwrap();
    let shown: Vec<&str> =
        text.lines().map(|line| line.rsplit_once(',').map_or(line, |(_, reasons)| reasons)).collect();
    expect![[r#"
        reasons (left out when imported)
        `Blau` is not a known category
         but the header has 21"
         `Avg_Utilization_Ratio` is 61""#]]
    .assert_eq(&shown.join("\n"));
    let mended = text
        .replace("Blau", "Blue")
        .replace(",61,", ",0.061,")
        .replace(&format!("8,short{},", ",".repeat(19)), &format!("8,{ROW},"));
    // What is being mended is not written over.
    let twice = import(Some(bench.place()), said).err().unwrap().to_string();
    assert!(twice.starts_with("there is a file `"), "{twice}");
    fs_err::write(&aside, mended).unwrap();
    expect!["3 customers, 0 closed"].assert_eq(&bench.told(import(None, CustomersFile::new((&aside).into()))));
    // Nothing is written where nothing comes in.
    let bad = Bench::new(&format!("{HEADER}\n1,short\n"));
    let aside = bad.folder.path().join("aside.csv");
    let said = CustomersFile { set_aside: Some(&aside), ..bad.said() };
    assert!(import(Some(bad.place()), said).is_err() && !aside.exists());
}

#[test]
fn what_breaks_a_rule_comes_in_where_that_is_accepted_and_every_answer_tells_it() {
    let bench = Bench::new(&cards(|number, row| if number < 3 { row.replace("0.061", "61") } else { row }));
    let accepted = ["utilization".to_owned()];
    let said = CustomersFile { accepted: &accepted, ..bench.said() };
    let imported = import(Some(bench.place()), said).unwrap_or_else(|error| panic!("{error}"));
    let bank = imported.open(&Opening::default()).unwrap();
    let answers = bank.answer(&bank::Request { topic: "health".to_owned(), ..bank::Request::default() }).unwrap();
    expect!["accepted: 2 of 60 rows break the rule `Avg_Utilization_Ratio` is `Total_Revolving_Bal` over `Credit_Limit`, to three decimals"].assert_eq(&answers.notices[0].to_string());
    let unknown = ["utilisation".to_owned()];
    let refused = import(None, CustomersFile { accepted: &unknown, ..bench.said() }).err().unwrap();
    expect![[r#"
        the contract has no rule `utilisation` whose breach is a fault
        hint: the rules here are `open_to_buy`, `utilization`"#]]
    .assert_eq(&refused.to_string());
}

#[test]
fn amounts_in_another_currency_are_doubted_wherever_the_data_are_told() {
    // In the cells of a column; in the bands of a category, so that all amounts are meant; and not at all.
    let in_cells = |_, row: String| row.replace("12691", "12691 €");
    let in_bands = |_, row: String| row.replace("$60K - $80K", "€60K - €80K");
    let told = |content: String| {
        let bench = Bench::new(&content);
        let imported = import(Some(bench.place()), bench.said()).unwrap_or_else(|error| panic!("{error}"));
        let copied = Place::Folder(bench.folder.path().join("copy.sphere"));
        let bank = imported.open(&Opening::default()).unwrap();
        talk(|talk| bank.copy_to(copied.clone(), talk)).unwrap();
        let copy = Bank::open(&copied, &Opening::default()).unwrap();
        let doubts = |bank: &Bank| {
            let all = talk(|talk| bank.quality_page(&[], talk)).unwrap().0.doubts();
            // The rows are alike.
            all.into_iter().filter(|doubt| !doubt.ends_with("the same for all")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(doubts(&bank), doubts(&copy), "a copy is told as its original is");
        doubts(&bank)
    };
    expect!["`Credit_Limit` is in €; amounts are shown with `$`, and none is converted"]
        .assert_eq(&told(cards(in_cells)));
    expect![[r#"
        “Credit limit” is in €, and shown with `$`
        “Revolving balance” is in €, and shown with `$`
        “Open to buy” is in €, and shown with `$`
        “Spend (12 months)” is in €, and shown with `$`"#]]
    .assert_eq(&told(cards(in_bands)));
    expect![[r#""#]].assert_eq(&told(cards(|_, row| row)));
}

#[test]
fn what_a_draft_leaves_in_doubt_is_told_wherever_the_data_are_told_and_once() {
    let rows: Vec<String> =
        (0..60).map(|row| format!("{row},{},{}", 20 + row % 40, ["bad", "good"][row % 2])).collect();
    let bench = Bench::new(&format!("id,age,Risk\n{}\n", rows.join("\n")));
    let imported = import(Some(bench.place()), bench.said()).unwrap_or_else(|error| panic!("{error}"));
    let bank = imported.open(&Opening::default()).unwrap();
    let doubt =
        "`Risk` is an outcome but not that the account was closed: none was taken; `--closed Risk=bad` takes it";
    let (page, _) = talk(|talk| bank.quality_page(&[], talk)).unwrap();
    assert_eq!(page.doubts(), [doubt]);
    assert_eq!(page.line(), format!("60 customers, 3 columns. To be doubted: {doubt}."));
    let (described, _) = bank.description(&[]).unwrap();
    assert_eq!(described.description_notes(), [format!("in doubt: {doubt}")]);
    let report = talk(|talk| bank.answer_all(talk)).unwrap().into_report();
    assert_eq!(report.page.unwrap().doubts(), [doubt]);
    let beside: Vec<_> = report.quality.iter().filter(|(_, fact)| fact.contains("Risk")).collect();
    assert!(beside.is_empty(), "{beside:?}");
}

#[test]
fn the_outcome_is_named_by_the_user_or_by_a_contract_and_not_by_both() {
    let risk = |row: u32| if row.is_multiple_of(3) { "bad" } else { "good" };
    let rows: Vec<String> = (0..60).map(|row| format!("{row},{},{}", 20 + row % 40, risk(row))).collect();
    let bench = Bench::new(&format!("id,age,Risk\n{}\n", rows.join("\n")));
    expect![[r#"
        60 customers, no outcome
        not card data: a contract was drafted, its 3 columns all in `customers`
        the key is `id`
        roles: age `age`
        in doubt: `Risk` is an outcome but not that the account was closed: none was taken; `--closed Risk=bad` takes it"#]]
    .assert_eq(&bench.told(import(None, bench.said())));
    let closed = Closed::parse("Risk=bad").unwrap();
    let said = CustomersFile { closed: Some(&closed), ..bench.said() };
    expect![[r#"
        60 customers, 20 closed
        not card data: a contract was drafted, its 3 columns all in `customers`
        the key is `id`
        the outcome is `Risk`, as you say: `bad` (20 of 60), beside `good`
        roles: age `age`"#]]
    .assert_eq(&bench.told(import(None, said)));
    let drafted = talk(|talk| bank::draft(&said, talk)).unwrap();
    let both = CustomersFile { contract: Some(&drafted.contract), ..said };
    expect![[r#"
        the outcome is said by the contract, which cannot be said again
        hint: mark its values in the contract: `closed = true`"#]]
    .assert_eq(&bench.told(import(None, both)));
    // The draft is what a file comes in by; it stays the bank's contract for the next file.
    let by_contract = CustomersFile { contract: Some(&drafted.contract), ..bench.said() };
    expect!["60 customers, 20 closed"].assert_eq(&bench.told(import(Some(bench.place()), by_contract)));
    fs_err::write(&bench.file, "id,age,Risk\n1,33,bad\n2,34,fair\n").unwrap();
    expect![[r#"
        `fair` is not a known category
          at f.csv:3, column `Risk`
        hint: the values here are `good`, `bad`

        the file is read by the contract of the customers that are in the bank, “F”
        hint: import other data into another bank"#]]
    .assert_eq(&bench.told(import(Some(bench.place()), bench.said())));
}

/// The folder of files from practice, if it is there.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn shared(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if !folder.is_dir() {
        eprintln!("skipped: there is no folder {}", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn files_from_practice_give_the_right_counts() {
    let Some(folder) = shared("data/other") else { return };
    for (file, closed, expected) in [
        ("churners_semicolon.csv", None, (10_127, Some(1_627))),
        ("churners_rows_quoted_whole.csv", None, (10_127, Some(1_627))),
        ("churners_lower_case_flag_01.csv", None, (10_127, Some(1_627))),
        ("churners_spanish_headers.csv", None, (10_127, Some(1_627))),
        ("churners_short_names_codes.csv", None, (10_127, Some(1_627))),
        ("churners_no_key_other_unknown.csv", None, (10_127, Some(1_627))),
        ("churners_extra_flag.csv", None, (10_127, Some(1_627))),
        ("churners.xlsx", None, (10_127, Some(1_627))),
        ("churn_modelling.csv", None, (10_000, Some(2_037))),
        ("telco_churn.csv", None, (7_043, Some(1_869))),
        ("cc_general.csv", None, (8_950, None)),
        ("german_credit_semicolon.csv", None, (1_000, None)),
        ("german_credit_semicolon.csv", Some("Risk=bad"), (1_000, Some(300))),
    ] {
        let path = folder.join(file);
        let closed = closed.map(|text| Closed::parse(text).unwrap());
        let said = CustomersFile { closed: closed.as_ref(), ..CustomersFile::new((&path).into()) };
        let imported = import(None, said).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(counts(&imported.open(&Opening::default()).unwrap()), expected, "{file}");
    }
    let path = folder.join("churners_damaged_by_comma_locale.csv");
    let refused = import(None, CustomersFile::new((&path).into())).err().unwrap();
    let message = refused.diagnostic().message();
    assert!(message.starts_with("the numbers of this file do not fit together: 6880 of its 10127 rows"), "{message}");
}

#[test]
fn a_damaged_file_is_refused_without_the_columns_of_the_rule() {
    let Some(folder) = shared("data/other") else { return };
    let mut reader = csv::Reader::from_path(folder.join("churners_damaged_by_comma_locale.csv")).unwrap();
    let header = reader.headers().unwrap().clone();
    let left =
        ["Credit_Limit", "Total_Revolving_Bal", "Avg_Open_To_Buy", "Total_Amt_Chng_Q4_Q1", "Total_Ct_Chng_Q4_Q1"];
    let kept = |row: &csv::StringRecord| {
        let cells = header.iter().zip(row).filter(|(name, _)| !left.contains(name) && !name.starts_with("Naive"));
        cells.map(|(_, cell)| cell.to_owned()).collect::<csv::StringRecord>()
    };
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("damaged.csv");
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(&kept(&header)).unwrap();
    reader.records().for_each(|row| writer.write_record(&kept(&row.unwrap())).unwrap());
    writer.flush().unwrap();
    let refused = import(None, CustomersFile::new((&path).into())).err().unwrap();
    let message = refused.diagnostic().message();
    assert!(message.starts_with("the column `Avg_Utilization_Ratio` holds two scales at once"), "{message}");
    assert!(message.contains("damaged.csv:5 beside `61` at") && message.contains("6871 of its 10127"), "{message}");
    let accepted = ["one_scale_of_Avg_Utilization_Ratio".to_owned()];
    let imported = import(None, CustomersFile { accepted: &accepted, ..CustomersFile::new((&path).into()) }).unwrap();
    assert_eq!(counts(&imported.open(&Opening::default()).unwrap()), (10_127, Some(1_627)));
}

#[test]
fn small_files_from_practice_load_or_are_refused_for_their_reason() {
    let Some(folder) = shared("cases/files") else { return };
    let mut lines = Vec::new();
    let mut files: Vec<PathBuf> = fs_err::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "csv")) {
        let bench = Bench::new("");
        let text = bench.told(import(None, CustomersFile::new(file.into())));
        let first: Vec<&str> = text.split("\n\n").next().unwrap_or_default().lines().collect();
        let name = file.file_stem().unwrap().to_string_lossy();
        lines.push(format!("{name}: {}", first.join(" / ").replace(&format!("{}/", folder.display()), "")));
    }
    expect![[r#"
        v00_plain: 3 customers, 0 closed
        v02_lower_case: 3 customers, 0 closed / card data, read by the card contract / the key is `clientnum` / the outcome is `attrition_flag`: `Existing Customer` means open, and no account is closed / 21 names are written otherwise than in the contract
        v04_semicolon: 3 customers, 0 closed
        v05_semicolon_decimal_comma: 3 customers, 0 closed
        v08_unknown_empty: 3 customers, 0 closed / card data, read by the card contract / the key is `CLIENTNUM` / the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed / missing answers: 1 in `Education_Level`
        v10_whole_as_float: 3 customers, 0 closed
        v11_flag_01: 3 customers, 0 closed / card data, read by the card contract / the key is `CLIENTNUM` / the outcome is `Attrition_Flag`: `0` means open, and no account is closed
        v13_dollar: 3 customers, 0 closed
        v17_rows_quoted_whole: 3 customers, 0 closed
        v20_clientnum_16_digits: 3 customers, 0 closed / card data, read by the card contract / the key is `CLIENTNUM` / the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
        v21_clientnum_text: 3 customers, 0 closed / card data, read by the card contract / the key is `CLIENTNUM` / the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
        v23_extra_column: 3 customers, 0 closed / card data, read by the card contract / the key is `CLIENTNUM` / the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed / left out `Churn`: it says the outcome again
        v25_no_clientnum: 3 customers, 0 closed / card data, read by the card contract / no column names the customers: rows are numbered from 1 / the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
        v28_excel_error: `#DIV/0!` is not a number /   at v28_excel_error.csv:3, column `Total_Amt_Chng_Q4_Q1` / hint: this is an error of a spreadsheet's formula: mend the formula, then export the file again
        v29_total_row: `Total` is not a whole number /   at v29_total_row.csv:5, column `CLIENTNUM` / hint: this looks like a row of totals: remove it
        v31_thousands_utilization: the numbers of this file do not fit together: 1 of its 3 rows breaks the rule `Avg_Utilization_Ratio` is `Total_Revolving_Bal` over `Credit_Limit`, to three decimals /   at v31_thousands_utilization.csv / hint: either its numbers were changed on the way (a spreadsheet that expects a decimal comma makes 61 of 0.061 when it opens and saves a file: export it again from its source), or they are counted otherwise (percent, cents, codes such as 9999)
        v35_number_dot_thousands: the numbers of this file do not fit together: 1 of its 3 rows breaks the rule `Avg_Utilization_Ratio` is `Total_Revolving_Bal` over `Credit_Limit`, to three decimals /   at v35_number_dot_thousands.csv / hint: either its numbers were changed on the way (a spreadsheet that expects a decimal comma makes 61 of 0.061 when it opens and saves a file: export it again from its source), or they are counted otherwise (percent, cents, codes such as 9999)
        v36_ratio_comma_dropped: `1,541` is not a number /   at v36_ratio_comma_dropped.csv:3, column `Total_Amt_Chng_Q4_Q1` / hint: it could be 1541 or 1.541: write numbers with a decimal point and nothing between thousands
        v37_plus_sign: 3 customers, 0 closed
        v41_no_header: the first line holds values, no names of columns: `700000001`, `45`, `3` /   at v41_no_header.csv:1 / hint: put a line above it that names the columns
        v44_html: `v44_html.csv` is a web page, not data / hint: save the raw file itself: on GitHub by the button “Raw”, on Kaggle by “Download”
        v48_nbsp: `Single\u{a0}` is not a known category /   at v48_nbsp.csv:3, column `Marital_Status` / hint: there is a no-break space in it: write `Single`"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn drafts_are_contracts_that_take_their_file() {
    let bench = Bench::new("Customer ID;Name;Balance;Left\n1;Ada;1.000,50;yes\n2;Bob;20,00;no\n3;Cy;7,5;no\n");
    let drafted = talk(|talk| bank::draft(&bench.said(), talk)).unwrap();
    let again = Contract::parse("again.toml", drafted.contract.text()).unwrap();
    assert_eq!(again, drafted.contract);
    let said = CustomersFile { contract: Some(&again), ..bench.said() };
    expect!["3 customers, 1 closed"].assert_eq(&bench.told(import(None, said)));
}
