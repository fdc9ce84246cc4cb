//! The built-in contract: what pipelines, validators and the catalog see of it.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::fmt::Write;

use contract::{Allowed, Contract, Role, Side};
use expect_test::expect;
use pipeline::Schema;

#[test]
fn the_two_collections_have_these_fields() {
    let mut text = String::new();
    for (name, schema) in Contract::card().schemas() {
        let Schema::Fields(fields) = schema else { panic!("{name} has no fields") };
        writeln!(text, "{name}").unwrap();
        for field in fields {
            let or_null = if field.nullable { " or null" } else { "" };
            writeln!(text, "  {}: {:?}{or_null}", field.path, field.field_type).unwrap();
        }
    }
    expect![[r#"
        customers
          _id: Int
          CLIENTNUM: Int
          Attrition_Flag: String
          Customer_Age: Int
          Gender: String
          Dependent_count: Int
          Education_Level: String
          Marital_Status: String
          Income_Category: String
          Income_Info.Category_Code: Int
          Income_Info.Min: Int or null
          Income_Info.Max: Int or null
          Card_Category: String
          Months_on_book: Int
          Total_Relationship_Count: Int
          Months_Inactive_12_mon: Int
          Contacts_Count_12_mon: Int
        transactions
          _id: Int
          CLIENTNUM: Int
          Credit_Limit: Double
          Total_Revolving_Bal: Int
          Avg_Open_To_Buy: Double
          Total_Amt_Chng_Q4_Q1: Double
          Total_Trans_Amt: Int
          Total_Trans_Ct: Int
          Total_Ct_Chng_Q4_Q1: Double
          Avg_Utilization_Ratio: Double
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_fields_carry_what_they_may_hold_and_how_they_are_spoken_of() {
    let card = Contract::card();
    let mut text = String::new();
    for rule in card.fields("customers").unwrap() {
        let allowed = match &rule.allowed {
            Allowed::Categories(values) => values.join(", "),
            other => format!("{other:?}"),
        };
        writeln!(text, "{} ({}, {:?}): {allowed}", rule.path, rule.label, rule.unit).unwrap();
    }
    expect![[r#"
        CLIENTNUM (Customer number, Count): Int(1, 2147483647)
        Attrition_Flag (Status, Text): Existing Customer, Attrited Customer
        Customer_Age (Age, Years): Int(18, 120)
        Gender (Gender, Text): F, M
        Dependent_count (Dependents, Count): Int(0, 30)
        Education_Level (Education, Text): Uneducated, High School, College, Graduate, Post-Graduate, Doctorate, Unknown
        Marital_Status (Marital status, Text): Single, Married, Divorced, Unknown
        Income_Category (Income, Text): Less than $40K, $40K - $60K, $60K - $80K, $80K - $120K, $120K +, Unknown
        Income_Info.Category_Code (Income code, Count): Int(1, 6)
        Income_Info.Min (Income from, Dollars): Int(40000, 120000)
        Income_Info.Max (Income up to, Dollars): Int(40000, 120000)
        Card_Category (Card, Text): Blue, Silver, Gold, Platinum
        Months_on_book (Months with the bank, Months): Int(0, 1200)
        Total_Relationship_Count (Products held, Count): Int(0, 100)
        Months_Inactive_12_mon (Months inactive (of 12), Months): Int(0, 12)
        Contacts_Count_12_mon (Contacts (12 months), Count): Int(0, 100)
    "#]]
    .assert_eq(&text);
    assert_eq!(card.fields("branches"), None);
    let nullable: Vec<String> =
        card.fields("customers").unwrap().into_iter().filter(|rule| rule.is_nullable).map(|rule| rule.path).collect();
    assert_eq!(nullable, ["Income_Info.Min", "Income_Info.Max"]);
}

#[test]
fn roles_lead_to_columns_and_to_their_paths_in_a_joined_document() {
    let card = Contract::card();
    let roles: Vec<String> = Role::all()
        .filter_map(|role| Some(format!("{} {}", role.name(), card.joined_path(card.role(role)?))))
        .collect();
    expect![[r#"
        customer_key CLIENTNUM
        closed Attrition_Flag
        age Customer_Age
        gender Gender
        education Education_Level
        marital_status Marital_Status
        income Income_Category
        dependents Dependent_count
        segment Card_Category
        tenure Months_on_book
        products Total_Relationship_Count
        contacts Contacts_Count_12_mon
        months_inactive Months_Inactive_12_mon
        credit_limit transactions.Credit_Limit
        revolving_balance transactions.Total_Revolving_Bal
        open_to_buy transactions.Avg_Open_To_Buy
        utilization transactions.Avg_Utilization_Ratio
        spend transactions.Total_Trans_Amt
        transactions transactions.Total_Trans_Ct
        spend_change transactions.Total_Amt_Chng_Q4_Q1
        transactions_change transactions.Total_Ct_Chng_Q4_Q1"#]]
    .assert_eq(&roles.join("\n"));
    assert_eq!(card.role(Role::Closed).unwrap().closed_values(), ["Attrited Customer"]);
    assert_eq!(card.role(Role::Education).unwrap().missing_value(), Some("Unknown"));
    assert_eq!(card.role(Role::Gender).unwrap().missing_value(), None);
    assert_eq!(card.key().side, Side::Both);
    assert!(card.has_transactions() && card.collections() == ["customers", "transactions"]);
    let concurrent = card.columns.iter().filter(|column| column.concurrent).count();
    assert_eq!((concurrent, card.columns.len()), (9, 21));
    assert!(card.left_out[0].is("Naive_Bayes_Classifier_X") && !card.left_out[0].is("A_Naive_Bayes_Classifier_"));
}

#[test]
fn the_text_makes_the_same_contract_again() {
    let card = Contract::card();
    assert_eq!(Contract::parse("a.toml", card.text()).unwrap(), card);
}

/// The contract of the other tests: other names, another outcome, no money, no transactions.
#[test]
fn a_contract_of_another_kind_of_bank() {
    let text = include_str!("../../../tests/contracts/second.toml");
    let second = Contract::parse("second.toml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let mut text = String::new();
    for (name, schema) in second.schemas() {
        let Schema::Fields(fields) = schema else { panic!("{name} has no fields") };
        for field in fields {
            let or_null = if field.nullable { " or null" } else { "" };
            writeln!(text, "{name} {}: {:?}{or_null}", field.path, field.field_type).unwrap();
        }
    }
    expect![[r#"
        customers _id: String
        customers MemberRef: String
        customers Exited: String
        customers AgeYears: Int or null
        customers Region: String
        customers Plan: String
        customers MonthsWithUs: Int
        customers ProductsHeld: Int
        customers Satisfaction: Int
        customers VisitsPerWeek: Double or null
        customers LastVisit: Date or null
        customers Phone: Long
    "#]]
    .assert_eq(&text);
    assert_eq!(second.role(Role::Closed).unwrap().closed_values(), ["yes"]);
    assert_eq!(second.role(Role::Region).unwrap().missing_value(), Some("not said"));
    assert!(second.left_out[0].is("Risk_Model_Output") && !second.left_out[0].is("Risk_Model_Output_2"));
}
