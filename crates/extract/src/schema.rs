//! What a pipeline may know of the card data before a row is read.

use arrow_schema::DataType;
use pipeline::{Field, FieldType, Schema, Schemas};

use crate::block::schema;
use crate::columns::Side;
use crate::{CUSTOMERS, TRANSACTIONS};

/// The schemas of `customers` and `transactions`.
#[must_use]
pub fn schemas() -> Schemas {
    Schemas::from([
        (CUSTOMERS.to_owned(), fields(Side::Customer)),
        (TRANSACTIONS.to_owned(), fields(Side::Transaction)),
    ])
}

fn fields(side: Side) -> Schema {
    let id = Field { path: "_id".to_owned(), field_type: FieldType::Int, nullable: false };
    let field = |field: &arrow_schema::FieldRef| Field {
        path: field.name().clone(),
        field_type: match field.data_type() {
            DataType::Float64 => FieldType::Double,
            DataType::Dictionary(..) => FieldType::String,
            _ => FieldType::Int,
        },
        nullable: field.is_nullable(),
    };
    Schema::Fields(std::iter::once(id).chain(schema(side).fields().iter().map(field)).collect())
}

#[cfg(test)]
#[expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]
mod tests {
    use std::fmt::Write;

    use expect_test::expect;

    use super::*;

    #[test]
    fn the_two_collections_have_these_fields() {
        let mut text = String::new();
        for (name, schema) in schemas() {
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
}
