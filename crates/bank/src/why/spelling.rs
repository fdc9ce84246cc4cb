//! Categories that a bank spells in another case than the bank that a model was made of: `TRUE` and `true`.
//!
//! In: the pipeline that gives a model's inputs, the bank's contract, the model's inputs. Out: the pipeline with the model's spelling.
//! Invariant: a category that the model knows as it is stays so; one that could mean two of the model's means none of them.

use additive::Input;
use bson::{Bson, Document, bson};
use contract::Contract;
use pipeline::Pipeline;

use crate::Error;

/// Adds the stage that gives categories their spelling of the model, where the contract has another one.
pub(crate) fn as_learnt(pipeline: &mut Pipeline, contract: &Contract, inputs: &[Input]) -> Result<(), Error> {
    let mut fields = Document::new();
    for Input { name, categories } in inputs {
        let (Some(known), Some(column)) = (categories, contract.column(name)) else { continue };
        let branch = |value: &str| {
            let mut alike = known.iter().filter(|known| known.to_lowercase() == value.to_lowercase());
            let found = alike.next().filter(|_| alike.next().is_none() && !known.iter().any(|one| one == value))?;
            Some(bson!({ "case": { "$eq": [format!("${name}"), value] }, "then": found }))
        };
        let answers = column.categories().iter().filter(|category| !category.is_missing);
        let branches: Vec<Bson> = answers.filter_map(|category| branch(&category.value)).collect();
        if !branches.is_empty() {
            let switch = bson!({ "$switch": { "branches": branches, "default": format!("${name}") } });
            fields.insert(name, switch);
        }
    }
    if !fields.is_empty() {
        pipeline.stages.extend(pipeline::parse(&bson!([{ "$addFields": fields }]))?.stages);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_case_is_the_same_category_and_what_is_known_stays() {
        let text = "title = 't'\n[columns.k]\nkind = 'text'\nrole = 'customer_key'\n[columns.high]\nkind = 'category'\n\
                    categories = [{ value = 'TRUE' }, { value = 'False' }, { value = 'maybe' }]\n";
        let contract = Contract::parse("t.toml", text).unwrap();
        let spelled = |known: &[&str]| {
            let categories = known.iter().map(|name| (*name).to_owned()).collect();
            let mut pipeline = Pipeline::default();
            let inputs = [Input { name: "high".to_owned(), categories: Some(categories) }];
            as_learnt(&mut pipeline, &contract, &inputs).unwrap();
            pipeline::print::value(&pipeline::print::to_bson(&pipeline))
        };
        assert_eq!(
            spelled(&["true", "False", "Maybe", "MAYBE"]),
            r#"[{"$addFields": {"high": {"$switch": {"branches": [{"case": {"$eq": ["$high", "TRUE"]}, "then": "true"}], "default": "$high"}}}}]"#
        );
        assert_eq!(spelled(&["TRUE", "False", "maybe"]), "[]");
    }
}
