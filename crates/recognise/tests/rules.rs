//! What is recognised in small tables, rule by rule: the notes, and the columns with their roles.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::too_many_lines, reason = "expectations are long")]
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fmt::Write;

use contract::{Contract, Kind, Role};
use csv::ByteRecord;
use diagnostic::Faults;
use expect_test::{Expect, expect};
use recognise::{Closed, Recognised, Survey, Wishes};

/// What is recognised in a table of so many rows, each made of its number.
fn recognised<const N: usize>(
    header: [&str; N],
    n_rows: usize,
    row: impl Fn(usize) -> [String; N],
    closed: Option<&str>,
) -> Result<Recognised, Faults> {
    let mut survey = Survey::new(&header.map(str::to_owned));
    for i in 0..n_rows {
        survey.add(&ByteRecord::from(row(i).to_vec()));
    }
    let closed = closed.map(|text| Closed::parse(text).unwrap());
    survey.finish(&Wishes { file: "t.csv", closed: closed.as_ref(), comma_likely: false, paths: None })
}

/// The notes, and each column in short.
fn told(recognised: &Recognised) -> String {
    let mut text = String::new();
    for note in &recognised.notes {
        writeln!(text, "{}{}", if note.is_doubt() { "doubt: " } else { "" }, note.text).unwrap();
    }
    for column in &recognised.contract.columns {
        writeln!(text, "  {}", shown(column)).unwrap();
    }
    for out in &recognised.contract.left_out {
        writeln!(text, "  out: {}{}", out.name, if out.leaks { ", leaks" } else { "" }).unwrap();
    }
    text
}

fn shown(column: &contract::Column) -> String {
    let category = |one: &contract::Category| {
        let marks = [(one.is_closed, " (closed)"), (one.is_missing, " (missing)")];
        let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
        let spellings = if one.spellings.is_empty() { String::new() } else { format!(" {:?}", one.spellings) };
        format!("{}{spellings}{marks}", one.value)
    };
    let kind = match &column.kind {
        Kind::Category(all) => all.iter().map(category).collect::<Vec<_>>().join(" | "),
        Kind::Whole { min, max } => format!("whole {min}..{max}"),
        Kind::Decimal { min, max, steps } => format!("decimal {min}..{max} /{steps}"),
        Kind::Text => "text".to_owned(),
        Kind::Date => "date".to_owned(),
    };
    let mut text = format!("{}: {kind}", column.name);
    let unit = Some(column.unit.name()).filter(|unit| *unit != "count" && *unit != "text");
    for (key, said) in [("role", column.role.map(Role::name)), ("unit", unit)] {
        if let Some(said) = said {
            write!(text, ", {key} {said}").unwrap();
        }
    }
    for (key, list) in [("header", &column.headers), ("missing", &column.missing), ("from", &column.derived_from)] {
        if !list.is_empty() {
            write!(text, ", {key} {list:?}").unwrap();
        }
    }
    let marks = [
        (column.is_nullable, "nullable"),
        (column.is_numbered, "numbered"),
        (column.computed.is_some(), "computed"),
        (column.direct_identifier, "identifier"),
    ];
    for (_, mark) in marks.into_iter().filter(|(is, _)| *is) {
        write!(text, ", {mark}").unwrap();
    }
    text
}

fn check<const N: usize>(header: [&str; N], n_rows: usize, row: impl Fn(usize) -> [String; N], expected: &Expect) {
    check_closed(header, n_rows, row, None, expected);
}

fn check_closed<const N: usize>(
    header: [&str; N],
    n_rows: usize,
    row: impl Fn(usize) -> [String; N],
    closed: Option<&str>,
    expected: &Expect,
) {
    match recognised(header, n_rows, row, closed) {
        Ok(recognised) => expected.assert_eq(&told(&recognised)),
        Err(faults) => expected.assert_eq(&format!("{faults}\n")),
    }
}

/// A number below another, as if by chance but always the same.
fn number(row: usize, salt: usize, below: usize) -> usize {
    let mixed = (row as u64 * 1_000 + salt as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (mixed >> 33) as usize % below
}

/// One of some values.
fn of<'a>(values: &[&'a str], row: usize, salt: usize) -> &'a str {
    values[number(row, salt, values.len())]
}

#[test]
fn names_are_known_in_all_languages_and_without_fillers() {
    let row = |i: usize| {
        let (age, score) = (20 + number(i, 1, 50), 300 + number(i, 3, 500));
        [format!("K{i}"), age.to_string(), of(&["m", "w"], i, 2).to_owned(), score.to_string()]
    };
    check(
        ["Kunden-Nr.", "ALTER", "Geschlecht", "Bonität"],
        60,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 4 columns all in `customers`
            the key is `Kunden-Nr.`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: age `ALTER`, gender `Geschlecht` and credit score `Bonität`
            names that fields cannot have: `Kunden-Nr.` is `Kunden-Nr_`
              Kunden-Nr_: text, role customer_key, header ["Kunden-Nr."]
              ALTER: whole 0..130, role age, unit years
              Geschlecht: w | m, role gender
              Bonität: whole 0..1000, role credit_score
        "#]],
    );
    check(
        ["müşteri_no", "Yaş", "CİNSİYET", "Kredi Notu"],
        60,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 4 columns all in `customers`
            the key is `müşteri_no`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: age `Yaş`, gender `CİNSİYET` and credit score `Kredi Notu`
              müşteri_no: text, role customer_key
              Yaş: whole 0..130, role age, unit years
              CİNSİYET: w | m, role gender
              Kredi Notu: whole 0..1000, role credit_score
        "#]],
    );
    check(
        ["id client", "Age of client", "Client Gender", "Customer Credit-Score"],
        60,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 4 columns all in `customers`
            the key is `id client`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: age `Age of client`, gender `Client Gender` and credit score `Customer Credit-Score`
              id client: text, role customer_key
              Age of client: whole 0..130, role age, unit years
              Client Gender: w | m, role gender
              Customer Credit-Score: whole 0..1000, role credit_score
        "#]],
    );
}

/// The names, values and notation of a Portuguese course's file.
#[test]
fn card_data_of_which_columns_are_missing() {
    let header = [
        "id",
        "default",
        "idade",
        "sexo",
        "dependentes",
        "escolaridade",
        "estado_civil",
        "salario_anual",
        "tipo_cartao",
        "meses_de_relacionamento",
        "qtd_produtos",
        "iteracoes_12m",
        "meses_inativo_12m",
        "limite_credito",
        "saldo_rotativo",
        "valor_transacoes_12m",
    ];
    let row = |i: usize| {
        [
            (768_805_383 + i * 7).to_string(),
            of(&["0", "0", "0", "1"], i, 1).to_owned(),
            (20 + number(i, 2, 50)).to_string(),
            of(&["M", "F"], i, 3).to_owned(),
            number(i, 4, 6).to_string(),
            of(&["ensino medio", "mestrado", "na", "graduacao", "doutorado"], i, 5).to_owned(),
            of(&["casado", "solteiro", "na", "divorciado"], i, 6).to_owned(),
            of(&["$60K - $80K", "menos que $40K", "$120K +", "na", "$200K - $300K"], i, 7).to_owned(),
            of(&["blue", "gold", "silver", "platinum"], i, 8).to_owned(),
            (13 + number(i, 9, 40)).to_string(),
            (1 + number(i, 10, 6)).to_string(),
            number(i, 11, 6).to_string(),
            number(i, 12, 6).to_string(),
            format!("{}.{:03},{:02}", 1 + number(i, 13, 30), number(i, 14, 1000), number(i, 15, 100)),
            number(i, 16, 900).to_string(),
            format!("1.{:03},5", number(i, 17, 1000)),
        ]
    };
    check(
        header,
        300,
        row,
        &expect![[r#"
            card data, read by the card contract, without `Attrition_Flag`, `Total_Amt_Chng_Q4_Q1`, `Total_Trans_Ct` and `Total_Ct_Chng_Q4_Q1`, with `default` beside
            the key is `id`
            doubt: `default` is an outcome but not that the account was closed: none was taken; `--closed default=1` takes it
            read by other names: `id` as `CLIENTNUM`, `idade` as `Customer_Age`, `sexo` as `Gender`, `dependentes` as `Dependent_count` and 11 more
            values read otherwise: `graduacao` as `Graduate`, `mestrado` as `Post-Graduate`, `doutorado` as `Doctorate`, `ensino medio` as `High School` and 4 more
            doubt: one frequent value is not known and became a category of its own: `$200K - $300K` of `Income_Category` (60)
            computed from limit and balance: `Avg_Open_To_Buy` and `Avg_Utilization_Ratio`
            missing answers: 61 in `escolaridade` as `na`, 87 in `estado_civil` as `na` and 56 in `salario_anual` as `na`
              CLIENTNUM: whole 1..2147483647, role customer_key, header ["id"]
              Customer_Age: whole 18..120, role age, unit years, header ["idade"]
              Gender: F | M, role gender, header ["sexo"]
              Dependent_count: whole 0..30, role dependents, header ["dependentes"]
              Education_Level: Uneducated | High School ["ensino medio"] | College | Graduate ["graduacao"] | Post-Graduate ["mestrado"] | Doctorate ["doutorado"] | Unknown ["na"] (missing), role education, header ["escolaridade"]
              Marital_Status: Single ["solteiro"] | Married ["casado"] | Divorced ["divorciado"] | Unknown ["na"] (missing), role marital_status, header ["estado_civil"]
              Income_Category: Less than $40K ["menos que $40K"] | $40K - $60K | $60K - $80K | $80K - $120K | $120K + | $200K - $300K | Unknown ["na"] (missing), role income, header ["salario_anual"]
              Card_Category: Blue ["blue"] | Silver ["silver"] | Gold ["gold"] | Platinum ["platinum"], role segment, header ["tipo_cartao"]
              Months_on_book: whole 0..1200, role tenure, unit months, header ["meses_de_relacionamento"]
              Total_Relationship_Count: whole 0..100, role products, header ["qtd_produtos"]
              Months_Inactive_12_mon: whole 0..12, role months_inactive, unit months, header ["meses_inativo_12m"]
              Contacts_Count_12_mon: whole 0..100, role contacts, header ["iteracoes_12m"]
              Credit_Limit: decimal 0..100000000 /10, role credit_limit, unit dollars, header ["limite_credito"], from ["Card_Category"]
              Total_Revolving_Bal: whole 0..100000000, role revolving_balance, unit dollars, header ["saldo_rotativo"]
              Avg_Open_To_Buy: decimal -100000000..100000000 /10, role open_to_buy, unit dollars, from ["Credit_Limit", "Total_Revolving_Bal"], computed
              Total_Trans_Amt: decimal 0..100000000 /10, role spend, unit dollars, header ["valor_transacoes_12m"]
              Avg_Utilization_Ratio: decimal 0..1000 /1000, role utilization, unit ratio, from ["Credit_Limit", "Total_Revolving_Bal"], nullable, computed
              default: whole 0..1
              out: Naive_Bayes_Classifier_, leaks
        "#]],
    );
    let recognised = recognised(header, 300, row, Some("default=1")).unwrap();
    let outcome = recognised.contract.role(Role::Closed).unwrap();
    assert_eq!((outcome.name.as_str(), outcome.closed_values()), ("default", vec!["1"]));
    assert_eq!(outcome.categories()[1].phrase.as_deref(), Some("customers with default 1"));
    // An outcome that is a column of the card contract stays under its own name.
    let other = self::recognised(header, 300, row, Some("sexo=F")).unwrap();
    let outcome = other.contract.role(Role::Closed).unwrap();
    assert_eq!((outcome.name.as_str(), other.contract.role(Role::Gender)), ("sexo", None));
    let is_limit = |column: &contract::Column| column.role == Some(Role::CreditLimit);
    let limit = recognised.contract.columns.iter().position(is_limit).unwrap();
    assert_eq!(recognised.notations[limit].number(b"12.691,51"), Some(12_691.51));
}

#[test]
fn the_outcome_with_words_wins_over_codes() {
    // The code says 1 of those who stayed.
    let row = |i: usize| {
        let state = of(&["Existing", "Existing", "Existing", "Attrited"], i, 1);
        [format!("C{i}"), state.to_owned(), u8::from(state == "Existing").to_string(), number(i, 2, 9).to_string()]
    };
    check(
        ["id", "status", "churn", "visits"],
        80,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            the outcome is `status`: `Attrited` means closed (23 of 80), `Existing` open
            left out `churn`: it says the outcome again
              id: text, role customer_key
              status: Existing | Attrited (closed), role closed
              visits: whole 0..100
              out: churn, leaks
        "#]],
    );
    // In few rows by their names alone.
    let row = |i: usize| [format!("C{i}"), "Existing".to_owned(), "0".to_owned(), number(i, 2, 9).to_string()];
    check(
        ["id", "status", "churn", "visits"],
        5,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            the outcome is `status`: `Existing` means open, and no account is closed
            left out `churn`: it says the outcome again
              id: text, role customer_key
              status: Existing | Attrited Customer (closed), role closed
              visits: whole 0..100
              out: churn, leaks
        "#]],
    );
}

#[test]
fn outcomes_in_doubt_are_not_guessed() {
    let row = |i: usize| [format!("C{i}"), of(&["0", "0", "1"], i, 1).to_owned(), of(&["Yes", "No"], i, 2).to_owned()];
    check(
        ["id", "exited", "churn"],
        80,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            doubt: `exited` and `churn` may be the outcome and do not agree: no outcome was taken; `--closed exited=1` names one
              id: text, role customer_key
              exited: whole 0..1
              churn: No | Yes
        "#]],
    );
    check(
        ["id", "visited", "default.payment.next.month"],
        80,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            doubt: `default.payment.next.month` is an outcome but not that the account was closed: none was taken; `--closed default.payment.next.month=Yes` takes it
            names that fields cannot have: `default.payment.next.month` is `default_payment_next_month`
              id: text, role customer_key
              visited: whole 0..1
              default_payment_next_month: No | Yes, header ["default.payment.next.month"]
        "#]],
    );
    check_closed(
        ["id", "exited", "churn"],
        80,
        row,
        Some("churn=Yes"),
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            the outcome is `churn`, as you say: `Yes` (34 of 80), beside `No`
              id: text, role customer_key
              exited: whole 0..1
              churn: No | Yes (closed), role closed
        "#]],
    );
    let row = |i: usize| [format!("C{i}"), of(&["A", "B"], i, 1).to_owned(), of(&["x", "y"], i, 2).to_owned()];
    check(
        ["id", "churn", "kind"],
        80,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            doubt: which values of `churn` mean closed is not clear: no outcome was taken; `--closed churn=B` names one
              id: text, role customer_key
              churn: A | B
              kind: y | x
        "#]],
    );
}

#[test]
fn the_user_names_the_outcome() {
    let header = ["id", "Credit Risk", "left"];
    let row = |i: usize| {
        [format!("C{i}"), of(&["good", "bad", "worse"], i, 1).to_owned(), of(&["0.0", "1.0"], i, 2).to_owned()]
    };
    check_closed(
        header,
        80,
        row,
        Some("credit_risk=bad,WORSE"),
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            the outcome is `Credit Risk`, as you say: `worse` and `bad` (54 of 80), beside `good`
              id: text, role customer_key
              Credit Risk: good | worse (closed) | bad (closed), role closed
              left: whole 0..1
        "#]],
    );
    check_closed(
        header,
        80,
        row,
        Some("left=1"),
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            the outcome is `left`, as you say: `1.0` (46 of 80), beside `0.0`
              id: text, role customer_key
              Credit Risk: worse | good | bad
              left: 0.0 | 1.0 (closed), role closed
        "#]],
    );
    check_closed(
        header,
        80,
        row,
        Some("Risk=bad"),
        &expect![[r#"
        the file has no column `Risk`
          at t.csv
        hint: the columns here are `id`, `Credit Risk`, `left`
    "#]],
    );
    check_closed(
        header,
        80,
        row,
        Some("left=2"),
        &expect![[r#"
        the column `left` has no value `2`
          at t.csv
        hint: the values here are `1.0`, `0.0`
    "#]],
    );
    check_closed(
        header,
        80,
        row,
        Some("left=0,1"),
        &expect![[r#"
        then every customer has closed the account: the column `left` has no other value
          at t.csv
    "#]],
    );
    check_closed(
        header,
        300,
        row,
        Some("id=C1"),
        &expect![[r#"
        the column `id` has too many values to be the outcome
          at t.csv
    "#]],
    );
}

#[test]
fn what_tells_the_outcome_is_a_leak() {
    let row = |i: usize| {
        let left = of(&["No", "No", "Yes"], i, 1);
        let reason = if left == "Yes" { of(&["price", "service"], i, 2) } else { "" };
        let score = if left == "Yes" { 80 + number(i, 3, 20) } else { number(i, 4, 80) };
        let why = if left == "Yes" { of(&["moved", "other"], i, 5) } else { "stays" };
        let visits = number(i, 6, 99).to_string();
        [format!("C{i}"), left.to_owned(), reason.to_owned(), score.to_string(), why.to_owned(), visits]
    };
    check(
        ["id", "Churn", "Churn Reason", "risk points", "motive", "visits"],
        120,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            the outcome is `Churn`: `Yes` means closed (39 of 120), `No` open
            left out `Churn Reason`: it was computed from the outcome
            left out `risk points` and `motive`: they say the outcome again
              id: text, role customer_key
              Churn: No | Yes (closed), role closed
              visits: whole 0..1000
              out: Churn Reason, leaks
              out: risk points, leaks
              out: motive, leaks
        "#]],
    );
}

#[test]
fn keys_are_unique_and_do_not_number_the_rows_if_they_need_not() {
    let some = |i: usize, salt: usize| number(i, salt, 9).to_string();
    check(
        ["", "Customer ID", "visits"],
        30,
        |i| [i.to_string(), (9_000 + i * 3).to_string(), some(i, 1)],
        &expect![[r#"
            not card data: a contract was drafted, its 2 columns all in `customers`
            the key is `Customer ID`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            left out the column without a name: it numbers the rows
              Customer ID: whole 1..2147483647, role customer_key
              visits: whole 0..100
              out: 
        "#]],
    );
    check(
        ["id", "a", "b"],
        30,
        |i| [(i + 1).to_string(), some(i, 1), some(i, 2)],
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
              id: whole 1..2147483647, role customer_key
              a: whole 0..100
              b: whole 0..100
        "#]],
    );
    check(
        ["id", "customer no", "b"],
        60,
        |i| [(i + 1).to_string(), (i / 2).to_string(), some(i, 2)],
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            `customer no` may name persons: it is not shown, filtered or grouped by; only a pipeline for which you name it knowingly reads it
              id: whole 1..2147483647, role customer_key
              customer no: text, identifier
              b: whole 0..100
        "#]],
    );
    check(
        ["x", "customer no", "b"],
        60,
        |i| [(i + 1).to_string(), (i / 2).to_string(), some(i, 2)],
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            doubt: `customer no` has values more than once and is not the key: rows are numbered from 1, each taken for a customer
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            left out `x`: it numbers the rows
            `customer no` may name persons: it is not shown, filtered or grouped by; only a pipeline for which you name it knowingly reads it
              row: whole 1..2147483647, role customer_key, numbered
              customer no: text, identifier
              b: whole 0..100
              out: x
        "#]],
    );
    check(
        ["badge", "n", "b"],
        30,
        |i| [format!("X-{}", i * 31), i.to_string(), some(i, 2)],
        &expect![[r#"
            not card data: a contract was drafted, its 2 columns all in `customers`
            the key is `badge`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            left out `n`: it numbers the rows
              badge: text, role customer_key
              b: whole 0..100
              out: n
        "#]],
    );
    check(
        ["iban", "a", "b"],
        40,
        |i| [format!("DE{:020}", i * 77), some(i, 1), some(i, 2)],
        &expect![[r#"
            not card data: a contract was drafted, its 4 columns all in `customers`
            no column names the customers: rows are numbered from 1
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            `iban` may name persons: it is not shown, filtered or grouped by; only a pipeline for which you name it knowingly reads it
              row: whole 1..2147483647, role customer_key, numbered
              iban: text, identifier
              a: whole 0..100
              b: whole 0..100
        "#]],
    );
    // A customer who is in the file twice is for the import to refuse.
    check(
        ["customer id", "a", "b"],
        40,
        |i| [(700 + i.max(1)).to_string(), some(i, 1), some(i, 2)],
        &expect![[r#"
            not card data: a contract was drafted, its 3 columns all in `customers`
            the key is `customer id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
              customer id: whole 1..2147483647, role customer_key
              a: whole 0..100
              b: whole 0..100
        "#]],
    );
}

#[test]
fn long_keys_and_numbers() {
    let row = |i: usize| {
        [
            format!("40001234{:08}", i * 977),
            format!("{}", 3_000_000_000_u64 + number(i, 3, 99) as u64),
            format!("1234567890123456789{:03}", number(i, 4, 99)),
            format!("{}.0", number(i, 1, 90)),
            format!("{:05}", number(i, 2, 90_000)),
        ]
    };
    check(
        ["account number", "big", "bigger", "as float", "zip"],
        400,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 5 columns all in `customers`
            the key is `account number`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
              account number: whole 1..999999999999999999, role customer_key
              big: whole 0..10000000000
              bigger: text
              as float: whole 0..1000
              zip: text
        "#]],
    );
    let row = |i: usize| [format!("123456789012345678901234{i:03}"), number(i, 1, 9).to_string()];
    check(
        ["account number", "a"],
        40,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 2 columns all in `customers`
            the key is `account number`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
              account number: text, role customer_key
              a: whole 0..100
        "#]],
    );
    let row = |i: usize| [format!("{:06}", i * 3), number(i, 1, 9).to_string()];
    check(
        ["account number", "a"],
        40,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 2 columns all in `customers`
            the key is `account number`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
              account number: text, role customer_key
              a: whole 0..100
        "#]],
    );
}

#[test]
fn doubles_and_what_follows() {
    let header = ["id", "Plan", "Plan code", "Age", "Age band", "Years", "Paid", "Due", "Paid ratio"];
    let row = |i: usize| {
        let (plan, age) = (number(i, 1, 3), 18 + number(i, 2, 60));
        let band = match age {
            ..30 => "young",
            30..60 => "adult",
            _ => "senior",
        };
        let (paid, due) = (100 + number(i, 3, 900), 50 + number(i, 4, 900));
        [
            format!("C{i}"),
            ["Basic", "Plus", "Full"][plan].to_owned(),
            (plan + 1).to_string(),
            age.to_string(),
            band.to_owned(),
            age.to_string(),
            format!("{paid}.5"),
            due.to_string(),
            format!("{:.4}", (paid as f64 + 0.5) / due as f64),
        ]
    };
    check(
        header,
        200,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 7 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: age `Age`
            left out doubles: `Plan code` of `Plan` and `Years` of `Age`
            follows from others: `Age band` from `Age` and `Paid ratio` from `Paid` and `Due`
              id: text, role customer_key
              Plan: Basic | Plus | Full
              Age: whole 0..130, role age, unit years
              Age band: young | adult | senior, from ["Age"]
              Paid: decimal 0..10000 /10, unit ratio
              Due: whole 0..10000
              Paid ratio: decimal 0..100 /10000, unit ratio, from ["Paid", "Due"]
              out: Plan code
              out: Years
        "#]],
    );
    // In a few rows everything follows from everything.
    check(
        header,
        8,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 9 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: age `Age`
              id: text, role customer_key
              Plan: Full | Basic | Plus
              Plan code: whole 0..10
              Age: whole 0..130, role age, unit years
              Age band: young | adult | senior
              Years: whole 0..1000, unit years
              Paid: decimal 0..10000 /10, unit ratio
              Due: whole 0..10000
              Paid ratio: decimal 0..100 /10000, unit ratio
        "#]],
    );
}

#[test]
fn persons_are_known_by_name_and_by_contents() {
    let row = |i: usize| {
        [
            format!("C{i}"),
            of(&["Li", "Roe", "Poe"], i, 1).to_owned(),
            format!("555{:07}", i * 7919),
            format!("{}@x.org", of(&["a", "b", "c", "d", "e", "f", "g", "h"], i, 2)),
            format!("likes number {}", i * 31),
            of(&["Rome", "Oslo"], i, 3).to_owned(),
        ]
    };
    check(
        ["id", "Apellido", "Phone No", "contact", "remark", "city"],
        60,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 6 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: region `city`
            `Apellido`, `Phone No`, `contact` and `remark` may name persons: they are not shown, filtered or grouped by; only a pipeline for which you name them knowingly reads them
              id: text, role customer_key
              Apellido: text, identifier
              Phone No: text, identifier
              contact: text, identifier
              remark: text, identifier
              city: Oslo | Rome, role region
        "#]],
    );
}

#[test]
fn categories_have_their_order_and_their_missing_answers() {
    let row = |i: usize| {
        [
            format!("C{i}"),
            of(&["High", "low", "Low", "Medium", "N/A"], i, 1).to_owned(),
            of(&["60+", "18-25", "26-59", "under 18", ""], i, 2).to_owned(),
            of(&["B", "A", "A", "A", "c", "c"], i, 3).to_owned(),
            of(&["Master's", "High School", "PhD", "?", "not specified"], i, 4).to_owned(),
            of(&["single", "Married", "Single\u{a0}", "unknown"], i, 5).to_owned(),
            of(&["3+", "0", "1", "2"], i, 6).to_owned(),
        ]
    };
    check(
        ["id", "Level", "Band", "Class name", "Education", "Marital", "Children"],
        200,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 7 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: education `Education` and marital status `Marital`
            missing answers: 32 in `Level` as `N/A`, 40 in `Band`, 79 in `Education` as `not specified` and `?` and 54 in `Marital` as `unknown`
              id: text, role customer_key
              Level: low ["Low"] | Medium | High | Unknown ["N/A"] (missing)
              Band: under 18 | 18-25 | 26-59 | 60+ | Unknown [""] (missing)
              Class name: A | c | B
              Education: High School | Master's | PhD | Unknown ["not specified", "?"] (missing), role education
              Marital: single | Married | Unknown ["unknown"] (missing), role marital_status
              Children: 0 | 1 | 2 | 3+
        "#]],
    );
}

#[test]
fn numbers_with_missing_cells_and_with_waste() {
    let row = |i: usize| {
        let or = |n: usize, other: &str, cell: String| if i % n == 3 { other.to_owned() } else { cell };
        [
            format!("C{i}"),
            or(10, "", number(i, 1, 99).to_string()),
            or(10, "NA", format!("{}.25", number(i, 2, 999))),
            or(50, "#DIV/0!", number(i, 3, 99).to_string()),
            if i.is_multiple_of(3) { "5".to_owned() } else { "#REF!".to_owned() },
            or(50, "oops", number(i, 4, 9999).to_string()),
            String::new(),
            format!("2026-01-{:02}", 1 + number(i, 5, 28)),
        ]
    };
    check(
        ["id", "visits", "Mean fee", "a", "waste", "b", "empty", "since"],
        150,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 6 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            amounts are shown with `$`; the data do not say their currency
            left out `empty`: it has no value
            left out `waste`: it holds a spreadsheet's failed formulas
            missing answers: 15 in `visits` and 15 in `Mean fee` as `NA`
              id: text, role customer_key
              visits: whole 0..1000, nullable
              Mean fee: decimal 0..100000000 /100, unit dollars, missing ["NA"], nullable
              a: whole 0..1000
              b: whole 0..100000
              since: date
              out: waste
              out: empty
        "#]],
    );
}

#[test]
fn units_are_told_by_names_and_reach() {
    let row = |i: usize| {
        [
            format!("C{i}"),
            number(i, 1, 9).to_string(),
            format!("0.{:03}", number(i, 2, 999)),
            format!("${},{:03}.50", 1 + number(i, 3, 9), number(i, 4, 999)),
            format!("{}%", number(i, 5, 99)),
            (1000 + number(i, 6, 90_000)).to_string(),
            (-(number(i, 7, 500) as i64)).to_string(),
            number(i, 8, 5000).to_string(),
        ]
    };
    check(
        ["id", "tenure", "pay_rate", "x1", "x2", "Balance", "delta", "Months since"],
        100,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 8 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: tenure `tenure` and deposit balance `Balance`
            doubt: `tenure` is taken to count years: its name does not say, and it goes to 8
              id: text, role customer_key
              tenure: whole 0..100, role tenure, unit years
              pay_rate: decimal 0..1 /1000, unit share
              x1: decimal 0..100000000 /10, unit dollars
              x2: decimal 0..1 /100, unit share
              Balance: whole 0..100000000, role deposit_balance, unit dollars
              delta: whole -1000..1000
              Months since: whole 0..10000, unit months
        "#]],
    );
    let row = |i: usize| {
        let (balance, limit) = (number(i, 2, 9000), 10_000 + number(i, 3, 9000));
        [format!("C{i}"), number(i, 1, 99).to_string(), balance.to_string(), limit.to_string()]
    };
    check(
        ["id", "tenure", "Balance", "Credit limit"],
        100,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 6 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            roles: tenure `tenure`, revolving balance `Balance` and credit limit `Credit limit`
            doubt: `tenure` is taken to count months: its name does not say, and it goes to 98
            amounts are shown with `$`; the data do not say their currency
            computed from limit and balance: `open_to_buy` and `utilization`
              id: text, role customer_key
              tenure: whole 0..1200, role tenure, unit months
              Balance: whole 0..100000000, role revolving_balance, unit dollars
              Credit limit: whole 0..100000000, role credit_limit, unit dollars
              open_to_buy: decimal -100000000..100000000 /1000, role open_to_buy, unit dollars, from ["Credit limit", "Balance"], computed
              utilization: decimal 0..1000 /1000, role utilization, unit ratio, from ["Credit limit", "Balance"], nullable, computed
        "#]],
    );
}

#[test]
fn headers_that_are_none() {
    let some = |i: usize, salt: usize| number(i, salt, 9).to_string();
    let row = |i: usize| [format!("C{i}"), some(i, 1), some(i, 2), some(i, 3), some(i, 4)];
    check(
        ["id", "a", "a", "", "$x.y"],
        40,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 4 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
            names that fields cannot have: the column without a name is `column_4` and `$x.y` is `_x_y`
            doubt: `a` stands in the header more than once: only the first column is read
              id: text, role customer_key
              a: whole 0..100
              column_4: whole 0..100, header [""]
              _x_y: whole 0..100, header ["$x.y"]
        "#]],
    );
    check(
        ["3", "M", "5", "7.5", "x"],
        4,
        row,
        &expect![[r#"
        the first line holds values, such as `3`, and no names of columns
          at t.csv:1
        hint: put a line above it that names the columns
    "#]],
    );
    check(
        ["id", "a", "b", "c", "d"],
        0,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 5 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
              id: text, role customer_key
              a: text
              b: text
              c: text
              d: text
        "#]],
    );
    check(
        [],
        3,
        |_| [],
        &expect![[r#"
        the table has no columns
          at t.csv
    "#]],
    );
}

#[test]
fn numbers_that_can_be_read_in_two_ways_are_refused() {
    let row = |i: usize| [format!("C{i}"), format!("1,{:03}", number(i, 1, 999))];
    check(
        ["id", "fee"],
        40,
        row,
        &expect![[r#"
        `1,782` can be 1782 or 1.782
          at t.csv, column `fee`
        hint: write the numbers of the column with a decimal point and nothing between thousands
    "#]],
    );
}

#[test]
fn blank_rows_and_sums_say_nothing() {
    let row = |i: usize| match i {
        18 => ["", "", "", ""].map(str::to_owned),
        19 => ["Total", "", "", ""].map(str::to_owned),
        i => [format!("C{i}"), number(i, 1, 9).to_string(), number(i, 2, 9).to_string(), "x".to_owned()],
    };
    check(
        ["id", "a", "b", "c"],
        20,
        row,
        &expect![[r#"
            not card data: a contract was drafted, its 4 columns all in `customers`
            the key is `id`
            no column was recognised as saying who closed the account, so analyses of closures are left out; `--closed COLUMN=VALUE` names one
              id: text, role customer_key
              a: whole 0..100
              b: whole 0..100
              c: x
        "#]],
    );
}

/// Cells that hurt, in tables of all sizes: it never panics, and a draft is always read by the contract's parser.
#[test]
fn no_table_makes_it_fail() {
    let nasty: [&[u8]; 34] = [
        b"",
        b" ",
        b"0",
        b"1",
        b"-1",
        b"1.5",
        b"1,5",
        b"1,234",
        b"9e99",
        b"1e999",
        b"NaN",
        b"?",
        b"-",
        b"Yes",
        b"No",
        b"#DIV/0!",
        b"Total",
        b"\xff\xfe",
        b"\0",
        b"\n",
        b"'''",
        b"\"",
        b"\\",
        b"a\x1b[31m",
        "ünï".as_bytes(),
        "\u{a0}".as_bytes(),
        "x\u{a0}".as_bytes(),
        b"x",
        b"007",
        b"12345678901234567890123",
        b"2026-01-31",
        b"2026-99-99",
        b"50%",
        b"$5",
    ];
    let names = [
        "",
        " ",
        "id",
        "ID",
        "Age",
        "age",
        "churn",
        "status",
        "Exited",
        "balance",
        "credit limit",
        "gender",
        "a.b",
        "$a",
        "_id",
        "transactions",
        "'''",
        "\"",
        "\\",
        "\n",
        "\0",
        "x\u{a0}",
        "Risk",
        "index",
        "{}",
        "surname",
        "income",
        "utilization",
        "spend",
        "months inactive",
        "contacts",
        "total revolving bal",
        "ünï",
        "#VALUE!",
        "tenure",
    ];
    for seed in 0..200 {
        let pick = |i: usize, n: usize| number(seed * 977 + i, 7, n);
        let n_columns = 1 + pick(1, 14);
        let header: Vec<String> = (0..n_columns).map(|i| names[pick(10 + i, names.len())].to_owned()).collect();
        let mut survey = Survey::new(&header);
        let n_words = 1 + pick(2, 6);
        for row in 0..pick(3, 120) {
            let cell = |column: usize| match column % 3 {
                0 => row.to_string().into_bytes(),
                _ => nasty[(pick(column, nasty.len()) + pick(row * 31 + column, n_words)) % nasty.len()].to_vec(),
            };
            survey.add(&ByteRecord::from((0..n_columns + pick(row, 3)).map(cell).collect::<Vec<_>>()));
        }
        let wished = Closed { column: header[0].clone(), values: vec!["1".to_owned()] };
        for closed in [None, Some(&wished)] {
            match survey.finish(&Wishes { file: "n.csv", closed, comma_likely: seed % 2 == 0, paths: None }) {
                Ok(recognised) => {
                    assert!(recognised.notes.len() <= 12);
                    assert_eq!(recognised.notations.len(), recognised.contract.columns.len());
                    let again = Contract::parse("again", recognised.contract.text());
                    assert_eq!(again.as_ref(), Ok(&recognised.contract));
                }
                Err(faults) => assert!(!faults.to_string().contains("drafted"), "{seed}: {header:?}\n{faults}"),
            }
        }
    }
}

#[test]
fn days_with_a_time_name_no_one_and_are_no_key() {
    check(
        ["id", "last login", "made", "churn"],
        60,
        |i| {
            let (day, minute) = (i % 28 + 1, i % 60);
            [
                (4711 + i * 3).to_string(),
                format!("2026-01-{day:02} 10:{minute:02}:00"),
                format!("2026-02-{day:02}T11:{minute:02}:{minute:02}Z"),
                of(&["yes", "no"], i, 3).to_owned(),
            ]
        },
        &expect![[r#"
            not card data: a contract was drafted, its 4 columns all in `customers`
            the key is `id`
            the outcome is `churn`: `yes` means closed (28 of 60), `no` open
            days with a time stay texts: `last login` and `made`
              id: whole 1..2147483647, role customer_key
              last login: text
              made: text
              churn: no | yes (closed), role closed
        "#]],
    );
}
