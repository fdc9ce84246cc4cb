//! A user's own folder beside ours: what it adds, and all that is wrong with it at once.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them so")]

use std::path::Path;

use catalog::Catalog;
use contract::Contract;
use expect_test::expect;

/// Writes the files and reads the folder beside the built-in catalog; faults name the folder as `mine`.
fn read(files: &[(&str, &str)]) -> Result<Catalog, String> {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs_err::create_dir_all(file.parent().unwrap_or(Path::new("."))).expect("it can be made");
        fs_err::write(file, text).expect("it can be written");
    }
    let built_in = Catalog::built_in(&Contract::card()).unwrap_or_else(|faults| panic!("{faults}"));
    let place = folder.path().display().to_string();
    built_in.with_folder(folder.path()).map_err(|faults| faults.to_string().replace(&place, "mine"))
}

#[test]
fn it_adds_dimensions_measures_and_analyses() {
    let catalog = read(&[
        (
            "dimensions.toml",
            r#"
            [loyal]
            label = "Loyal"
            expression = '{ $cond: [{ $gte: ["$Months_on_book", 48] }, "four years", "less"] }'
            order = ["less", "four years"]
            "#,
        ),
        (
            "measures.toml",
            r#"
            [women]
            label = "Women"
            accumulators.women = '{ $sum: { $cond: [{ $eq: ["$Gender", "F"] }, 1, 0] } }'
            [rate_of_women]
            label = "Rate of women"
            unit = "share"
            finish = '{ $divide: ["$women", "$customers"] }'
            interval = { successes = "women", trials = "customers" }
            "#,
        ),
        (
            "segmentation/women_by_loyalty.toml",
            r#"
            title = "Women by loyalty"
            question = "Do women stay?"
            by = ["loyal"]
            measures = ["customers", "rate_of_women"]
            where = "Customer_Age >= 30"
            finding = { sentence = "Of {customers} customers {rate_of_women} are women." }
            reading = "As it stands."
            [chart]
            kind = "interval"
            x = "loyal"
            y = ["rate_of_women"]
            "#,
        ),
        (
            "mine.toml",
            r#"
            topic = "health"
            title = "By hand"
            question = "Does it work?"
            by = ["card"]
            measures = ["customers", "largest"]
            finding = "largest"
            reading = "As it stands."
            [columns.largest]
            label = "Largest limit"
            unit = "dollars"
            "#,
        ),
        (
            "mine.json",
            r#"[{"$group": {"_id": "$Card_Category", "customers": {"$sum": 1}}},
                {"$project": {"_id": 0, "card": "$_id", "customers": 1, "largest": {"$literal": 5}}}]"#,
        ),
    ])
    .unwrap();
    let analysis = catalog.analysis("women_by_loyalty").unwrap();
    assert_eq!(analysis.topic.word, "segment");
    assert_eq!(analysis.columns(), ["loyal", "customers", "rate_of_women", "rate_of_women_low", "rate_of_women_high"]);
    let chart = analysis.chart.as_ref().unwrap();
    assert_eq!(chart.interval, Some(("rate_of_women_low".into(), "rate_of_women_high".into())));
    assert_eq!(catalog.analysis("mine").unwrap().topic.word, "health");
    assert!(catalog.compose(&["loyal", "gender"], &["rate_of_women"], None, catalog.topic("status").unwrap()).is_ok());
}

#[test]
fn fields_below_variables_are_known_in_all_files() {
    let faults = read(&[
        (
            "dimensions.toml",
            r#"
            [hidden]
            label = "Hidden"
            expression = '{ $let: { vars: { r: "$$ROOT" }, in: "$$r.Customer_Ag" } }'
            "#,
        ),
        (
            "measures.toml",
            r#"
            [lost]
            label = "Lost"
            accumulators.lost = '{ $sum: { $let: { vars: { t: "$transactions" }, in: "$$t.Credit_Limt" } } }'
            [mean_lost]
            label = "Mean lost"
            mean_of = '{ $getField: { field: "Credit_Limt", input: "$transactions" } }'
            [finished]
            label = "Finished"
            finish = '{ $let: { vars: { r: "$$ROOT" }, in: "$$r.custmers" } }'
            "#,
        ),
        (
            "status/piped.toml",
            "title = \"T\"\nquestion = \"Q?\"\nby = [\"card\"]\nmeasures = []\nfinding = \"largest\"\nreading = \"R\"\n",
        ),
        (
            "status/piped.json",
            r#"[{"$group": {"_id": {"$let": {"vars": {"r": "$$ROOT"}, "in": "$$r.Card"}}, "customers": {"$sum": 1}}}]"#,
        ),
    ]);
    expect![[r#"
        unknown field `$$r.Customer_Ag`
          at mine/dimensions.toml: hidden.expression: `$let.in`
        hint: the nearest field is `Customer_Age`

        unknown field `$$t.Credit_Limt`
          at mine/measures.toml: lost.accumulators.lost: `$sum.$let.in`
        hint: the fields here are `_id`, `CLIENTNUM`, `Credit_Limit`, `Total_Revolving_Bal`, `Avg_Open_To_Buy`, `Total_Amt_Chng_Q4_Q1`, `Total_Trans_Amt`, `Total_Trans_Ct`, `Total_Ct_Chng_Q4_Q1`, `Avg_Utilization_Ratio`

        unknown field `Credit_Limt`
          at mine/measures.toml: mean_lost.mean_of: `$getField`
        hint: the fields here are `_id`, `CLIENTNUM`, `Credit_Limit`, `Total_Revolving_Bal`, `Avg_Open_To_Buy`, `Total_Amt_Chng_Q4_Q1`, `Total_Trans_Amt`, `Total_Trans_Ct`, `Total_Ct_Chng_Q4_Q1`, `Avg_Utilization_Ratio`

        unknown field `$$r.custmers`
          at mine/measures.toml: finished: `$let.in`
        hint: the fields here are `_id`

        unknown field `$$r.Card`
          at mine/status/piped.json: stage 1, `$group._id.$let.in`
            …"$group": {"_id": {"$let": {"vars": {"r": "$$ROOT"}, "in": "$$r.Card"}}, "customers": {"$sum": 1}}}]
                                                                  ^^^^^^^^^^^^^^^^
        hint: the nearest field is `Card_Category`"#]].assert_eq(&faults.unwrap_err());
}

/// Dimensions and measures stand side by side in the rows.
#[test]
fn no_dimension_is_called_like_a_measure() {
    let dimension =
        |name: &str| format!("[{name}]\nlabel = \"L\"\nexpression = '\"$Dependent_count\"'\nunit = \"count\"\n");
    let names = ["mean_limit", "customers", "closed", "mean_limit_squares", "closure_rate_low", "order", "late"];
    let dimensions: String = names.iter().map(|name| dimension(name)).collect();
    let measures = "[late]\nlabel = \"L\"\naccumulators.late = '{ $sum: 1 }'\n\
                    [gender]\nlabel = \"L\"\naccumulators.gender = '{ $sum: 1 }'\n\
                    [by_way]\nlabel = \"L\"\naccumulators = { by_way = '{ $sum: 1 }', order = '{ $sum: 1 }', card = '{ $sum: 1 }' }\n";
    let faults = read(&[("dimensions.toml", &dimensions), ("measures.toml", measures)]);
    expect![[r#"
        the name `mean_limit` is taken already, by a measure
          at mine/dimensions.toml: mean_limit
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `customers` is taken already, by a measure
          at mine/dimensions.toml: customers
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `closed` is taken already, by a measure
          at mine/dimensions.toml: closed
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `mean_limit_squares` is taken already, by a measure
          at mine/dimensions.toml: mean_limit_squares
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `closure_rate_low` is taken already, by a measure
          at mine/dimensions.toml: closure_rate_low
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `order` is taken already, by the pipelines themselves
          at mine/dimensions.toml: order
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `late` is taken already, by a dimension
          at mine/measures.toml: late
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `gender` is taken already, by a dimension
          at mine/measures.toml: gender
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `card` is taken already, by a dimension
          at mine/measures.toml: by_way
        hint: dimensions and measures stand side by side in a table, so no two have one name

        the name `order` is taken already, by the pipelines themselves
          at mine/measures.toml: by_way
        hint: dimensions and measures stand side by side in a table, so no two have one name"#]]
    .assert_eq(&faults.unwrap_err());
}

/// Faults of dimensions and measures.
const BROKEN_NAMES: &[(&str, &str)] = &[
    (
        "dimensions.toml",
        r#"
            [age_band]
            label = "Twice"
            expression = '"$Customer_Age"'
            [wrong]
            lable = "Misspelt"
            expression = '{ $cnd: [1, 2, 3] }'
            [unknown_field]
            label = "Unknown field"
            expression = '"$Customer_Agee"'
            unit = "pounds"
            "#,
    ),
    (
        "measures.toml",
        r#"
            [nothing]
            label = "Nothing"
            [lost]
            label = "Lost"
            finish = '{ $divide: ["$gone", "$customers"] }'
            [mistyped]
            label = 5
            accumulators = { mistyped = 7 }
            "#,
    ),
];

/// Faults of analyses.
const BROKEN_ANALYSES: &[(&str, &str)] = &[
    ("status/broken.toml", "title = \"Broken\"\nquestion = = 3\n"),
    (
        "status/wrong.toml",
        r#"
            title = "Wrong"
            question = "Why?"
            by = ["gendre"]
            measures = ["attrition_rat"]
            intervals = ["mean_limit"]
            where = "Customer_Age > old"
            finding = "ratings"
            reading = "So."
            colour = "red"
            [chart]
            kind = "pie"
            x = "gender"
            "#,
    ),
    (
        "status/bad_pipeline.toml",
        "title = \"T\"\nquestion = \"Q?\"\nby = [\"card\"]\nmeasures = []\nfinding = \"largest\"\nreading = \"R\"\n",
    ),
    ("status/bad_pipeline.json", r#"[{"$group": {"_id": "$Card", "customers": {"$sum": 1}}}]"#),
    ("status/lonely.json", "[]"),
    ("money/x.toml", "title = \"T\"\nquestion = \"Q?\"\nby = []\nfinding = \"overview\"\nreading = \"R\"\n"),
];

#[test]
fn all_faults_of_names_are_reported_each_with_its_place() {
    expect![[r#"
        the name `age_band` is taken already
          at mine/dimensions.toml: age_band

        unknown key `lable`
          at mine/dimensions.toml: wrong.lable
        hint: the keys here are `role`, `label`, `expression`, `order`, `missing`, `unit`, `phrase`, `phrases`

        the key `label` is missing
          at mine/dimensions.toml: wrong.label

        unknown operator `$cnd`
          at mine/dimensions.toml: wrong.expression: `$cnd`
        hint: operators with a near name: `$and`, `$cond`

        unknown field `Customer_Agee`
          at mine/dimensions.toml: unknown_field.expression
        hint: the nearest field is `Customer_Age`

        unknown unit `pounds`
          at mine/dimensions.toml: unknown_field.unit
        hint: the units here are `text`, `count`, `share`, `dollars`, `months`, `years`, `ratio`, `year`

        nothing says how `nothing` is computed
          at mine/measures.toml: nothing.accumulators
        hint: give `accumulators.nothing`, or one of `finish`, `mean_of`, `share_of`

        `label` must be a text, not a whole number
          at mine/measures.toml: mistyped.label

        `mistyped` must be a text, not a whole number
          at mine/measures.toml: mistyped.accumulators.mistyped

        no measure accumulates `gone`
          at mine/measures.toml: lost"#]]
    .assert_eq(&read(BROKEN_NAMES).unwrap_err());
}

#[test]
fn all_faults_of_analyses_are_reported_each_with_its_place() {
    expect![[r#"
        extra `=`, expected nothing
          at mine/status/broken.toml:2

        no topic is called `money`
          at mine/money/x.toml
        hint: the topics here are `segmentation`, `status`, `health`

        unknown field `Card` in `$group`
          at mine/status/bad_pipeline.json: stage 1, `$group._id`
            [{"$group": {"_id": "$Card", "customers": {"$sum": 1}}}]
                         ^^^^^^^^^^^^^^
        hint: the nearest field is `Card_Category`

        a pipeline without its analysis
          at mine/status/lonely.json
        hint: put `lonely.toml` beside it, with its question and columns

        unknown key `colour`
          at mine/status/wrong.toml: colour

        unknown dimension `gendre`
          at mine/status/wrong.toml: by
        hint: dimensions with a near name: `gender`, `Gender`

        unknown measure `attrition_rat`
          at mine/status/wrong.toml: measures
        hint: the nearest measure is `attrition_rate`

        `Customer_Age` is a number, and `old` is not
          at mine/status/wrong.toml: where: filter `Customer_Age > old`, character 16
        hint: a number is like `45` or `2.5`

        unknown finding `ratings`
          at mine/status/wrong.toml: finding

        unknown kind of chart `pie`
          at mine/status/wrong.toml: chart.kind
        hint: the kinds here are `bar`, `grouped_bar`, `stacked_bar`, `interval`, `line`, `heatmap`, `ranking`, `box`, `small_multiples`

        a chart shows at least one column
          at mine/status/wrong.toml: chart.y"#]]
    .assert_eq(&read(BROKEN_ANALYSES).unwrap_err());
}

/// Stages are counted as in the file, though the join is put in front of them.
#[test]
fn a_fault_in_a_pipeline_is_marked_in_its_text() {
    let analysis =
        "title = \"T\"\nquestion = \"Q?\"\nby = [\"card\"]\nmeasures = []\nfinding = \"largest\"\nreading = \"R\"\n";
    let faults = |text: &str| read(&[("status/mine.toml", analysis), ("status/mine.json", text)]).unwrap_err();
    expect![[r#"
        unknown field `transactions.Credit_Limt` in `$group`
          at mine/status/mine.json: stage 2, `$group.limit.$avg`
            3 |   {"$group": {"_id": "$Card_Category", "limit": {"$avg": "$transactions.Credit_Limt"}}}
              |                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        hint: fields with a near name: `transactions.Credit_Limit`, `transactions.CLIENTNUM`"#]]
    .assert_eq(&faults(
        "[\n  {\"$match\": {\"Gender\": \"F\"}},\n  {\"$group\": {\"_id\": \"$Card_Category\", \
         \"limit\": {\"$avg\": \"$transactions.Credit_Limt\"}}}\n]\n",
    ));
    expect![[r#"
        unknown stage `$gruop`
          at mine/status/mine.json: stage 1, `$gruop`
            [{"$gruop": {"_id": "$<income>"}}]
              ^^^^^^^^
        hint: the nearest stage is `$group`"#]]
    .assert_eq(&faults(r#"[{"$gruop": {"_id": "$<income>"}}]"#));
    expect![[r#"
        `$out` writes into a collection, and an analysis only reads
          at mine/status/mine.json"#]]
    .assert_eq(&faults(r#"[{"$group": {"_id": "$Card_Category"}}, {"$out": "cards"}]"#));
    expect![[r#"
        expected `,` or `}`, found the end of the text
          at mine/status/mine.json: line 1, column 38
            [{"$group": {"_id": "$Card_Category"}
                                                 ^"#]]
    .assert_eq(&faults(r#"[{"$group": {"_id": "$Card_Category"}"#));
}

#[test]
fn the_examples_in_the_guide_are_sound() {
    let guide = include_str!("../../../catalog/README.md");
    let examples: Vec<&str> = guide
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(example, _)| example))
        .collect();
    let [analysis, dimensions, topics] = examples[..] else { panic!("{examples:?}") };
    let files =
        [("segmentation/women_by_tenure.toml", analysis), ("dimensions.toml", dimensions), ("topics.toml", topics)];
    let catalog = read(&files).unwrap();
    assert_eq!(catalog.analysis("women_by_tenure").unwrap().columns().len(), 6);
    assert_eq!(catalog.analysis("women_by_tenure").unwrap().filter_in_words().as_deref(), Some("Age ≥ 30"));
    assert_eq!(catalog.dimension("plan").unwrap().order.len(), 4);
    assert_eq!(catalog.topic("money").unwrap().folder, "revenue");
    // All keys, findings and kinds of chart that there are stand in it.
    for name in [
        "each",
        "intervals",
        "top",
        "rates",
        "extremes",
        "largest",
        "association",
        "weighted_mean",
        "weighted",
        "spread",
        "quantiles",
        "closed",
        "overview",
        "drivers",
        "evidence",
        "trend",
        "life_table",
        "baseline",
        "sentence",
    ] {
        assert!(guide.contains(name), "{name}");
    }
    for kind in catalog::ChartKind::NAMES {
        assert!(guide.contains(kind), "{kind}");
    }
}

#[test]
fn a_finding_that_has_nothing_to_speak_of_is_a_fault() {
    let file = |form: &str, measures: &str, finding: &str| {
        format!(
            "title = \"T\"\nquestion = \"Q?\"\n{form}\nmeasures = {measures}\nfinding = {finding}\nreading = \"R\"\n"
        )
    };
    let drivers = file("each = [\"gender\"]", "[\"customers\"]", "\"drivers\"");
    let life_table = file("by = [\"<tenure>\"]", "[\"customers\"]", "\"life_table\"");
    let trend = file("by = [\"gender\"]", "[\"customers\"]", "\"trend\"");
    let rates = file("by = [\"gender\"]", "[\"customers\"]", "\"rates\"");
    let role = file("by = [\"<tenur>\"]", "[\"customers\"]", "\"largest\"");
    let others = file("by = [\"<other columns>\"]", "[\"customers\"]", "\"largest\"");
    expect![[r#"
        this finding is made from the measure `closed`
          at mine/status/drivers.toml: finding
        hint: add `closed` to `measures`

        this finding is made from the measure `closed`
          at mine/status/left.toml: finding
        hint: add `closed` to `measures`

        no role is called `other columns`
          at mine/status/others.toml: by

        this finding needs a rate among the measures
          at mine/status/rates.toml: finding
        hint: such as `closure_rate`

        no role is called `tenur`
          at mine/status/role.toml: by
        hint: the nearest role is `tenure`

        this finding needs a rate among the measures
          at mine/status/trend.toml: finding
        hint: such as `closure_rate`"#]]
    .assert_eq(
        &read(&[
            ("status/drivers.toml", &drivers),
            ("status/others.toml", &others),
            ("status/rates.toml", &rates),
            ("status/role.toml", &role),
            ("status/left.toml", &life_table),
            ("status/trend.toml", &trend),
        ])
        .unwrap_err(),
    );
}

#[test]
fn faults_of_roles_are_reported_each_with_its_place() {
    let dimensions = r#"
        [tier]
        role = "segmnt"
        [banded]
        role = "age"
        order = ["a"]
        [own]
        label = "Own"
        expression = '{ $gt: ["$<spend in apples>", "$<limit>"] }'
        unit = "<pounds>"
    "#;
    let measures = r#"
        [lost]
        label = "Lost"
        mean_of = '"$<ages>"'
    "#;
    expect![[r#"
        no role is called `segmnt`
          at mine/dimensions.toml: tier.role
        hint: the nearest role is `segment`

        unknown key `order`
          at mine/dimensions.toml: banded.order
        hint: the keys here are `role`, `label`, `phrase`, `phrases`

        unknown unit `apples`
          at mine/dimensions.toml: own.expression
        hint: the units here are `text`, `count`, `share`, `dollars`, `months`, `years`, `ratio`, `year`

        no role is called `pounds`
          at mine/dimensions.toml: own.unit

        no role is called `ages`
          at mine/measures.toml: lost.mean_of
        hint: the nearest role is `age`"#]]
    .assert_eq(&read(&[("dimensions.toml", dimensions), ("measures.toml", measures)]).unwrap_err());
}

#[test]
fn what_a_folder_asks_of_roles_that_are_not_there_is_left_out_and_no_fault() {
    let catalog = read(&[
        ("dimensions.toml", "[region]\nrole = \"region\"\n"),
        ("measures.toml", "[mean_score]\nlabel = \"S\"\nmean_of = '\"$<credit_score>\"'\n"),
        (
            "status/by_region.toml",
            "title = \"T\"\nquestion = \"Q?\"\nby = [\"region\"]\nmeasures = [\"mean_score\"]\nwhere = \"<active> = 1\"\n\
             finding = { extremes = \"mean_score\" }\nreading = \"R\"\n[chart]\nkind = \"bar\"\nx = \"region\"\ny = [\"mean_score\"]\n",
        ),
    ])
    .unwrap();
    let told: Vec<String> = catalog.left_out().iter().map(ToString::to_string).collect();
    expect![[r#"
        `region` needs the role `region`, which this bank's contract does not have
        `mean_score` needs the role `credit_score`, which this bank's contract does not have
        `by_region` needs the roles `region`, `active` and `credit_score`, which this bank's contract does not have"#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let error =
        Catalog::built_in(&Contract::card()).unwrap().with_folder(Path::new("no/such/folder")).unwrap_err().to_string();
    assert!(error.contains("no/such/folder"), "{error}");
}

#[test]
fn a_folder_adds_topics_and_puts_more_analyses_in_order() {
    let analysis = |title: &str| {
        format!(
            "title = \"{title}\"\nquestion = \"Q?\"\nby = [\"card\"]\nmeasures = []\nfinding = \"largest\"\nreading = \"R\"\n"
        )
    };
    let topics = r#"
        [money]
        folder = "revenue"
        title = "Money"
        introduction = "What comes in."
        measures = ["total_spend"]
        analyses = ["second", "first"]
        [health]
        analyses = ["mine"]
    "#;
    let catalog = read(&[
        ("topics.toml", topics),
        ("revenue/first.toml", &analysis("First")),
        ("revenue/second.toml", &analysis("Second")),
        ("health/another.toml", &analysis("Another")),
        ("health/mine.toml", &analysis("Mine")),
    ])
    .unwrap();
    let words: Vec<&str> = catalog.topics().iter().map(|topic| topic.word.as_str()).collect();
    assert_eq!(words, ["segment", "status", "health", "money"]);
    let money = catalog.topic("money").unwrap();
    let names: Vec<&str> = catalog.analyses_of(money).map(|analysis| analysis.name.as_str()).collect();
    assert_eq!((money.introduction.as_str(), names), ("What comes in.", vec!["second", "first"]));
    let last: Vec<&str> = catalog.analyses_of(catalog.topic("health").unwrap()).map(|a| a.name.as_str()).collect();
    assert_eq!(&last[last.len() - 2..], ["mine", "another"]);
    let asked = catalog.compose(&["card"], &[], None, money).unwrap();
    assert_eq!(asked.columns(), ["card", "customers", "total_spend"]);
    assert_eq!(
        catalog.topic("monye").unwrap_err().to_string(),
        "no topic is called `monye`\nhint: the topics here are `segment`, `status`, `health`, `money`"
    );
}

#[test]
fn faults_of_topics_are_reported_each_with_its_place() {
    let topics = r#"
        [health]
        title = "Another title"
        [money]
        folder = "status"
        measures = ["total_spent"]
        colour = "red"
        ["no word"]
        title = "T"
    "#;
    expect![[r#"
        the topic `health` has its `title` already
          at mine/topics.toml: health.title
        hint: a further file can only add to its `analyses`

        unknown key `colour`
          at mine/topics.toml: money.colour
        hint: the keys here are `folder`, `title`, `introduction`, `help`, `measures`, `analyses`

        the name `status` is taken already
          at mine/topics.toml: money.folder

        unknown measure `total_spent`
          at mine/topics.toml: money.measures
        hint: the nearest measure is `total_spend`

        the key `title` is missing
          at mine/topics.toml: money.title

        `no word` is not a valid name
          at mine/topics.toml: no word.folder
        hint: a name is a letter, then letters, digits and `_`"#]]
    .assert_eq(&read(&[("topics.toml", topics)]).unwrap_err());
}
