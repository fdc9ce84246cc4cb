//! What a text asks by `find`, `findOne`, `distinct` and the counts: the stages that it comes down to.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use pipeline::{Language, Names, parse_script, print};

/// The collection and the stages, or the refusal.
fn asked(text: &str, language: Language) -> String {
    match parse_script(text, language, Names::Known) {
        Ok((pipeline, script)) => {
            let mut told = format!("{} {}", script.collection.unwrap(), print::value(&print::to_bson(&pipeline)));
            for (is_there, word) in [(script.taken.is_some(), " taken"), (script.counts, " counts")] {
                told.push_str(if is_there { word } else { "" });
            }
            told.replace("{\"$numberLong\": \"2\"}", "2").replace("{\"$numberLong\": \"1\"}", "1")
        }
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(asked(text, Language::Mongosh), expected);
}

#[track_caller]
fn check_python(text: &str, expected: &str) {
    assert_eq!(asked(text, Language::Python), expected);
}

#[test]
fn a_find_of_the_shell() {
    check("db.c.find()", "c []");
    check("db.c.find({a: 1})", r#"c [{"$match": {"a": 1}}]"#);
    check(
        "db.c.find({a: {$gt: 1}}, {a: 1, _id: 0}).sort({a: -1}).skip(1).limit(2)",
        r#"c [{"$match": {"a": {"$gt": 1}}}, {"$sort": {"a": -1}}, {"$skip": 1}, {"$limit": 2}, {"$project": {"_id": 0, "a": 1}}]"#,
    );
    check("const f = {a: 1}; db.c.find(f).limit(-2).toArray()", r#"c [{"$match": {"a": 1}}, {"$limit": 2}]"#);
    check("db.c.findOne({a: 1})", r#"c [{"$match": {"a": 1}}, {"$limit": 1}]"#);
    check("db.c.find({a: 1})[0]", r#"c [{"$match": {"a": 1}}, {"$limit": 1}]"#);
    check("db.c.find({'a.b': 1}, {'a.$': 1})", r#"c [{"$match": {"a.b": 1}}] taken"#);
    check("db.c.find({}, {a: {$elemMatch: {b: 1}}})", "c [] taken");
}

#[test]
fn a_find_of_drivers() {
    check(
        "await db.collection('c').find({a: 1}, {projection: {a: 1}, sort: {a: 1}, limit: 2}).toArray()",
        r#"c [{"$match": {"a": 1}}, {"$sort": {"a": 1}}, {"$limit": 2}, {"$project": {"a": 1}}]"#,
    );
    check_python(
        "list(db.c.find({'a': None}, ['a'], sort=[('a', -1), ('b', 1)], limit=2))",
        r#"c [{"$match": {"a": null}}, {"$sort": {"a": -1, "b": 1}}, {"$limit": 2}, {"$project": {"a": 1}}]"#,
    );
    check_python("db.c.find({'a': True}).sort('a', -1)", r#"c [{"$match": {"a": true}}, {"$sort": {"a": -1}}]"#);
    check_python("db.c.find_one(5)", r#"c [{"$match": {"_id": 5}}, {"$limit": 1}]"#);
    check_python("for row in db.c.find({}, {}, 1, 2):\n    print(row)", r#"c [{"$skip": 1}, {"$limit": 2}]"#);
}

#[test]
fn values_and_numbers() {
    check("db.c.countDocuments({a: 1})", r#"c [{"$match": {"a": 1}}, {"$count": "n"}] counts"#);
    check("db.c.countDocuments({}, {skip: 1, limit: 2})", r#"c [{"$skip": 1}, {"$limit": 2}, {"$count": "n"}] counts"#);
    check("db.c.estimatedDocumentCount()", r#"c [{"$count": "n"}] counts"#);
    check("db.c.find({a: 1}).limit(2).count()", r#"c [{"$match": {"a": 1}}, {"$count": "n"}] counts"#);
    check("db.c.find({a: 1}).limit(2).size()", r#"c [{"$match": {"a": 1}}, {"$limit": 2}, {"$count": "n"}] counts"#);
    check_python("db.c.count_documents({'a': 1})", r#"c [{"$match": {"a": 1}}, {"$count": "n"}] counts"#);
    for text in ["db.c.distinct('a', {b: 1})", "db.c.distinct('a', filter={'b': 1})"] {
        let language = if text.contains('=') { Language::Python } else { Language::Mongosh };
        let stages = asked(text, language);
        assert!(stages.starts_with(r#"c [{"$match": {"b": 1}}, {"$unwind": {"path": "$a""#), "{stages}");
    }
}

#[test]
fn what_cannot_be_is_marked() {
    check(
        "db.c.find({a: {$gtt: 1}})",
        "unknown query operator `$gtt`\n  at stage 1, `$match.a.$gtt`\n    db.c.find({a: {$gtt: 1}})\n                   ^^^^^^^\nhint: operators with a near name: `$gt`, `$gte`",
    );
    check("db.c.find().skip(-1)", "`skip` of `find` is at least 0, found -1");
    let view = asked("db.createView('v', 'c', [{$limit: 1}])", Language::Mongosh);
    assert!(view.starts_with("the text makes no pipeline, and its views are not kept: `v`"), "{view}");
    let twice = asked("db.c.find(); db.d.find()", Language::Mongosh);
    assert!(twice.starts_with("the text asks 2 times: on `c` in line 1, `d` in line 1"), "{twice}");
}

#[test]
fn what_the_text_does_later_changes_nothing() {
    check("const f = {a: 1}; const found = db.c.find(f); f.a = 2; found", r#"c [{"$match": {"a": 1}}]"#);
}

#[test]
fn variables_and_views() {
    let text = asked("db.c.find({$expr: {$eq: ['$a', '$$k']}}, {a: 1}, {let: {k: 2}})", Language::Mongosh);
    assert!(text.contains(r#""$let""#), "{text}");
    check(
        "db.createView('v', 'c', [{$match: {b: 1}}]); db.v.find({a: 1})",
        r#"c [{"$match": {"b": 1}}, {"$match": {"a": 1}}]"#,
    );
}
