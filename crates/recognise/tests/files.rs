//! What is recognised in whole files from practice, which lie beside the repository or where `BANKSPHERE_FILES` says.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::too_many_lines, reason = "expectations are long")]
#![expect(clippy::print_stderr, reason = "a test that has no files says so")]

use std::fmt::Write;
use std::path::PathBuf;

use contract::Kind;
use csv::{ByteRecord, ReaderBuilder};
use expect_test::{Expect, expect};
use recognise::{Closed, Recognised, Survey, Wishes};

/// A folder of files, if it is there.
fn folder(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("BANKSPHERE_FILES").map_or_else(beside, PathBuf::from).join(name);
    let is_there = folder.is_dir();
    if !is_there {
        eprintln!("skipped: there is no folder {}", folder.display());
    }
    is_there.then_some(folder)
}

/// What is recognised in a whole file whose cells a sign separates.
fn recognised(file: &str, delimiter: u8, closed: Option<&str>) -> Option<Recognised> {
    let bytes = fs_err::read(folder("data/other")?.join(file)).unwrap();
    let recognised = surveyed(file, &bytes, delimiter, closed).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!(recognised.notations.len(), recognised.contract.columns.len());
    assert!(recognised.notes.len() <= 12);
    let text = recognised.contract.text();
    if let Some(folder) = std::env::var_os("BANKSPHERE_DRAFTS") {
        fs_err::write(PathBuf::from(folder).join(format!("{file}.toml")), text).unwrap();
    }
    assert_eq!(contract::Contract::parse("again.toml", text).as_ref(), Ok(&recognised.contract));
    Some(recognised)
}

fn surveyed(file: &str, bytes: &[u8], delimiter: u8, closed: Option<&str>) -> Result<Recognised, diagnostic::Faults> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    let records = reader.byte_records().map(Result::unwrap);
    let unquoted = |record: ByteRecord| {
        if record.len() > 1 {
            return record;
        }
        let mut reader = ReaderBuilder::new().has_headers(false).from_reader(&record[0]);
        reader.byte_records().next().unwrap().unwrap()
    };
    let mut records: Vec<ByteRecord> = records.map(unquoted).collect();
    let header: Vec<String> = records.remove(0).iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    let mut survey = Survey::new(&header);
    for record in &records {
        survey.add(record);
    }
    let closed = closed.map(|text| Closed::parse(text).unwrap());
    survey.finish(&Wishes { file, closed: closed.as_ref(), comma_likely: delimiter != b',', paths: None })
}

/// Holds the notes and the columns with roles to what is expected.
fn check(file: &str, delimiter: u8, closed: Option<&str>, expected: &Expect) {
    let Some(recognised) = recognised(file, delimiter, closed) else { return };
    let mut text = String::new();
    for note in &recognised.notes {
        writeln!(text, "{}{}", if note.is_doubt() { "doubt: " } else { "" }, note.text).unwrap();
    }
    for column in &recognised.contract.columns {
        let role = column.role.map_or("", contract::Role::name);
        let kind = match &column.kind {
            Kind::Category(all) => {
                let values =
                    all.iter().map(|one| format!("{}{}", one.value, if one.is_closed { " (closed)" } else { "" }));
                values.collect::<Vec<_>>().join(" | ")
            }
            Kind::Whole { min, max } => format!("whole {min}..{max}"),
            Kind::Decimal { min, max, .. } => format!("decimal {min}..{max}"),
            Kind::Text => "text".to_owned(),
            Kind::Date => "date".to_owned(),
        };
        writeln!(text, "  {} [{role}] {kind}", column.name).unwrap();
    }
    expected.assert_eq(&text);
}

#[test]
fn card_data_as_it_was_published_gets_the_built_in_contract() {
    for (file, delimiter) in [("churners_semicolon.csv", b';'), ("churners_damaged_by_comma_locale.csv", b',')] {
        let Some(recognised) = recognised(file, delimiter, None) else { return };
        assert_eq!(recognised.contract, contract::Contract::card(), "{file}");
    }
    let Some(recognised) = recognised("churners_rows_quoted_whole.csv", b',', None) else { return };
    assert_eq!(recognised.contract, contract::Contract::card());
}

/// What is said of each of the small files, of three rows each.
#[test]
fn small_files_of_card_data() {
    let Some(folder) = folder("cases/files") else { return };
    let mut files: Vec<PathBuf> = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut text = String::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|ending| ending == "csv")) {
        let file = path.file_name().unwrap().to_str().unwrap();
        let bytes = fs_err::read(path).unwrap();
        let delimiter = if bytes.contains(&b';') { b';' } else { b',' };
        match surveyed(file, &bytes, delimiter, None) {
            Ok(recognised) if recognised.contract == contract::Contract::card() => {
                writeln!(text, "{file}: the built-in contract").unwrap();
            }
            Ok(recognised) => {
                writeln!(text, "{file}").unwrap();
                for note in &recognised.notes {
                    writeln!(text, "  {}{}", if note.is_doubt() { "doubt: " } else { "" }, note.text).unwrap();
                }
                let card = contract::Contract::card();
                let others = recognised.contract.columns.iter().filter(|column| !card.columns.contains(column));
                let names: Vec<&str> = others.map(|column| column.name.as_str()).collect();
                writeln!(text, "  {} columns differ: {}", names.len(), names[..names.len().min(3)].join(", ")).unwrap();
            }
            Err(faults) => writeln!(text, "{file}\n  {}", faults.to_string().replace('\n', "\n  ")).unwrap(),
        }
    }
    expect![[r#"
        v00_plain.csv: the built-in contract
        v02_lower_case.csv
          card data, read by the card contract
          the key is `clientnum`
          the outcome is `attrition_flag`: `Existing Customer` means open, and no account is closed
          21 names are written otherwise than in the contract
          21 columns differ: CLIENTNUM, Attrition_Flag, Customer_Age
        v04_semicolon.csv: the built-in contract
        v05_semicolon_decimal_comma.csv: the built-in contract
        v08_unknown_empty.csv
          card data, read by the card contract
          the key is `CLIENTNUM`
          the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
          missing answers: 1 in `Education_Level`
          1 columns differ: Education_Level
        v10_whole_as_float.csv: the built-in contract
        v11_flag_01.csv
          card data, read by the card contract
          the key is `CLIENTNUM`
          the outcome is `Attrition_Flag`: `0` means open, and no account is closed
          1 columns differ: Attrition_Flag
        v13_dollar.csv: the built-in contract
        v17_rows_quoted_whole.csv: the built-in contract
        v20_clientnum_16_digits.csv
          card data, read by the card contract
          the key is `CLIENTNUM`
          the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
          1 columns differ: CLIENTNUM
        v21_clientnum_text.csv
          card data, read by the card contract
          the key is `CLIENTNUM`
          the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
          1 columns differ: CLIENTNUM
        v23_extra_column.csv
          card data, read by the card contract
          the key is `CLIENTNUM`
          the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
          left out `Churn`: it says the outcome again
          0 columns differ: 
        v25_no_clientnum.csv
          card data, read by the card contract
          no column names the customers: rows are numbered from 1
          the outcome is `Attrition_Flag`: `Existing Customer` means open, and no account is closed
          1 columns differ: CLIENTNUM
        v28_excel_error.csv: the built-in contract
        v29_total_row.csv: the built-in contract
        v31_thousands_utilization.csv: the built-in contract
        v35_number_dot_thousands.csv: the built-in contract
        v36_ratio_comma_dropped.csv: the built-in contract
        v37_plus_sign.csv: the built-in contract
        v41_no_header.csv
          the first line holds values, such as `700000001`, and no names of columns
            at v41_no_header.csv:1
          hint: put a line above it that names the columns
        v44_html.csv
          not card data: a contract was drafted, its 2 columns all in `customers`
          no column names the customers: rows are numbered from 1
          no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
          2 columns differ: row, <!DOCTYPE html>
        v48_nbsp.csv: the built-in contract
    "#]]
    .assert_eq(&text);
}

#[test]
fn card_data_in_lower_case() {
    check(
        "churners_lower_case_flag_01.csv",
        b',',
        None,
        &expect![[r#"
        card data, read by the card contract
        the key is `clientnum`
        the outcome is `churn`: `1` means closed (1,627 of 10,127), `0` open
        read by other names: `churn` as `Attrition_Flag`
        left out `naive_bayes_classifier_attrition_flag_ca…` (2 columns): they were computed from the outcome
          CLIENTNUM [customer_key] whole 1..2147483647
          Attrition_Flag [closed] Existing Customer | Attrited Customer (closed)
          Customer_Age [age] whole 18..120
          Gender [gender] F | M
          Dependent_count [dependents] whole 0..30
          Education_Level [education] Uneducated | High School | College | Graduate | Post-Graduate | Doctorate | Unknown
          Marital_Status [marital_status] Single | Married | Divorced | Unknown
          Income_Category [income] Less than $40K | $40K - $60K | $60K - $80K | $80K - $120K | $120K + | Unknown
          Card_Category [segment] Blue | Silver | Gold | Platinum
          Months_on_book [tenure] whole 0..1200
          Total_Relationship_Count [products] whole 0..100
          Months_Inactive_12_mon [months_inactive] whole 0..12
          Contacts_Count_12_mon [contacts] whole 0..100
          Credit_Limit [credit_limit] decimal 0..100000000
          Total_Revolving_Bal [revolving_balance] whole 0..100000000
          Avg_Open_To_Buy [open_to_buy] decimal -100000000..100000000
          Total_Amt_Chng_Q4_Q1 [spend_change] decimal 0..100000
          Total_Trans_Amt [spend] whole 0..100000000
          Total_Trans_Ct [transactions] whole 0..30000
          Total_Ct_Chng_Q4_Q1 [transactions_change] decimal 0..10000
          Avg_Utilization_Ratio [utilization] decimal 0..1000
    "#]],
    );
}

#[test]
fn card_data_by_spanish_names() {
    check(
        "churners_spanish_headers.csv",
        b',',
        None,
        &expect![[r#"
        card data, read by the card contract
        the key is `ID_cliente`
        the outcome is `Cuenta`: `Attrited Customer` means closed (1,627 of 10,127), `Existing Customer` open
        read by other names: `ID_cliente` as `CLIENTNUM`, `Cuenta` as `Attrition_Flag`, `Edad` as `Customer_Age`, `Genero` as `Gender` and 9 more
        left out `Naive_Bayes_Classifier_Attrition_Flag_Ca…` (2 columns): they were computed from the outcome
          CLIENTNUM [customer_key] whole 1..2147483647
          Attrition_Flag [closed] Existing Customer | Attrited Customer (closed)
          Customer_Age [age] whole 18..120
          Gender [gender] F | M
          Dependent_count [dependents] whole 0..30
          Education_Level [education] Uneducated | High School | College | Graduate | Post-Graduate | Doctorate | Unknown
          Marital_Status [marital_status] Single | Married | Divorced | Unknown
          Income_Category [income] Less than $40K | $40K - $60K | $60K - $80K | $80K - $120K | $120K + | Unknown
          Card_Category [segment] Blue | Silver | Gold | Platinum
          Months_on_book [tenure] whole 0..1200
          Total_Relationship_Count [products] whole 0..100
          Months_Inactive_12_mon [months_inactive] whole 0..12
          Contacts_Count_12_mon [contacts] whole 0..100
          Credit_Limit [credit_limit] decimal 0..100000000
          Total_Revolving_Bal [revolving_balance] whole 0..100000000
          Avg_Open_To_Buy [open_to_buy] decimal -100000000..100000000
          Total_Amt_Chng_Q4_Q1 [spend_change] decimal 0..100000
          Total_Trans_Amt [spend] whole 0..100000000
          Total_Trans_Ct [transactions] whole 0..30000
          Total_Ct_Chng_Q4_Q1 [transactions_change] decimal 0..10000
          Avg_Utilization_Ratio [utilization] decimal 0..1000
    "#]],
    );
}

#[test]
fn card_data_by_short_names_with_codes() {
    check(
        "churners_short_names_codes.csv",
        b',',
        None,
        &expect![[r#"
        card data, read by the card contract
        no column names the customers: rows are numbered from 1
        the outcome is `att`: `Attrited Customer` means closed (1,627 of 10,127), `Existing Customer` open
        read by other names: `att` as `Attrition_Flag`, `age` as `Customer_Age`, `dep` as `Dependent_count`, `edu` as `Education_Level` and 14 more
        left out `att_l`: it says the outcome again
        left out doubles: `gender_l` of `gender`, `edu_l` of `edu`, `marital_l` of `marital`, `income_l` of `income` and `card_l` of `card`
          CLIENTNUM [customer_key] whole 1..2147483647
          Attrition_Flag [closed] Existing Customer | Attrited Customer (closed)
          Customer_Age [age] whole 18..120
          Gender [gender] F | M
          Dependent_count [dependents] whole 0..30
          Education_Level [education] Uneducated | High School | College | Graduate | Post-Graduate | Doctorate | Unknown
          Marital_Status [marital_status] Single | Married | Divorced | Unknown
          Income_Category [income] Less than $40K | $40K - $60K | $60K - $80K | $80K - $120K | $120K + | Unknown
          Card_Category [segment] Blue | Silver | Gold | Platinum
          Months_on_book [tenure] whole 0..1200
          Total_Relationship_Count [products] whole 0..100
          Months_Inactive_12_mon [months_inactive] whole 0..12
          Contacts_Count_12_mon [contacts] whole 0..100
          Credit_Limit [credit_limit] decimal 0..100000000
          Total_Revolving_Bal [revolving_balance] whole 0..100000000
          Avg_Open_To_Buy [open_to_buy] decimal -100000000..100000000
          Total_Amt_Chng_Q4_Q1 [spend_change] decimal 0..100000
          Total_Trans_Amt [spend] whole 0..100000000
          Total_Trans_Ct [transactions] whole 0..30000
          Total_Ct_Chng_Q4_Q1 [transactions_change] decimal 0..10000
          Avg_Utilization_Ratio [utilization] decimal 0..1000
    "#]],
    );
}

#[test]
fn card_data_without_a_key() {
    check(
        "churners_no_key_other_unknown.csv",
        b',',
        None,
        &expect![[r#"
        card data, read by the card contract
        no column names the customers: rows are numbered from 1
        the outcome is `Attrition_Flag`: `Attrited Customer` means closed (1,627 of 10,127), `Existing Customer` open
        left out `Naive_Bayes_Classifier_Attrition_Flag_Ca…` (2 columns): they were computed from the outcome
        missing answers: 1,519 in `Education_Level` as `Not Specified`, 749 in `Marital_Status` as `Not Specified` and 1,112 in `Income_Category` as `Not Specified`
          CLIENTNUM [customer_key] whole 1..2147483647
          Attrition_Flag [closed] Existing Customer | Attrited Customer (closed)
          Customer_Age [age] whole 18..120
          Gender [gender] F | M
          Dependent_count [dependents] whole 0..30
          Education_Level [education] Uneducated | High School | College | Graduate | Post-Graduate | Doctorate | Unknown
          Marital_Status [marital_status] Single | Married | Divorced | Unknown
          Income_Category [income] Less than $40K | $40K - $60K | $60K - $80K | $80K - $120K | $120K + | Unknown
          Card_Category [segment] Blue | Silver | Gold | Platinum
          Months_on_book [tenure] whole 0..1200
          Total_Relationship_Count [products] whole 0..100
          Months_Inactive_12_mon [months_inactive] whole 0..12
          Contacts_Count_12_mon [contacts] whole 0..100
          Credit_Limit [credit_limit] decimal 0..100000000
          Total_Revolving_Bal [revolving_balance] whole 0..100000000
          Avg_Open_To_Buy [open_to_buy] decimal -100000000..100000000
          Total_Amt_Chng_Q4_Q1 [spend_change] decimal 0..100000
          Total_Trans_Amt [spend] whole 0..100000000
          Total_Trans_Ct [transactions] whole 0..30000
          Total_Ct_Chng_Q4_Q1 [transactions_change] decimal 0..10000
          Avg_Utilization_Ratio [utilization] decimal 0..1000
    "#]],
    );
}

#[test]
fn card_data_with_the_outcome_twice() {
    check(
        "churners_extra_flag.csv",
        b',',
        None,
        &expect![[r#"
        card data, read by the card contract
        the key is `CLIENTNUM`
        the outcome is `Attrition_Flag`: `Attrited Customer` means closed (1,627 of 10,127), `Existing Customer` open
        left out `Churn_Flag`: it says the outcome again
          CLIENTNUM [customer_key] whole 1..2147483647
          Attrition_Flag [closed] Existing Customer | Attrited Customer (closed)
          Customer_Age [age] whole 18..120
          Gender [gender] F | M
          Dependent_count [dependents] whole 0..30
          Education_Level [education] Uneducated | High School | College | Graduate | Post-Graduate | Doctorate | Unknown
          Marital_Status [marital_status] Single | Married | Divorced | Unknown
          Income_Category [income] Less than $40K | $40K - $60K | $60K - $80K | $80K - $120K | $120K + | Unknown
          Card_Category [segment] Blue | Silver | Gold | Platinum
          Months_on_book [tenure] whole 0..1200
          Total_Relationship_Count [products] whole 0..100
          Months_Inactive_12_mon [months_inactive] whole 0..12
          Contacts_Count_12_mon [contacts] whole 0..100
          Credit_Limit [credit_limit] decimal 0..100000000
          Total_Revolving_Bal [revolving_balance] whole 0..100000000
          Avg_Open_To_Buy [open_to_buy] decimal -100000000..100000000
          Total_Amt_Chng_Q4_Q1 [spend_change] decimal 0..100000
          Total_Trans_Amt [spend] whole 0..100000000
          Total_Trans_Ct [transactions] whole 0..30000
          Total_Ct_Chng_Q4_Q1 [transactions_change] decimal 0..10000
          Avg_Utilization_Ratio [utilization] decimal 0..1000
    "#]],
    );
}

#[test]
fn customers_of_another_bank() {
    check(
        "churn_modelling.csv",
        b',',
        None,
        &expect![[r#"
            not card data: a contract was drafted, its 16 columns all in `customers`
            the key is `CustomerId`
            the outcome is `Exited`: `1` means closed (2,037 of 10,000), `0` open
            roles: credit score `CreditScore`, region `Geography`, gender `Gender`, age `Age`, tenure `Tenure`, deposit balance `Balance`, products `NumOfProducts` and active `IsActiveMember`
            doubt: `Tenure` is taken to count years: its name does not say, and it goes to 10
            amounts are shown with `$`; the data do not say their currency
            left out doubles: `Gender Encoded` of `Gender`
            left out `RowNumber`: it numbers the rows
            `Surname` may name persons: it is not shown, filtered or grouped by; only a pipeline for which you name it knowingly reads it
            follows from others: `BalanceSalaryRatio` from `Balance` and `EstimatedSalary`, `IsHighValueCustomer` from `Balance` and `AgeGroup` from `Age`
              CustomerId [customer_key] whole 1..2147483647
              Surname [] text
              CreditScore [credit_score] whole 0..1000
              Geography [region] France | Germany | Spain
              Gender [gender] Female | Male
              Age [age] whole 0..130
              Tenure [tenure] whole 0..100
              Balance [deposit_balance] decimal 0..100000000
              NumOfProducts [products] whole 0..100
              HasCrCard [] whole 0..1
              IsActiveMember [active] whole 0..1
              EstimatedSalary [] decimal 0..100000000
              Exited [closed] 0 | 1 (closed)
              BalanceSalaryRatio [] decimal 0..100000
              IsHighValueCustomer [] FALSE | TRUE
              AgeGroup [] 20-29 | 30-39 | 40-49 | Retiree
        "#]],
    );
}

#[test]
fn customers_of_no_bank() {
    check(
        "telco_churn.csv",
        b',',
        None,
        &expect![[r#"
            not card data: a contract was drafted, its 21 columns all in `customers`
            the key is `customerID`
            the outcome is `Churn`: `Yes` means closed (1,869 of 7,043), `No` open
            roles: gender `gender` and tenure `tenure`
            doubt: `tenure` is taken to count months: its name does not say, and it goes to 72
            amounts are shown with `$`; the data do not say their currency
            follows from others: `PhoneService` from `MultipleLines`
            missing answers: 11 in `TotalCharges`
              customerID [customer_key] text
              gender [gender] Female | Male
              SeniorCitizen [] whole 0..1
              Partner [] No | Yes
              Dependents [] No | Yes
              tenure [tenure] whole 0..1200
              PhoneService [] No | Yes
              MultipleLines [] No | Yes | No phone service
              InternetService [] Fiber optic | DSL | No
              OnlineSecurity [] No | Yes | No internet service
              OnlineBackup [] No | Yes | No internet service
              DeviceProtection [] No | Yes | No internet service
              TechSupport [] No | Yes | No internet service
              StreamingTV [] No | Yes | No internet service
              StreamingMovies [] No | Yes | No internet service
              Contract [] Month-to-month | One year | Two year
              PaperlessBilling [] No | Yes
              PaymentMethod [] Electronic check | Mailed check | Bank transfer (automatic) | Credit card (automatic)
              MonthlyCharges [] decimal 0..100000000
              TotalCharges [] decimal 0..100000000
              Churn [closed] No | Yes (closed)
        "#]],
    );
}

#[test]
fn card_holders_of_unknown_status() {
    check(
        "cc_general.csv",
        b',',
        None,
        &expect![[r#"
            not card data: a contract was drafted, its 20 columns all in `customers`
            the key is `CUST_ID`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: revolving balance `BALANCE`, spend `PURCHASES`, transactions `PURCHASES_TRX`, credit limit `CREDIT_LIMIT` and tenure `TENURE`
            doubt: `TENURE` is taken to count years: its name does not say, and it goes to 12
            amounts are shown with `$`; the data do not say their currency
            left out `#VALUE!`: it holds a spreadsheet's failed formulas
            computed from limit and balance: `open_to_buy` and `utilization`
            follows from others: `INSTALLMENTS_PURCHASES` from `PURCHASES` and `ONEOFF_PURCHASES`
            missing answers: 1 in `CREDIT_LIMIT` and 313 in `MINIMUM_PAYMENTS`
              CUST_ID [customer_key] text
              BALANCE [revolving_balance] decimal 0..100000000
              BALANCE_FREQUENCY [] decimal 0..1
              PURCHASES [spend] decimal 0..100000000
              ONEOFF_PURCHASES [] decimal 0..100000000
              INSTALLMENTS_PURCHASES [] decimal 0..100000000
              CASH_ADVANCE [] decimal 0..100000000
              PURCHASES_FREQUENCY [] decimal 0..1
              ONEOFF_PURCHASES_FREQUENCY [] decimal 0..1
              PURCHASES_INSTALLMENTS_FREQUENCY [] decimal 0..1
              CASH_ADVANCE_FREQUENCY [] decimal 0..10
              CASH_ADVANCE_TRX [] whole 0..1000
              PURCHASES_TRX [transactions] whole 0..30000
              CREDIT_LIMIT [credit_limit] decimal 0..100000000
              PAYMENTS [] decimal 0..100000000
              MINIMUM_PAYMENTS [] decimal 0..100000000
              PRC_FULL_PAYMENT [] decimal 0..1
              TENURE [tenure] whole 0..100
              open_to_buy [open_to_buy] decimal -100000000..100000000
              utilization [utilization] decimal 0..1000
        "#]],
    );
}

#[test]
fn loans_with_an_outcome_that_is_not_closure() {
    check(
        "german_credit_semicolon.csv",
        b';',
        None,
        &expect![[r#"
            not card data: a contract was drafted, its 11 columns all in `customers`
            no column names the customers: rows are numbered from 1
            doubt: `Risk` is an outcome but not that the account was closed: none was taken; `--closed Risk=bad` takes it
            roles: age `Age` and gender `Sex`
            amounts are shown with `$`; the data do not say their currency
            left out the column without a name: it numbers the rows
            missing answers: 183 in `Saving accounts` as `NA` and 394 in `Checking account` as `NA`
              row [customer_key] whole 1..2147483647
              Age [age] whole 0..130
              Sex [gender] female | male
              Job [] whole 0..10
              Housing [] own | rent | free
              Saving accounts [] little | moderate | quite rich | rich | Unknown
              Checking account [] little | moderate | rich | Unknown
              Credit amount [] whole 0..100000000
              Duration [] whole 0..1000
              Purpose [] car | radio/TV | furniture/equipment | business | education | repairs | domestic appliances | vacation/others
              Risk [] bad | good
        "#]],
    );
}

#[test]
fn loans_with_an_outcome_that_the_user_names() {
    check(
        "german_credit_semicolon.csv",
        b';',
        Some("Risk=bad"),
        &expect![[r#"
            not card data: a contract was drafted, its 11 columns all in `customers`
            no column names the customers: rows are numbered from 1
            the outcome is `Risk`, as you say: `bad` (300 of 1,000), beside `good`
            roles: age `Age` and gender `Sex`
            amounts are shown with `$`; the data do not say their currency
            left out the column without a name: it numbers the rows
            missing answers: 183 in `Saving accounts` as `NA` and 394 in `Checking account` as `NA`
              row [customer_key] whole 1..2147483647
              Age [age] whole 0..130
              Sex [gender] female | male
              Job [] whole 0..10
              Housing [] own | rent | free
              Saving accounts [] little | moderate | quite rich | rich | Unknown
              Checking account [] little | moderate | rich | Unknown
              Credit amount [] whole 0..100000000
              Duration [] whole 0..1000
              Purpose [] car | radio/TV | furniture/equipment | business | education | repairs | domestic appliances | vacation/others
              Risk [closed] good | bad (closed)
        "#]],
    );
}
