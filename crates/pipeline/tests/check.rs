//! Fields followed through the stages, over the shapes of a small bank.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its expectations with them")]

use expect_test::{Expect, expect};
use pipeline::{Field, FieldType, Schema, Schemas, Shapes, check, parse_text};

fn schemas() -> Schemas {
    let fields = |paths: &[&str]| {
        let field = |path: &&str| Field { path: (*path).to_owned(), field_type: FieldType::Int, nullable: true };
        Schema::Fields(paths.iter().map(field).collect())
    };
    let customers = [
        "CLIENTNUM",
        "Gender",
        "Customer_Age",
        "Education_Level",
        "Income_Category",
        "Income_Info.Category_Code",
        "Income_Info.Min",
        "Income_Info.Max",
        "Card_Category",
        "Months_on_book",
    ];
    Schemas::from([
        ("customers".to_owned(), fields(&customers)),
        ("transactions".to_owned(), fields(&["CLIENTNUM", "Credit_Limit", "Total_Trans_Amt"])),
        ("anything".to_owned(), Schema::Any),
    ])
}

fn refused(text: &str, expected: &Expect) {
    let pipeline = parse_text(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    match check(&pipeline, "customers", &schemas()) {
        Ok(()) => panic!("accepted: {text}"),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

#[track_caller]
fn accepted_on(collection: &str, text: &str) {
    let pipeline = parse_text(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    if let Err(error) = check(&pipeline, collection, &schemas()) {
        panic!("{text}\n{error}");
    }
}

#[test]
fn a_misspelt_field_is_refused_with_its_place_and_near_names() {
    refused(
        r#"[{$match: {Gender: "F"}}, {$group: {_id: "$Gender", age: {$avg: "$Customer_Agee"}}}]"#,
        &expect![[r#"
            unknown field `Customer_Agee` in `$group`
              at stage 2, `$group.age.$avg`
            hint: the nearest field is `Customer_Age`"#]],
    );
    refused(
        "[{$match: {$or: [{Gender: 1}, {Gendre: 2}]}}]",
        &expect![[r#"
            unknown field `Gendre` in `$match`
              at stage 1, `$match.$or[1].Gendre`
            hint: the nearest field is `Gender`"#]],
    );
    refused(
        r#"[{$match: {$expr: {$gt: ["$Income_Info.Maximum", 1]}}}]"#,
        &expect![[r#"
            unknown field `Income_Info.Maximum` in `$match`
              at stage 1, `$match.$expr.$gt[0]`
            hint: fields with a near name: `Income_Info.Max`, `Income_Info.Min`"#]],
    );
    refused(
        r#"[{$project: {x: {$cond: {if: "$Gender.x", then: 1, else: 2}}}}]"#,
        &expect![[r#"
            unknown field `Gender.x` in `$project`
              at stage 1, `$project.x.$cond.if`
            hint: the nearest field is `Gender`"#]],
    );
}

#[test]
fn what_a_stage_takes_away_is_gone() {
    refused(
        r#"[{$project: {Gender: 1, _id: 0}}, {$sort: {Customer_Age: 1}}]"#,
        &expect![[r#"
            unknown field `Customer_Age` in `$sort`
              at stage 2, `$sort.Customer_Age`
            hint: the fields here are `Gender`"#]],
    );
    refused(
        r#"[{$unset: "Income_Info.Min"}, {$match: {"Income_Info.Min": 1}}]"#,
        &expect![[r#"
            unknown field `Income_Info.Min` in `$match`
              at stage 2, `$match.Income_Info.Min`
            hint: fields with a near name: `Income_Info.Max`, `Income_Info`"#]],
    );
    refused(
        r#"[{$group: {_id: {g: "$Gender"}, n: {$sum: 1}}}, {$match: {"_id.Gender": 1}}]"#,
        &expect![[r#"
            unknown field `_id.Gender` in `$match`
              at stage 2, `$match._id.Gender`
            hint: the fields here are `_id`, `_id.g`, `n`"#]],
    );
    refused(
        r#"[{$count: "n"}, {$project: {m: "$N"}}]"#,
        &expect![[r#"
            unknown field `N` in `$project`
              at stage 2, `$project.m`
            hint: the fields here are `n`"#]],
    );
    refused(
        r#"[{$facet: {a: [{$count: "n"}], b: [{$limit: 1}, {$match: {x: 1}}]}}]"#,
        &expect![[r#"
            unknown field `x` in `$match`
              at stage 1, `$facet.b`: stage 2, `$match.x`"#]],
    );
}

#[test]
fn joined_collections_are_followed_too() {
    let lookup = r#"{$lookup: {from: "transactions", localField: "CLIENTNUM", foreignField: "CLIENTNUM", as: "t"}}"#;
    accepted_on(
        "customers",
        &format!(r#"[{lookup}, {{$unwind: "$t"}}, {{$group: {{_id: "$Gender", l: {{$avg: "$t.Credit_Limit"}}}}}}]"#),
    );
    accepted_on(
        "customers",
        &format!(r#"[{lookup}, {{$match: {{"t.0.Credit_Limit": 1, t: {{$elemMatch: {{Credit_Limit: 1}}}}}}}}]"#),
    );
    refused(
        &format!(r#"[{lookup}, {{$unwind: "$t"}}, {{$match: {{"t.Credit_Limt": 1}}}}]"#),
        &expect![[r#"
            unknown field `t.Credit_Limt` in `$match`
              at stage 3, `$match.t.Credit_Limt`
            hint: the nearest field is `t.Credit_Limit`"#]],
    );
    refused(
        r#"[{$lookup: {from: "transactions", localField: "CLIENTNUM", foreignField: "CLIENT", as: "t"}}]"#,
        &expect![[r#"
            unknown field `CLIENT` in `$lookup`
              at stage 1, `$lookup.foreignField`
            hint: the fields here are `_id`, `CLIENTNUM`, `Credit_Limit`, `Total_Trans_Amt`"#]],
    );
    refused(
        r#"[{$unionWith: {coll: "transactions", pipeline: [{$match: {Gender: 1}}]}}]"#,
        &expect![[r#"
            unknown field `Gender` in `$match`
              at stage 1, `$unionWith.pipeline`: stage 1, `$match.Gender`
            hint: the fields here are `_id`, `CLIENTNUM`, `Credit_Limit`, `Total_Trans_Amt`"#]],
    );
    accepted_on("customers", r#"[{$unionWith: "transactions"}, {$match: {Gender: 1, Credit_Limit: 2}}]"#);
    accepted_on("customers", r#"[{$unionWith: "unknown"}, {$match: {whatever: 1}}]"#);
}

#[test]
fn what_is_added_is_known() {
    for text in [
        r#"[{$addFields: {a: {b: "$Gender"}}}, {$match: {"a.b": 1}}, {$project: {"a.b": 1}}, {$sort: {"a.b": 1}}]"#,
        r#"[{$group: {_id: null, all: {$push: {k: "$Gender"}}}}, {$unwind: "$all"}, {$match: {"all.k": 1}}]"#,
        r#"[{$bucketAuto: {groupBy: "$Customer_Age", buckets: 3}}, {$match: {"_id.min": 1, count: 1}}]"#,
        r#"[{$setWindowFields: {sortBy: {Customer_Age: 1}, output: {"r.k": {$rank: {}}}}}, {$match: {"r.k": 1}}]"#,
        r#"[{$replaceRoot: {newRoot: {$mergeObjects: ["$$ROOT", {x: 1}]}}}, {$match: {x: 1, Gender: 1}}]"#,
        r#"[{$replaceRoot: {newRoot: "$Income_Info"}}, {$match: {Min: 1}}]"#,
        r#"[{$sortByCount: "$Gender"}, {$project: {_id: 0, g: "$_id", count: 1}}, {$project: {_id: 0}}]"#,
        r#"[{$project: {x: {$let: {vars: {i: "$Income_Info"}, in: "$$i.whatever"}}}}]"#,
        r#"[{$unwind: {path: "$Gender", includeArrayIndex: "at"}}, {$sort: {at: 1, _id: 1}}]"#,
    ] {
        accepted_on("customers", text);
    }
}

/// Followed without a bound, sixty stages that copy the document into itself would have 3 to the power of 60 fields.
#[test]
fn documents_that_are_copied_into_themselves_are_not_followed_for_ever() {
    let stage = |at: usize| format!("{{$set: {{f{at}: {{x: '$$ROOT', y: '$$ROOT'}}}}}}");
    let stages = (0..60).map(stage).collect::<Vec<_>>().join(", ");
    accepted_on("customers", &format!("[{stages}]"));
}

#[test]
fn names_close_a_collection_of_any_shape() {
    let on = |collection: &str, text: &str| {
        let pipeline = parse_text(text).unwrap();
        let mut shapes = Shapes::from(&schemas());
        shapes.set_names("anything", [("name", false), ("city", true)]);
        shapes.set_view("cities", "anything", &parse_text("[{$group: {_id: '$city', n: {$sum: 1}}}]").unwrap());
        shapes.set_view("all", "nowhere", &parse_text("[{$set: {a: '$b'}}]").unwrap());
        let fault = pipeline::check_shapes(&pipeline, collection, &shapes);
        fault.err().map(|error| error.message().to_owned())
    };
    let fault = |text: &str| on("anything", text);
    assert_eq!(fault("[{$match: {'city.zip': 1, _id: 2}}, {$group: {_id: '$name'}}]"), None);
    assert_eq!(fault("[{$group: {_id: '$citi'}}]").as_deref(), Some("unknown field `citi` in `$group`"));
    assert_eq!(fault("[{$set: {citi: 1}}, {$group: {_id: '$citi'}}]"), None);
    // A scalar has nothing below it.
    assert_eq!(fault("[{$group: {_id: '$name.x'}}]").as_deref(), Some("unknown field `name.x` in `$group`"));
    assert_eq!(on("cities", "[{$match: {n: 1}}]"), None);
    assert_eq!(on("cities", "[{$match: {m: 1}}]").as_deref(), Some("unknown field `m` in `$match`"));
    assert_eq!(on("all", "[{$match: {m: 1}}]"), None);
    let joined = "[{$lookup: {from: 'anything', localField: '_id', foreignField: 'nam', as: 'j'}}]";
    assert_eq!(on("customers", joined).as_deref(), Some("unknown field `nam` in `$lookup`"));
}

#[test]
fn open_shapes_are_not_followed() {
    accepted_on("anything", r#"[{$match: {a: 1}}, {$group: {_id: "$b"}}, {$sort: {c: 1}}]"#);
    accepted_on("nowhere", r#"[{$match: {a: 1}}]"#);
    accepted_on("customers", r#"[{$replaceRoot: {newRoot: {$ifNull: ["$Income_Info", {}]}}}, {$match: {a: 1}}]"#);
    accepted_on(
        "customers",
        r#"[{$lookup: {from: "new", localField: "_id", foreignField: "x", as: "n"}}, {$match: {"n.y": 1}}]"#,
    );
}

/// A pipeline of somebody's own goes to a server as it is; where fields must be known, variables are followed too.
#[test]
fn fields_below_variables_are_refused_only_where_variables_are_followed() {
    let text = "[{$group: {_id: {$let: {vars: {r: '$$ROOT'}, in: '$$r.Gendre'}}}}]";
    accepted_on("customers", text);
    let error = pipeline::check_followed(&parse_text(text).unwrap(), "customers", &schemas()).unwrap_err();
    expect![[r#"
        unknown field `$$r.Gendre`
          at stage 1, `$group._id.$let.in`
        hint: the nearest field is `Gender`"#]]
    .assert_eq(&error.to_string());
    for text in [
        "[{$group: {_id: '$Gender', all: {$push: '$$ROOT'}}}, {$set: {x: {$map: {input: '$all', in: '$$this.anything'}}}}]",
        "[{$set: {x: {$let: {vars: {o: {$arrayToObject: [[['a', 1]]]}}, in: '$$o.a'}}}}]",
    ] {
        let parsed = parse_text(text).unwrap();
        assert_eq!(pipeline::check_followed(&parsed, "customers", &schemas()), Ok(()), "{text}");
    }
}
