//! Filters: what a user writes, and the `$match` that it becomes (or why not).

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use catalog::Catalog;
use contract::Contract;
use expect_test::{Expect, expect};

#[track_caller]
fn check(filter: &str, expected: &Expect) {
    let text = match Catalog::built_in(&Contract::card()).expect("a catalog without faults").filter(filter) {
        Ok(predicate) => pipeline::print::value(&pipeline::print::predicate_to_bson(&predicate)),
        Err(error) => format!("error: {error}"),
    };
    expected.assert_eq(&text);
}

#[test]
fn comparisons() {
    check("Income_Category=Unknown", &expect![[r#"{"Income_Category": "Unknown"}"#]]);
    check("Customer_Age >= 45", &expect![[r#"{"Customer_Age": {"$gte": 45}}"#]]);
    check("Credit_Limit < 2500.5", &expect![[r#"{"transactions.Credit_Limit": {"$lt": 2500.5}}"#]]);
    check("Gender != F", &expect![[r#"{"Gender": {"$ne": "F"}}"#]]);
    check(
        "Education_Level ~ ^Doctorate",
        &expect![[r#"{"Education_Level": {"$regularExpression": {"pattern": "^Doctorate", "options": ""}}}"#]],
    );
    check("Income_Info.Min = null", &expect![[r#"{"Income_Info.Min": null}"#]]);
}

#[test]
fn comparisons_in_words() {
    for (words, signs) in [
        ("age over 45", "Customer_Age > 45"),
        ("age is above 45", "Customer_Age > 45"),
        ("limit more than 10k and age under 30", "Credit_Limit > 10000 and Customer_Age < 30"),
        ("limit Less Than $5,000", "Credit_Limit < 5000"),
        ("Customer_Age is below 45", "Customer_Age < 45"),
        ("age at least 40 and age at most 49", "Customer_Age >= 40 and Customer_Age <= 49"),
        ("age is greater than 45 and limit is no more than 10k", "Customer_Age > 45 and Credit_Limit <= 10000"),
        ("age not over 45 or age is not at least 60", "Customer_Age <= 45 or Customer_Age < 60"),
        (
            "age equals 45 and age is equal to 45 and age is not equal to 46",
            "Customer_Age=45 and Customer_Age=45 and Customer_Age!=46",
        ),
        (
            "age is between 30 and 40 and age is not between 33 and 34",
            "Customer_Age between 30 and 40 and Customer_Age not between 33 and 34",
        ),
        (
            "card is in gold, silver and card is not in blue, gold",
            "Card_Category in Gold,Silver and Card_Category not in Blue,Gold",
        ),
        ("card not gold", "Card_Category != Gold"),
        ("income is less than $40K", "Income_Category = Less than $40K"),
        ("income less than $40K", "Income_Category = Less than $40K"),
        ("income is not less than $40K", "Income_Category != Less than $40K"),
        ("limit is 34516 or balance is not 0", "Credit_Limit = 34516 or Total_Revolving_Bal != 0"),
        ("balance is missing or limit is known", "Total_Revolving_Bal = null or Credit_Limit != null"),
        ("limit between 500 and 10k", "Credit_Limit between 500 and 10000"),
        ("limit between 10 and 2000", "Credit_Limit between 10 and 2000"),
        (
            "limit between 10k and 20k or 1k < limit < 2,500",
            "Credit_Limit between 10000 and 20000 or 1000 < Credit_Limit < 2500",
        ),
        ("card is gold", "Card_Category = Gold"),
        ("card is not gold and women", "Card_Category != Gold and Gender = F"),
        ("age is 45", "Customer_Age = 45"),
        ("income is unknown", "Income_Category in null, Unknown"),
        ("not income is missing", "not Income_Category in null, Unknown"),
        ("(income is not null) and women", "Income_Category not in null, Unknown and Gender = F"),
        ("Customer_Age is null", "Customer_Age = null"),
        ("Customer_Age is not missing or women", "Customer_Age != null or Gender = F"),
    ] {
        let catalog = Catalog::built_in(&Contract::card()).expect("a catalog without faults");
        let read = |filter: &str| catalog.filter(filter).map_err(|error| error.to_string());
        assert_eq!(read(words).expect(words), read(signs).expect(signs), "{words}");
    }
}

#[test]
fn words_that_compare_nothing_are_refused() {
    check(
        "tenure_year is missing",
        &expect![[
            r#"{"$expr": {"$eq": [{"$ifNull": [{"$toInt": {"$max": [1, {"$ceil": {"$divide": ["$Months_on_book", 12]}}]}}, null]}, null]}}"#
        ]],
    );
    check("income is missing", &expect![[r#"{"Income_Category": {"$in": [null, "Unknown"]}}"#]]);
    check(
        "card is goldfish",
        &expect![[r#"
        error: `card` has no value `goldfish`
          at filter `card is goldfish`, character 9
        hint: the values here are `Blue`, `Silver`, `Gold`, `Platinum`"#]],
    );
    check(
        "card over 5",
        &expect![[r#"
        error: `card` is text and cannot be compared by `>`
        hint: use `=`, `!=`, `in` or `~`"#]],
    );
    check(
        "age over",
        &expect![[r#"
        error: expected a value for `age`, found the end
          at filter `age over`, character 9
        hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
    check("age is not over 5", &expect![[r#"{"Customer_Age": {"$lte": 5}}"#]]);
    check(
        "overage",
        &expect![[r#"
        error: unknown field `overage` in the filter
          at filter `overage`, character 1
        hint: see the fields of the bank's collections, and the dimensions of the catalog"#]],
    );
    check(
        "limit over €5000",
        &expect![[r#"
        error: `limit` is a number, and `€5000` is not
          at filter `limit over €5000`, character 12
        hint: no amount is converted: a number stands without its currency, like `5000`"#]],
    );
    check(
        "card is missing gold",
        &expect![[r#"
        error: `card` has no value `missing gold`
          at filter `card is missing gold`, character 9
        hint: the values here are `Blue`, `Silver`, `Gold`, `Platinum`"#]],
    );
}

#[test]
fn what_can_be_meant_in_two_ways_is_refused() {
    let refused = [
        "age over 30 and under 40",
        "women and 40-59",
        "60+",
        "spend over 1000 or $120K +",
        "closed and card is gold or silver",
        "gold or platinum and women",
        "women and gold or silver and closed",
        "age over 30 and under 35",
        "limit is at least 10k and at most 20k",
        "limit between 10 and 20k",
        "1 < limit < 2k",
    ]
    .map(|filter| {
        let catalog = Catalog::built_in(&Contract::card()).expect("a catalog without faults");
        catalog.filter(filter).expect_err(filter).to_string()
    });
    expect![[r#"
        `under 40` is not said of a column, and numbers may be of any
          at filter `age over 30 and under 40`, character 17
        hint: say which is meant, like `age under 40`

        `40-59` is not said of a column, and numbers may be of any
          at filter `women and 40-59`, character 11
        hint: say which is meant, like `transaction_band=40-59`

        `60+` is not said of a column, and numbers may be of any
          at filter `60+`, character 1
        hint: say which is meant, like `age_band=60+`

        `$120K +` is not said of a column, and numbers may be of any
          at filter `spend over 1000 or $120K +`, character 20
        hint: say which is meant, like `income=$120K +`

        it is not clear what `or` joins here, and what `and` does
          at filter `closed and card is gold or silver`, character 28
        hint: parentheses say it: `closed and (card is gold or silver)`, or `(closed and card is gold) or silver`

        it is not clear what `or` joins here, and what `and` does
          at filter `gold or platinum and women`, character 9
        hint: parentheses say it: `(gold or platinum) and women`, or `gold or (platinum and women)`

        it is not clear what `or` joins here, and what `and` does
          at filter `women and gold or silver and closed`, character 19
        hint: parentheses say it: `women and (gold or silver) and closed`, or `(women and gold) or (silver and closed)`

        `under 35` is not said of a column, and numbers may be of any
          at filter `age over 30 and under 35`, character 17
        hint: say which is meant, like `age under 35`

        `at most 20k` is not said of a column, and numbers may be of any
          at filter `limit is at least 10k and at most 20k`, character 27
        hint: say which is meant, like `limit at most 20k`

        it is not clear whether `10` is 10 or 10k
          at filter `limit between 10 and 20k`, character 14
        hint: write both ends alike: `10k`, or the other one in full

        it is not clear whether `1` is 1 or 1k
          at filter `1 < limit < 2k`, character 1
        hint: write both ends alike: `1k`, or the other one in full"#]]
    .assert_eq(&refused.join("\n\n"));
    // Each alternative with its own column, and what parentheses say.
    for filter in [
        "women and gold or men and silver",
        "closed and card = gold or card = silver",
        "(women and gold) or silver",
        "gold or silver or women",
    ] {
        let catalog = Catalog::built_in(&Contract::card()).expect("a catalog without faults");
        assert!(catalog.filter(filter).is_ok(), "{filter}");
    }
}

#[test]
fn lists_and_values_with_spaces_and_commas() {
    check("Card_Category in Gold,Silver", &expect![[r#"{"Card_Category": {"$in": ["Gold", "Silver"]}}"#]]);
    check(
        "Card_Category not in (Gold, 'Silver') and Gender=F",
        &expect![[r#"{"Card_Category": {"$nin": ["Gold", "Silver"]}, "Gender": "F"}"#]],
    );
    check(
        "Income_Category=Less than $40K and Attrition_Flag=Attrited Customer",
        &expect![[r#"{"Income_Category": "Less than $40K", "Attrition_Flag": "Attrited Customer"}"#]],
    );
    check(
        "Income_Category in $40K - $60K, $120K +",
        &expect![[r#"{"Income_Category": {"$in": ["$40K - $60K", "$120K +"]}}"#]],
    );
}

#[test]
fn and_binds_tighter_than_or() {
    check(
        "Gender=F or Gender=M and Customer_Age<30",
        &expect![[r#"{"$or": [{"Gender": "F"}, {"Gender": "M", "Customer_Age": {"$lt": 30}}]}"#]],
    );
    check(
        "not (Gender=F or Customer_Age<30)",
        &expect![[r#"{"$nor": [{"$or": [{"Gender": "F"}, {"Customer_Age": {"$lt": 30}}]}]}"#]],
    );
}

#[test]
fn dimensions_are_names_too() {
    check(
        "age_band=60+",
        &expect![[
            r#"{"$expr": {"$eq": [{"$switch": {"branches": [{"case": {"$lt": ["$Customer_Age", 18]}, "then": "0–17"}, {"case": {"$lt": ["$Customer_Age", 30]}, "then": "18–29"}, {"case": {"$lt": ["$Customer_Age", 40]}, "then": "30–39"}, {"case": {"$lt": ["$Customer_Age", 50]}, "then": "40–49"}, {"case": {"$lt": ["$Customer_Age", 60]}, "then": "50–59"}], "default": "60+"}}, "60+"]}}"#
        ]],
    );
    check("months_inactive>=4", &expect![[r#"{"Months_Inactive_12_mon": {"$gte": 4}}"#]]);
    check(
        "payer not in Revolver",
        &expect![[
            r#"{"$expr": {"$not": {"$in": [{"$cond": [{"$gt": ["$transactions.Total_Revolving_Bal", 0]}, "Revolver", "Transactor"]}, ["Revolver"]]}}}"#
        ]],
    );
}

#[test]
fn query_documents() {
    check(r#"{"Customer_Age": {"$gte": 20, "$lte": 30}}"#, &expect![[r#"{"Customer_Age": {"$gte": 20, "$lte": 30}}"#]]);
    check(
        "{Education_Level: /^Doctorate/, Credit_Limit: {$gt: 5000}}",
        &expect![[
            r#"{"Education_Level": {"$regularExpression": {"pattern": "^Doctorate", "options": ""}}, "transactions.Credit_Limit": {"$gt": 5000}}"#
        ]],
    );
    check(
        "{$expr: {$gt: ['$Total_Revolving_Bal', '$Customer_Age']}}",
        &expect![[r#"{"$expr": {"$gt": ["$transactions.Total_Revolving_Bal", "$Customer_Age"]}}"#]],
    );
}

#[test]
fn what_is_wrong_is_said_with_a_way_out() {
    check(
        "",
        &expect![[r#"
            error: expected the name of a field or dimension, found the end
              at filter ``, character 1
            hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
    check(
        "Custmer_Age>4",
        &expect![[r#"
            error: unknown field `Custmer_Age` in the filter
              at filter `Custmer_Age>4`, character 1
            hint: the nearest field is `Customer_Age`"#]],
    );
    check(
        "Customer_Age>old",
        &expect![[r#"
            error: `Customer_Age` is a number, and `old` is not
              at filter `Customer_Age>old`, character 14
            hint: a number is like `45` or `2.5`"#]],
    );
    check(
        "Customer_Age 45",
        &expect![[r#"
            error: expected one of `=`, `!=`, `<`, `<=`, `>`, `>=`, `~`, `in`, `not in`, `between`, `not between`, or words such as `over`, `at most`, `is`, `is missing`, found `45`
              at filter `Customer_Age 45`, character 14
            hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
    check(
        "Card_Category=Golden",
        &expect![[r#"
            error: `Card_Category` has no value `Golden`
              at filter `Card_Category=Golden`, character 15
            hint: the values here are `Blue`, `Silver`, `Gold`, `Platinum`"#]],
    );
    check(
        "Card_Category>Blue",
        &expect![[r#"
        error: `Card_Category` is text and cannot be compared by `>`
        hint: use `=`, `!=`, `in` or `~`"#]],
    );
    check(
        "(Gender=F",
        &expect![[r#"
            error: expected `)`, found the end
              at filter `(Gender=F`, character 10
            hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
    check(
        "Gender=F Customer_Age=3)",
        &expect![[r#"
            error: `Gender` has no value `F Customer_Age=3`
              at filter `Gender=F Customer_Age=3)`, character 8
            hint: the values here are `F`, `M`"#]],
    );
    check(
        "Gender='F",
        &expect![[r#"
            error: expected a closing quote, found `'F`
              at filter `Gender='F`, character 8
            hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
    check(
        "Customer_Age in 4,",
        &expect![[r#"
            error: expected a value for `Customer_Age`, found the end
              at filter `Customer_Age in 4,`, character 19
            hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
}

#[test]
fn what_is_wrong_with_query_documents_is_said_too() {
    check(
        "{Credit_Limt: 5}",
        &expect![[r#"
            error: unknown field `Credit_Limt`
            hint: the nearest field is `Credit_Limit`"#]],
    );
    check(
        "{Credit_Limit: {$gtt: 5}}",
        &expect![[r#"
            error: unknown query operator `$gtt`
              at filter: `Credit_Limit.$gtt`
            hint: operators with a near name: `$gt`, `$gte`"#]],
    );
}

#[test]
fn depth_has_a_limit() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    assert!(catalog.filter(&"(".repeat(100_000)).is_err());
    assert!(catalog.filter(&"not ".repeat(100_000)).is_err());
}

#[test]
fn a_field_below_the_root_is_a_field() {
    check(
        "{$expr: {$gt: ['$$ROOT.Credit_Limit', 5000]}}",
        &expect![[r#"{"$expr": {"$gt": ["$$ROOT.transactions.Credit_Limit", 5000]}}"#]],
    );
    check(
        "{$expr: {$gt: ['$$ROOT.Credit_Limt', 5000]}}",
        &expect![[r#"
            error: unknown field `Credit_Limt`
            hint: the nearest field is `Credit_Limit`"#]],
    );
}

/// The filter in words.
#[track_caller]
fn told(filter: &str, expected: &str) {
    let catalog = Catalog::built_in(&Contract::card()).expect("a catalog without faults");
    let filter = catalog.filter(filter).unwrap_or_else(|error| panic!("{error}"));
    let topic = catalog.topic("segment").expect("it is built in");
    let asked = catalog.compose(&["gender"], &[], Some(&filter), topic).expect("it can be asked");
    assert_eq!(asked.filter_in_words().as_deref(), Some(expected));
    assert_eq!(asked.filter, Some(filter));
}

#[test]
fn filters_are_told_in_words_by_labels() {
    told("Card_Category=Gold and Customer_Age>=45", "Card = Gold and Age ≥ 45");
    told("card in Gold, Silver or not Credit_Limit < 2500.5", "Card in Gold, Silver or not (Credit limit < 2500.5)");
    told("(Gender=F or Gender!=M) and contacts > 2", "(Gender = F or Gender ≠ M) and Contacts (12 months) > 2");
    told("age_band=60+ and payer not in Revolver", "Age band = 60+ and Payer not in Revolver");
    told("Education_Level ~ ^Doc", "Education ~ ^Doc");
    told("income is missing", "Income not known or Unknown");
    told("income is not missing and age is missing", "Income known and not Unknown and Age not known");
    told("tenure_year is not missing", "Year with the bank known");
    told("{Customer_Age: {$gt: 20, $lte: 30}}", "Age > 20 and Age ≤ 30");
    told("{$expr: {$gt: ['$Total_Revolving_Bal', '$Avg_Open_To_Buy']}}", "Revolving balance > Open to buy");
    told("Customer_Age in null", "Age not known");
    told("Customer_Age != null or Customer_Age in 30, 40", "Age known or Age in 30, 40");
    told("Customer_Age = null", "Age not known");
    told("{$or: [{$and: [{Gender: 'F'}]}, {Customer_Age: 30}]}", "Gender = F or Age = 30");
    told(
        "{$or: [{$and: [{Gender: 'F'}, {Customer_Age: 30}]}, {Gender: 'M'}]}",
        "(Gender = F and Age = 30) or Gender = M",
    );
    told("{$and: [{$or: [{Gender: 'F'}]}, {Customer_Age: 30}]}", "Gender = F and Age = 30");
    told("{}", "any value");
    told("{Customer_Age: {$mod: [2, 0]}}", r#"{"Customer_Age": {"$mod": [2, 0]}}"#);
    told("{Income_Category: {$gte: 'a\u{1b}[31m'}}", "Income ≥ a\\u{1b}[31m");
}

#[test]
fn a_filter_of_a_file_and_one_that_is_asked_for_hold_both() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    let (first, second) = (catalog.filter("Gender=F").unwrap(), catalog.filter("<age> < 30").unwrap());
    let both = catalog.analysis("by_income").unwrap().with_filter(&first).with_filter(&second);
    assert_eq!(both.filter_in_words().as_deref(), Some("Gender = F and Age < 30"));
    assert_eq!(catalog.analysis("by_income").unwrap().filter_in_words(), None);
}

#[test]
fn roles_are_names_too() {
    check(
        "<age> >= 45 and <segment> in Gold",
        &expect![[r#"{"Customer_Age": {"$gte": 45}, "Card_Category": {"$in": ["Gold"]}}"#]],
    );
    check("{'<credit_limit>': {$gt: 5000}}", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 5000}}"#]]);
    check(
        "<region> = North",
        &expect![[r#"
            error: `<region>` needs the role `region`, which this bank's contract does not have
              at filter `<region> = North`, character 1"#]],
    );
    check(
        "<agee> = 3",
        &expect![[r#"
            error: no role is called `agee`
              at filter `<agee> = 3`, character 1
            hint: the nearest role is `age`"#]],
    );
}

#[test]
fn fields_below_the_whole_document_are_known_too() {
    check(
        "{$expr: {$gt: ['$$ROOT.transactions.Credit_Limit', 5]}}",
        &expect![[r#"{"$expr": {"$gt": ["$$ROOT.transactions.Credit_Limit", 5]}}"#]],
    );
    check(
        "{$expr: {$gt: ['$$ROOT.Credit_Limt', 5]}}",
        &expect![[r#"
            error: unknown field `Credit_Limt`
            hint: the nearest field is `Credit_Limit`"#]],
    );
    check(
        "{$expr: {$gt: ['$$CURRENT.Credit_Limt', 5]}}",
        &expect![[r#"
            error: unknown field `Credit_Limt`
            hint: the nearest field is `Credit_Limit`"#]],
    );
    check(
        "{$expr: {$let: {vars: {a: '$$ROOT.Gendre'}, in: true}}}",
        &expect![[r#"
            error: unknown field `Gendre`
            hint: the nearest field is `Gender`"#]],
    );
    check(
        "{$expr: {$eq: [{$getField: {field: 'Gendre', input: '$$ROOT'}}, 5]}}",
        &expect![[r#"
            error: unknown field `Gendre`
              at filter: `$expr.$eq[0].$getField`
            hint: the nearest field is `Gender`"#]],
    );
}

/// A value that nobody has is refused as in the short form.
#[test]
fn query_documents_know_the_categories_too() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    for filter in [
        "{Gender: 'f'}",
        "{Gender: {$ne: 'f'}}",
        "{Gender: {$in: ['F', 'f']}}",
        "{$or: [{Customer_Age: 30}, {Gender: {$not: {$eq: 'f'}}}]}",
        "{$expr: {$eq: ['$Gender', 'f']}}",
        "{$expr: {$in: ['$$ROOT.Gender', ['f']]}}",
    ] {
        let error = catalog.filter(filter).expect_err(filter).to_string();
        assert_eq!(error, "`Gender` has no value `f`\nhint: the values here are `F`, `M`", "{filter}");
    }
    expect![[r#"
        `Gender` has no value `1`
        hint: the values here are `F`, `M`"#]]
    .assert_eq(&catalog.filter("{Gender: 1}").unwrap_err().to_string());
    for filter in ["{Gender: null}", "{Gender: /f/i}", "{Gender: {$in: ['F', /m/i]}}", "{Gender: {$gt: 'E'}}"] {
        assert!(catalog.filter(filter).is_ok(), "{filter}");
    }
}

#[test]
fn a_role_is_its_column_and_a_word_that_means_one_names_it() {
    check("age>45", &expect![[r#"{"Customer_Age": {"$gt": 45}}"#]]);
    check("2k <= spend < 4k", &expect![[r#"{"transactions.Total_Trans_Amt": {"$gte": 2000, "$lt": 4000}}"#]]);
    check(
        "sex=female and spend > $10k",
        &expect![[r#"
        error: unknown field `sex` in the filter
          at filter `sex=female and spend > $10k`, character 1
        hint: `gender` and `Gender` mean this"#]],
    );
    check(
        "gender=female and spend > $10k",
        &expect![[r#"{"Gender": "F", "transactions.Total_Trans_Amt": {"$gt": 10000}}"#]],
    );
    check("gender in Male, woman", &expect![[r#"{"Gender": {"$in": ["M", "F"]}}"#]]);
    check(
        "gender=mal",
        &expect![[r#"
        error: `gender` has no value `mal`
          at filter `gender=mal`, character 8
        hint: the values here are `F`, `M`"#]],
    );
    check(
        "region=north",
        &expect![[r#"
        error: unknown field `region` in the filter
          at filter `region=north`, character 1
        hint: see the fields of the bank's collections, and the dimensions of the catalog"#]],
    );
    check(
        "closed=true",
        &expect![[r#"
            error: `closed` has no value `true`
              at filter `closed=true`, character 8
            hint: the values here are `Existing Customer`, `Attrited Customer`"#]],
    );
    check(
        "category=Blue",
        &expect![[r#"
            error: unknown field `category` in the filter
              at filter `category=Blue`, character 1
            hint: fields with a near name: `Card_Category`, `Income_Category`, `Income_Info.Category_Code`"#]],
    );
}

/// Fields that hide behind a variable, or inside a value that is made of documents.
#[test]
fn fields_below_variables_are_known_too() {
    let refusal = |x: &str| {
        let catalog = Catalog::built_in(&Contract::card()).unwrap();
        match catalog.filter(&format!("{{$expr: {{$lte: [{x}, 5]}}}}")) {
            Ok(_) => panic!("accepted: {x}"),
            Err(error) => error.to_string(),
        }
    };
    for x in [
        "{$let: {vars: {t: '$transactions'}, in: '$$t.Credit_Limt'}}",
        "{$first: {$map: {input: ['$$ROOT'], as: 'r', in: '$$r.Credit_Limt'}}}",
        "{$reduce: {input: ['$$ROOT'], initialValue: 0, in: '$$this.Credit_Limt'}}",
        "{$reduce: {input: ['$$ROOT'], initialValue: null, in: {$ifNull: ['$$value.Credit_Limt', '$$this']}}}",
        "{$getField: {field: 'Credit_Limt', input: '$transactions'}}",
        "{$let: {vars: {t: {$mergeObjects: ['$$ROOT', {}]}}, in: '$$t.Credit_Limt'}}",
        "{$let: {vars: {a: '$$ROOT'}, in: {$let: {vars: {b: '$$a.transactions'}, in: '$$b.Credit_Limt'}}}}",
        "{$let: {vars: {CURRENT: '$transactions'}, in: '$Credit_Limt'}}",
        "{$size: {$filter: {input: [{a: '$transactions'}], cond: {$gt: ['$$this.a.Credit_Limt', 5]}}}}",
        "{$getField: {field: 'Mim', input: '$Income_Info'}}",
        "{$getField: {field: 'Income_Info.Min', input: '$$ROOT'}}",
        "{$let: {vars: {t: {$cond: [true, '$$ROOT', null]}}, in: '$$t.transactions.Credit_Limt'}}",
        "{$let: {vars: {t: {$switch: {branches: [{case: true, then: '$$ROOT'}]}}}, in: '$$t.Gendre'}}",
    ] {
        let refusal = refusal(x);
        assert!(refusal.starts_with("unknown field `"), "{x}: {refusal}");
    }
    expect![[r#"
        unknown field `$$t.Credit_Limt`
          at filter: `$expr.$lte[0].$let.in`
        hint: the fields here are `_id`, `CLIENTNUM`, `Credit_Limit`, `Total_Revolving_Bal`, `Avg_Open_To_Buy`, `Total_Amt_Chng_Q4_Q1`, `Total_Trans_Amt`, `Total_Trans_Ct`, `Total_Ct_Chng_Q4_Q1`, `Avg_Utilization_Ratio`"#]]
    .assert_eq(&refusal("{$let: {vars: {t: '$transactions'}, in: '$$t.Credit_Limt'}}"));
    expect![[r#"
        `$$t.Gender` cannot be followed to a field
          at filter: `$expr.$lte[0].$let.in`
        hint: read the field itself, such as `"$Gender"`, where the value is made"#]]
    .assert_eq(&refusal("{$let: {vars: {t: {$arrayToObject: {$objectToArray: '$$ROOT'}}}, in: '$$t.Gender'}}"));
    expect![[r#"
        unknown field `Mim`
          at filter: `$expr.$lte[0].$getField`
        hint: the fields here are `Category_Code`, `Min`, `Max`"#]]
    .assert_eq(&refusal("{$getField: {field: 'Mim', input: '$Income_Info'}}"));
    expect![[r#"
        unknown field `Income_Info.Min`
          at filter: `$expr.$lte[0].$getField`
        hint: `$getField` takes the name of one field, and no path; a path is written as `"$a.b"`"#]]
    .assert_eq(&refusal("{$getField: {field: 'Income_Info.Min', input: '$$ROOT'}}"));
    expect![[r#"
        unknown field `$$n.x`
          at filter: `$expr.$lte[0].$let.in`
        hint: the value has no fields"#]]
    .assert_eq(&refusal("{$let: {vars: {n: 5}, in: '$$n.x'}}"));
}

#[test]
fn fields_below_variables_that_are_there_are_taken() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    for x in [
        "{$let: {vars: {t: '$transactions'}, in: '$$t.Credit_Limit'}}",
        "{$first: {$map: {input: ['$$ROOT'], as: 'r', in: '$$r.transactions.Credit_Limit'}}}",
        "{$reduce: {input: ['$$ROOT'], initialValue: 0, in: '$$this.Customer_Age'}}",
        "{$getField: {field: 'Min', input: '$Income_Info'}}",
        "{$let: {vars: {t: {$mergeObjects: ['$$ROOT', {own: 1}]}}, in: {$add: ['$$t.own', '$$t.Customer_Age']}}}",
        "{$let: {vars: {r: {$reduce: {input: [1, 2], initialValue: {n: 0}, in: {n: {$add: ['$$value.n', '$$this']}}}}}, in: '$$r.n'}}",
        "{$let: {vars: {m: {$reduce: {input: ['$$ROOT'], initialValue: null, in: {$cond: [{$gt: ['$$this.Customer_Age', '$$value.Customer_Age']}, '$$this', '$$value']}}}}, in: '$$m.Customer_Age'}}",
        "{$size: {$filter: {input: {$objectToArray: '$$ROOT'}, cond: {$eq: ['$$this.k', 'Gender']}}}}",
        "{$let: {vars: {CURRENT: '$transactions'}, in: '$Credit_Limit'}}",
        "{$arrayElemAt: [{$map: {input: {$zip: {inputs: [[1], ['$$ROOT']]}}, in: {$last: '$$this'}}}, 0]}",
    ] {
        if let Err(error) = catalog.filter(&format!("{{$expr: {{$lte: [{x}, 5]}}}}")) {
            panic!("{x}: {error}");
        }
    }
}

/// Variables that hold each other twice would double the fields at each step; so would folds inside folds.
#[test]
fn following_variables_has_an_end() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    let mut doubled = "'$$v.a'".to_owned();
    let mut folded = "'$$value'".to_owned();
    for _ in 0..45 {
        doubled = format!("{{$let: {{vars: {{v: {{a: '$$v', b: '$$v'}}}}, in: {doubled}}}}}");
        folded = format!("{{$reduce: {{input: ['$$ROOT'], initialValue: '$$ROOT', in: {folded}}}}}");
    }
    assert!(catalog.filter(&format!("{{$expr: {{$let: {{vars: {{v: '$$ROOT'}}, in: {doubled}}}}}}}")).is_ok());
    assert!(catalog.filter(&format!("{{$expr: {folded}}}")).is_ok());
}

#[test]
fn dates_are_values_of_dates() {
    let second = include_str!("../../../tests/contracts/second.toml");
    let catalog = Catalog::built_in(&Contract::parse("second.toml", second).unwrap()).unwrap();
    let text = |filter: &str| match catalog.filter(filter) {
        Ok(predicate) => pipeline::print::value(&pipeline::print::predicate_to_bson(&predicate)),
        Err(error) => error.to_string(),
    };
    expect![[r#"{"LastVisit": {"$gte": {"$date": "2026-06-01T00:00:00Z"}}}"#]]
        .assert_eq(&text("LastVisit >= 2026-06-01"));
    expect![[r#"
        `LastVisit` is a date, and `2026-06-31` is not
          at filter `LastVisit >= 2026-06-31`, character 14
        hint: a date is like `2026-01-31`"#]]
    .assert_eq(&text("LastVisit >= 2026-06-31"));
    expect![[r#"
        `Region` has no value `Nroth`
          at filter `Region = Nroth`, character 10
        hint: the values here are `North`, `South`, `East`, `West`, `not said`"#]]
    .assert_eq(&text("Region = Nroth"));
}

#[test]
fn ranges_are_written_as_people_write_them() {
    check("Customer_Age between 30 and 40", &expect![[r#"{"Customer_Age": {"$gte": 30, "$lte": 40}}"#]]);
    check(
        "30 <= Customer_Age <= 40 and Gender=F",
        &expect![[r#"{"Customer_Age": {"$gte": 30, "$lte": 40}, "Gender": "F"}"#]],
    );
    check("40 > Customer_Age", &expect![[r#"{"Customer_Age": {"$lt": 40}}"#]]);
    check("$5,000 < Credit_Limit < $10k", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 5000, "$lt": 10000}}"#]]);
    check(
        "Customer_Age not between 30 and 40",
        &expect![[r#"{"$nor": [{"Customer_Age": {"$gte": 30, "$lte": 40}}]}"#]],
    );
    check(
        "Customer_Age between 40 and 30",
        &expect![[r#"
        error: nothing lies between 40 and 30
          at filter `Customer_Age between 40 and 30`, character 21
        hint: the smaller value stands first"#]],
    );
    check(
        "30 <= Customer_Age >= 20",
        &expect![[r#"
        error: `<=` and `>=` do not point the same way
          at filter `30 <= Customer_Age >= 20`, character 19
        hint: a range is like `30 <= Customer_Age <= 40`"#]],
    );
    check(
        "30 and Customer_Age",
        &expect![[r#"
            error: expected one of `<`, `<=`, `>`, `>=` and a name, found the end
              at filter `30 and Customer_Age`, character 20
            hint: a value by itself is of no column; several values of one are like `age in 40, 45`"#]],
    );
    check(
        "Gender between F and M",
        &expect![[r#"
        error: `Gender` is text and cannot be compared by `between`
        hint: use `=`, `!=`, `in` or `~`"#]],
    );
    check(
        "'a' < Gender",
        &expect![[r#"
        error: `Gender` is text and cannot be compared by `<`
        hint: use `=`, `!=`, `in` or `~`"#]],
    );
    check(
        "Customer_Age between 30",
        &expect![[r#"
        error: expected `and` with the end of the range, found the end
          at filter `Customer_Age between 30`, character 24
        hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
}

#[test]
fn amounts_are_numbers() {
    for (filter, number) in [
        ("Credit_Limit > $5,000", "5000"),
        ("Credit_Limit > 5,000", "5000"),
        ("Credit_Limit > 10k", "10000"),
        ("Credit_Limit > $2.5K", "2500"),
        ("Credit_Limit > 1.2345m", "1234500"),
        ("Credit_Limit > $1,234,567.5", "1234567.5"),
        ("Credit_Limit > -$5", "-5"),
        ("Avg_Utilization_Ratio > 30%", "0.3"),
        ("Avg_Utilization_Ratio > 30 %", "0.3"),
        ("Total_Trans_Ct > 1,000", "1000"),
        ("Total_Trans_Ct > 1e2", "100.0"),
    ] {
        let catalog = Catalog::built_in(&Contract::card()).unwrap();
        let read = catalog.filter(filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
        let text = pipeline::print::value(&pipeline::print::predicate_to_bson(&read));
        assert!(text.ends_with(&format!(": {number}}}}}")), "{filter}: {text}");
    }
    check(
        "Customer_Age in 30,400",
        &expect![[r#"
        error: `30,400` may be one number or several
          at filter `Customer_Age in 30,400`, character 17
        hint: `30400` is one, `30, 400` are several"#]],
    );
    check("Credit_Limit in $1,000,$2,000", &expect![[r#"{"transactions.Credit_Limit": {"$in": [1000, 2000]}}"#]]);
    for wrong in ["$5", "30%", "5,00", "5,0000", "k", "1.2.3", "$", "1,2k,000", "5kk", "١k"] {
        let catalog = Catalog::built_in(&Contract::card()).unwrap();
        assert!(catalog.filter(&format!("Customer_Age > {wrong}")).is_err(), "{wrong}");
    }
    check(
        "Credit_Limit > much",
        &expect![[r#"
        error: `Credit_Limit` is a number, and `much` is not
          at filter `Credit_Limit > much`, character 16
        hint: a number is like `45`, `2.5`, `$5,000` or `10k`"#]],
    );
}

#[test]
fn categories_are_meant_by_any_of_their_words() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    for (said, meant) in [
        ("gender=f", "Gender=F"),
        ("gender=women", "Gender=F"),
        ("gender=Men", "Gender=M"),
        ("status=closed", "Attrition_Flag='Attrited Customer'"),
        ("status=open", "Attrition_Flag='Existing Customer'"),
        ("status=attrited", "Attrition_Flag='Attrited Customer'"),
        ("card in gold, SILVER", "Card_Category in Gold, Silver"),
        ("age_band=40-49", "age_band=40–49"),
        ("age_band in 40 - 49, 60+", "age_band in 40–49, 60+"),
        ("income='less than $40k'", "Income_Category='Less than $40K'"),
        ("education=graduates", "Education_Level=Graduate"),
        ("education=unknown", "Education_Level=Unknown"),
    ] {
        let read = |text| catalog.filter(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read(said), read(meant), "{said}");
    }
    check("status=churned", &expect![[r#"{"Attrition_Flag": "Attrited Customer"}"#]]);
    check(
        "age_band=40-50",
        &expect![[r#"
        error: `age_band` has no value `40-50`
          at filter `age_band=40-50`, character 10
        hint: the values here are `0–17`, `18–29`, `30–39`, `40–49`, `50–59`, `60+`"#]],
    );
    let odd = "title = \"T\"\n[columns.k]\nkind = \"text\"\nrole = \"customer_key\"\nlabel = \"K\"\n[columns.c]\n\
               kind = \"category\"\nlabel = \"C\"\ncategories = [{ value = \"a-b\" }, { value = \"A–B\" }, { value = \"x\" }]\n";
    let odd = Catalog::built_in(&Contract::parse("odd.toml", odd).unwrap()).unwrap();
    assert!(odd.filter("c=a-b").is_ok());
    assert!(odd.filter("c=A-B").is_err(), "it could be either");
    assert!(odd.filter("c=X").is_ok());
}

#[test]
fn a_category_is_a_filter_by_itself() {
    check("women", &expect![[r#"{"Gender": "F"}"#]]);
    check(
        "closed and not Gold",
        &expect![[r#"{"Attrition_Flag": "Attrited Customer", "$nor": [{"Card_Category": "Gold"}]}"#]],
    );
    check(
        "(churned or men) and $40K - $60K",
        &expect![[r#"
            error: `$40K - $60K` is not said of a column, and numbers may be of any
              at filter `(churned or men) and $40K - $60K`, character 22
            hint: say which is meant, like `income=$40K - $60K`"#]],
    );
    check(
        "customers aged 40-49",
        &expect![[
            r#"{"$expr": {"$eq": [{"$switch": {"branches": [{"case": {"$lt": ["$Customer_Age", 18]}, "then": "0–17"}, {"case": {"$lt": ["$Customer_Age", 30]}, "then": "18–29"}, {"case": {"$lt": ["$Customer_Age", 40]}, "then": "30–39"}, {"case": {"$lt": ["$Customer_Age", 50]}, "then": "40–49"}, {"case": {"$lt": ["$Customer_Age", 60]}, "then": "50–59"}], "default": "60+"}}, "40–49"]}}"#
        ]],
    );
    check(
        "unknown",
        &expect![[r#"
        error: `unknown` is an answer to `education`, `income` and `marital_status`
          at filter `unknown`, character 1
        hint: say which is meant: `education=unknown`"#]],
    );
    check(
        "Unknown",
        &expect![[r#"
        error: `Unknown` is an answer to `education`, `income` and `marital_status`
          at filter `Unknown`, character 1
        hint: say which is meant: `education=Unknown`"#]],
    );
    check(
        "closd",
        &expect![[r#"
        error: unknown field `closd` in the filter
          at filter `closd`, character 1
        hint: see the fields of the bank's collections, and the dimensions of the catalog"#]],
    );
    check(
        "closed women",
        &expect![[r#"
            error: a word is missing between `closed` and `women`
              at filter `closed women`, character 1
            hint: `closed and women` are customers who are both, `closed or women` those who are one of them"#]],
    );
    // The name of a field or of a role wants a sign.
    check(
        "gender",
        &expect![[r#"
            error: `gender` is a column, and it is not said which of its answers are meant
              at filter `gender`, character 7
            hint: a part of a filter is like `gender=F`"#]],
    );
    check(
        "spend",
        &expect![[r#"
            error: `spend` is a column, and it is not said which of its answers are meant
              at filter `spend`, character 6
            hint: a part of a filter is like `spend>=1`"#]],
    );
}

#[test]
fn several_filters_hold_all() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    let all = |texts: &[&str]| catalog.filters(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
    assert_eq!(all(&[]), Ok(None));
    assert_eq!(all(&["Gender=F"]), catalog.filter("Gender=F").map(Some));
    let either = all(&["Gender=F or Gender=M", "{Customer_Age: {$gt: 40}}"]).unwrap().unwrap();
    assert_eq!(catalog.filter_in_words(&either), "(Gender = F or Gender = M) and Age > 40");
    assert!(all(&["Gender=F", "Gendre=F"]).is_err());
}

#[test]
fn words_of_analysts_lead_to_names() {
    let catalog = Catalog::built_in(&Contract::card()).unwrap();
    let topic = catalog.topic("status").unwrap();
    let refused = |by: &[&str], measures: &[&str]| catalog.compose(by, measures, None, topic).unwrap_err().to_string();
    expect![[r#"
        unknown dimension `age`
        hint: `age_band` and `Customer_Age` mean this"#]]
    .assert_eq(&refused(&["age"], &[]));
    expect![[r#"
        unknown measure `churn`
        hint: `closure_rate`, `closed` and `share_of_closed` mean this"#]]
    .assert_eq(&refused(&["gender"], &["churn"]));
    expect![[r#"
        unknown measure `utilization`
        hint: `mean_utilization` means this"#]]
    .assert_eq(&refused(&["gender"], &["utilization"]));
    expect![[r#"
        unknown measure `nonsense`
        hint: see the catalog for the analyses, dimensions and measures"#]]
    .assert_eq(&refused(&["gender"], &["nonsense"]));
    check(
        "churn=1",
        &expect![[r#"
        error: unknown field `churn` in the filter
          at filter `churn=1`, character 1
        hint: `status` and `Attrition_Flag` mean this"#]],
    );
    check("balance>5", &expect![[r#"{"transactions.Total_Revolving_Bal": {"$gt": 5}}"#]]);
}

#[test]
fn what_was_likely_meant_is_told() {
    check(
        "Gender=F or",
        &expect![[r#"
            error: expected the name of a field or dimension, found the end
              at filter `Gender=F or`, character 12
            hint: a filter is like `Card_Category=Blue` or `Customer_Age>=45 and Card_Category in Blue,Silver`"#]],
    );
    check(
        "Customer_Age=unknown",
        &expect![[r#"
        error: `Customer_Age` is a number, and `unknown` is not
          at filter `Customer_Age=unknown`, character 14
        hint: `Customer_Age=null` means no answer"#]],
    );
    check("Marital_Status=missing", &expect![[r#"{"Marital_Status": "Unknown"}"#]]);
    check(
        "utilization > 50",
        &expect![[r#"
        error: `utilization` is a part of one, and `50` would be 5000 %
          at filter `utilization > 50`, character 15
        hint: 50 % is written `50%` or `0.5`"#]],
    );
    check("utilization > 50%", &expect![[r#"{"transactions.Avg_Utilization_Ratio": {"$gt": 0.5}}"#]]);
    check("utilization > 0.5", &expect![[r#"{"transactions.Avg_Utilization_Ratio": {"$gt": 0.5}}"#]]);
    check("Total_Amt_Chng_Q4_Q1 > 2", &expect![[r#"{"transactions.Total_Amt_Chng_Q4_Q1": {"$gt": 2}}"#]]);
}

#[test]
fn a_quoted_category_stands_by_itself_and_a_word_that_is_compared_means_its_column() {
    check("'Gold'", &expect![[r#"{"Card_Category": "Gold"}"#]]);
    check(
        "\"Existing Customer\" and (not 'Gold')",
        &expect![[r#"{"Attrition_Flag": "Existing Customer", "$nor": [{"Card_Category": "Gold"}]}"#]],
    );
    check("'Gold' or women", &expect![[r#"{"$or": [{"Card_Category": "Gold"}, {"Gender": "F"}]}"#]]);
    check(
        "'nope'",
        &expect![[r#"
            error: expected one of `<`, `<=`, `>`, `>=` and a name, found the end
              at filter `'nope'`, character 7
            hint: a value by itself is of no column; several values of one are like `age in 40, 45`"#]],
    );
    check("'30' < Customer_Age", &expect![[r#"{"Customer_Age": {"$gt": 30}}"#]]);
    check("limit > $10k", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 10000}}"#]]);
    check("limit between 1k and 2k", &expect![[r#"{"transactions.Credit_Limit": {"$gte": 1000, "$lte": 2000}}"#]]);
    check("limit = 5", &expect![[r#"{"transactions.Credit_Limit": 5}"#]]);
}

#[test]
fn names_in_any_case_and_as_tables_head_them() {
    check("CREDIT_LIMIT > 1000", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 1000}}"#]]);
    check(
        "Credit limit > $1k and gender = F",
        &expect![[r#"{"transactions.Credit_Limit": {"$gt": 1000}, "Gender": "F"}"#]],
    );
    check("\"credit limit\" > 1000", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 1000}}"#]]);
    check("30 <= customer age < 40", &expect![[r#"{"Customer_Age": {"$gte": 30, "$lt": 40}}"#]]);
    check("MONTHS_INACTIVE >= 4", &expect![[r#"{"Months_Inactive_12_mon": {"$gte": 4}}"#]]);
    check(
        "open to buy > 2500 and open",
        &expect![[r#"{"transactions.Avg_Open_To_Buy": {"$gt": 2500}, "Attrition_Flag": "Existing Customer"}"#]],
    );
    check("limit in 12691, 8256", &expect![[r#"{"transactions.Credit_Limit": {"$in": [12691, 8256]}}"#]]);
    check(
        "limit = high",
        &expect![[r#"
        error: unknown field `limit` in the filter
          at filter `limit = high`, character 1
        hint: `limit_band` and `Credit_Limit` mean this"#]],
    );
    check("months inactive in 3, 4", &expect![[r#"{"Months_Inactive_12_mon": {"$in": [3, 4]}}"#]]);
    check(
        "Credits > 5",
        &expect![[r#"
        error: unknown field `Credits` in the filter
          at filter `Credits > 5`, character 1
        hint: see the fields of the bank's collections, and the dimensions of the catalog"#]],
    );
}

#[test]
fn a_list_of_one_number_or_several() {
    check(
        "Credit_Limit in 40,000",
        &expect![[r#"
        error: `40,000` may be one number or several
          at filter `Credit_Limit in 40,000`, character 17
        hint: `40000` is one, `40, 000` are several"#]],
    );
    check(
        "Credit_Limit in (1, 500,600)",
        &expect![[r#"
        error: `500,600` may be one number or several
          at filter `Credit_Limit in (1, 500,600)`, character 18
        hint: `500600` is one, `500, 600` are several"#]],
    );
    check("Credit_Limit in 40, 100", &expect![[r#"{"transactions.Credit_Limit": {"$in": [40, 100]}}"#]]);
    check("Credit_Limit in $40,000, $50,000", &expect![[r#"{"transactions.Credit_Limit": {"$in": [40000, 50000]}}"#]]);
    check("Customer_Age in 40,41", &expect![[r#"{"Customer_Age": {"$in": [40, 41]}}"#]]);
    check("Customer_Age in 40,411,5", &expect![[r#"{"Customer_Age": {"$in": [40, 411, 5]}}"#]]);
}

#[test]
fn ranges_that_hold_nothing_and_words_that_are_missing() {
    check(
        "40 <= Customer_Age <= 30",
        &expect![[r#"
        error: nothing lies between 40 and 30
          at filter `40 <= Customer_Age <= 30`, character 1
        hint: the smaller value stands first"#]],
    );
    check(
        "40 > Customer_Age >= 50",
        &expect![[r#"
        error: nothing lies between 50 and 40
          at filter `40 > Customer_Age >= 50`, character 1
        hint: the smaller value stands first"#]],
    );
    check("40 > Customer_Age >= 30", &expect![[r#"{"Customer_Age": {"$lt": 40, "$gte": 30}}"#]]);
    check(
        "women closed",
        &expect![[r#"
        error: a word is missing between `women` and `closed`
          at filter `women closed`, character 1
        hint: `women and closed` are customers who are both, `women or closed` those who are one of them"#]],
    );
    check(
        "closed closed",
        &expect![[r#"
        error: a word is missing between `closed` and `closed`
          at filter `closed closed`, character 1
        hint: `closed and closed` are customers who are both, `closed or closed` those who are one of them"#]],
    );
    check(
        "not closed women and Gold",
        &expect![[r#"
        error: a word is missing between `closed` and `women`
          at filter `not closed women and Gold`, character 5
        hint: `closed and women` are customers who are both, `closed or women` those who are one of them"#]],
    );
}

#[test]
fn numbers_with_a_point_that_may_be_thousands() {
    check(
        "Credit_Limit > 10.000",
        &expect![[r#"
        error: `10.000` may be a number with a fraction, or one of thousands
          at filter `Credit_Limit > 10.000`, character 16
        hint: `10000` is one of thousands, `10` the other"#]],
    );
    check(
        "Customer_Age > 1.000",
        &expect![[r#"
        error: `1.000` may be a number with a fraction, or one of thousands
          at filter `Customer_Age > 1.000`, character 16
        hint: `1000` is one of thousands, `1` the other"#]],
    );
    check(
        "Total_Trans_Amt < 1.234.567",
        &expect![[r#"
            error: `1.234.567` may be a number with a fraction, or one of thousands
              at filter `Total_Trans_Amt < 1.234.567`, character 19
            hint: thousands stand without points: `1234567`"#]],
    );
    check(
        "Credit_Limit > $1.000",
        &expect![[r#"
        error: `$1.000` may be a number with a fraction, or one of thousands
          at filter `Credit_Limit > $1.000`, character 16
        hint: `$1000` is one of thousands, `$1` the other"#]],
    );
    check(
        "Credit_Limit > -2.555",
        &expect![[r#"
        error: `-2.555` may be a number with a fraction, or one of thousands
          at filter `Credit_Limit > -2.555`, character 16
        hint: `-2555` is one of thousands, `-2.5550` the other"#]],
    );
    check(
        "$1.000 < Credit_Limit < $2.000",
        &expect![[r#"
        error: `$1.000` may be a number with a fraction, or one of thousands
          at filter `$1.000 < Credit_Limit < $2.000`, character 1
        hint: `$1000` is one of thousands, `$1` the other"#]],
    );
    check(
        "Credit_Limit in $1.438, $2.500",
        &expect![[r#"
        error: `$1.438` may be a number with a fraction, or one of thousands
          at filter `Credit_Limit in $1.438, $2.500`, character 17
        hint: `$1438` is one of thousands, `$1.4380` the other"#]],
    );
    check(
        "Credit_Limit > 2.500k",
        &expect![[r#"
        error: `2.500k` may be a number with a fraction, or one of thousands
          at filter `Credit_Limit > 2.500k`, character 16
        hint: `2500k` is one of thousands, `2.5k` the other"#]],
    );
    check("Credit_Limit > 2.5k", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 2500}}"#]]);
    check("Credit_Limit > 1438.300", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 1438.3}}"#]]);
    check("Credit_Limit > 0.125", &expect![[r#"{"transactions.Credit_Limit": {"$gt": 0.125}}"#]]);
    check("Total_Ct_Chng_Q4_Q1 > 1.333", &expect![[r#"{"transactions.Total_Ct_Chng_Q4_Q1": {"$gt": 1.333}}"#]]);
}

#[test]
fn categories_as_they_are_shown() {
    check(
        "spend_band=2,000-3,999 and Gold",
        &expect![[
            r#"{"$expr": {"$eq": [{"$switch": {"branches": [{"case": {"$lt": ["$transactions.Total_Trans_Amt", 2000]}, "then": "under 2,000"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 4000]}, "then": "2,000–3,999"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 6000]}, "then": "4,000–5,999"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 10000]}, "then": "6,000–9,999"}], "default": "10,000 and more"}}, "2,000–3,999"]}, "Card_Category": "Gold"}"#
        ]],
    );
    check(
        "behaviour = Often, little",
        &expect![[
            r#"{"$expr": {"$eq": [{"$switch": {"branches": [{"case": {"$and": [{"$gte": ["$transactions.Total_Trans_Ct", 67]}, {"$gte": ["$transactions.Total_Trans_Amt", 3900]}, {"$lte": ["$Months_Inactive_12_mon", 2]}]}, "then": "Often, much, up to 2 months inactive"}, {"case": {"$and": [{"$gte": ["$transactions.Total_Trans_Ct", 67]}, {"$gte": ["$transactions.Total_Trans_Amt", 3900]}]}, "then": "Often, much, 3 or more months inactive"}, {"case": {"$gte": ["$transactions.Total_Trans_Ct", 67]}, "then": "Often, little"}, {"case": {"$gte": ["$transactions.Total_Trans_Amt", 3900]}, "then": "Seldom, much"}, {"case": {"$lte": ["$Months_Inactive_12_mon", 2]}, "then": "Seldom, little, up to 2 months inactive"}], "default": "Seldom, little, 3 or more months inactive"}}, "Often, little"]}}"#
        ]],
    );
    check(
        "behaviour in Often, little, Seldom, much",
        &expect![[
            r#"{"$expr": {"$in": [{"$switch": {"branches": [{"case": {"$and": [{"$gte": ["$transactions.Total_Trans_Ct", 67]}, {"$gte": ["$transactions.Total_Trans_Amt", 3900]}, {"$lte": ["$Months_Inactive_12_mon", 2]}]}, "then": "Often, much, up to 2 months inactive"}, {"case": {"$and": [{"$gte": ["$transactions.Total_Trans_Ct", 67]}, {"$gte": ["$transactions.Total_Trans_Amt", 3900]}]}, "then": "Often, much, 3 or more months inactive"}, {"case": {"$gte": ["$transactions.Total_Trans_Ct", 67]}, "then": "Often, little"}, {"case": {"$gte": ["$transactions.Total_Trans_Amt", 3900]}, "then": "Seldom, much"}, {"case": {"$lte": ["$Months_Inactive_12_mon", 2]}, "then": "Seldom, little, up to 2 months inactive"}], "default": "Seldom, little, 3 or more months inactive"}}, ["Often, little", "Seldom, much"]]}}"#
        ]],
    );
    check(
        "revolvers and not women",
        &expect![[
            r#"{"$expr": {"$eq": [{"$cond": [{"$gt": ["$transactions.Total_Revolving_Bal", 0]}, "Revolver", "Transactor"]}, "Revolver"]}, "$nor": [{"Gender": "F"}]}"#
        ]],
    );
    check(
        "transactors",
        &expect![[
            r#"{"$expr": {"$eq": [{"$cond": [{"$gt": ["$transactions.Total_Revolving_Bal", 0]}, "Revolver", "Transactor"]}, "Transactor"]}}"#
        ]],
    );
    check(
        "Gold card",
        &expect![[r#"
        error: `card` is not understood behind `Gold`
          at filter `Gold card`, character 1
        hint: `Gold` stands alone, or goes on with `and` or `or`"#]],
    );
    check(
        "women & closed",
        &expect![[r#"
        error: `& closed` is not understood behind `women`
          at filter `women & closed`, character 1
        hint: `women` stands alone, or goes on with `and` or `or`"#]],
    );
    check(
        "women not closed",
        &expect![[r#"
        error: `not closed` is not understood behind `women`
          at filter `women not closed`, character 1
        hint: `women` stands alone, or goes on with `and` or `or`"#]],
    );
    check(
        "Customer_Age = 40 or 45",
        &expect![[r#"
            error: expected one of `<`, `<=`, `>`, `>=` and a name, found the end
              at filter `Customer_Age = 40 or 45`, character 24
            hint: a value by itself is of no column; several values of one are like `age in 40, 45`"#]],
    );
}

#[test]
fn a_category_behind_a_part_about_its_own_column_is_not_read_in_silence() {
    for unclear in ["card != gold or platinum", "not gold or platinum", "card not in gold and platinum"] {
        let error = Catalog::built_in(&Contract::card()).unwrap().filter(unclear).unwrap_err().to_string();
        assert!(error.starts_with("it is not clear whether customers with `platinum` are left out, too"), "{error}");
        assert!(error.contains(" not in gold, platinum` leaves out all of them; "), "{error}");
    }
    check(
        "women and single and divorced",
        &expect![[r#"
            error: no customer is both `single` and `divorced`
              at filter `women and single and divorced`, character 22
            hint: `marital_status in single, divorced` are those who are one of them"#]],
    );
    // What is clear stays as it was.
    check("gender = F and women", &expect![[r#"{"$and": [{"Gender": "F"}, {"Gender": "F"}]}"#]]);
    check(
        "card in gold, silver and gold",
        &expect![[r#"{"$and": [{"Card_Category": {"$in": ["Gold", "Silver"]}}, {"Card_Category": "Gold"}]}"#]],
    );
    check("card = gold or silver", &expect![[r#"{"$or": [{"Card_Category": "Gold"}, {"Card_Category": "Silver"}]}"#]]);
    check("card != gold and women", &expect![[r#"{"Card_Category": {"$ne": "Gold"}, "Gender": "F"}"#]]);
    check(
        "card != gold and card != silver",
        &expect![[r#"{"$and": [{"Card_Category": {"$ne": "Gold"}}, {"Card_Category": {"$ne": "Silver"}}]}"#]],
    );
    check(
        "(card != gold) or silver",
        &expect![[r#"{"$or": [{"Card_Category": {"$ne": "Gold"}}, {"Card_Category": "Silver"}]}"#]],
    );
}

#[test]
fn answers_are_typed_as_they_are_shown() {
    check(
        "Card ≠ Gold and Age ≥ 45 and 1 ≤ Total_Trans_Ct and limit ≤ $5k",
        &expect![[
            r#"{"Card_Category": {"$ne": "Gold"}, "Customer_Age": {"$gte": 45}, "transactions.Total_Trans_Ct": {"$gte": 1}, "transactions.Credit_Limit": {"$lte": 5000}}"#
        ]],
    );
    check(
        "spend_band=10,000 and more and women",
        &expect![[
            r#"{"$expr": {"$eq": [{"$switch": {"branches": [{"case": {"$lt": ["$transactions.Total_Trans_Amt", 2000]}, "then": "under 2,000"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 4000]}, "then": "2,000–3,999"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 6000]}, "then": "4,000–5,999"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 10000]}, "then": "6,000–9,999"}], "default": "10,000 and more"}}, "10,000 and more"]}, "Gender": "F"}"#
        ]],
    );
    check(
        "spend_band in 2,000-3,999, 10,000 and more",
        &expect![[
            r#"{"$expr": {"$in": [{"$switch": {"branches": [{"case": {"$lt": ["$transactions.Total_Trans_Amt", 2000]}, "then": "under 2,000"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 4000]}, "then": "2,000–3,999"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 6000]}, "then": "4,000–5,999"}, {"case": {"$lt": ["$transactions.Total_Trans_Amt", 10000]}, "then": "6,000–9,999"}], "default": "10,000 and more"}}, ["2,000–3,999", "10,000 and more"]]}}"#
        ]],
    );
    check(
        "count_change_band = held or rose or women",
        &expect![[
            r#"{"$or": [{"$expr": {"$eq": [{"$switch": {"branches": [{"case": {"$lt": ["$transactions.Total_Ct_Chng_Q4_Q1", 0.5]}, "then": "fell by more than half"}, {"case": {"$lt": ["$transactions.Total_Ct_Chng_Q4_Q1", 0.75]}, "then": "fell by 25–50 %"}, {"case": {"$lt": ["$transactions.Total_Ct_Chng_Q4_Q1", 1]}, "then": "fell by up to 25 %"}], "default": "held or rose"}}, "held or rose"]}}, {"Gender": "F"}]}"#
        ]],
    );
    check(
        "(Education_Level ~ (?i)grad) and women",
        &expect![[
            r#"{"Education_Level": {"$regularExpression": {"pattern": "(?i)grad", "options": ""}}, "Gender": "F"}"#
        ]],
    );
    check(
        "behaviour ~ ^Seldom",
        &expect![[r#"
        error: `behaviour` is computed, and `~` matches columns of the file alone
        hint: say which of its answers are meant, like `behaviour=Often, much, up to 2 months inactive`"#]],
    );
}
