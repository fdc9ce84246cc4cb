//! Pipelines with random faults: nothing panics, and whatever parses is printed so that it parses to the same again.
//!
//! Seeded, so a failure comes back; the text that caused it is in the message.

#![expect(clippy::unwrap_used, reason = "a test stops at what it does not expect")]

use std::path::PathBuf;

use pipeline::{Bson, Language, Names, parse, print, read};

/// A small generator (SplitMix64): the same numbers on every machine and in every version.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The inputs of the good cases.
fn seeds() -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/good.txt");
    let text = fs_err::read_to_string(path).unwrap();
    let inputs = text.split("\n====\n").map(|case| case.split("\n----").next().unwrap());
    let uncommented =
        |input: &str| input.lines().filter(|line| !line.starts_with(['#', '/'])).collect::<Vec<_>>().join("\n");
    inputs.map(uncommented).filter(|input| !input.trim_start().starts_with("db.")).collect()
}

/// What breaks readers: quotes, brackets, escapes, ends of ranges, characters of several bytes.
const FRAGMENTS: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    "\"",
    "'",
    "`",
    "/",
    "\\",
    "//",
    "/*",
    "*/",
    "$",
    "$$",
    ".",
    "-",
    "+",
    "e",
    "0x",
    "\\u",
    "\\ud83d\\ude00",
    "\u{0}",
    "é",
    "😀",
    "\u{feff}",
    "null",
    "undefined",
    "NaN",
    "new ",
    "ISODate(",
    "NumberLong(\"",
    "9223372036854775808",
    "-0",
    "1e400",
    "{$numberInt: ",
    "{$date: ",
    "$$ROOT",
    "_id",
    "$literal",
    "\n",
];

fn mutate(text: &str, chance: &mut Chance) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..chance.below(4) {
        let at = chance.below(characters.len() + 1);
        let end = (at + chance.below(8)).min(characters.len());
        match chance.below(5) {
            0 => drop(characters.drain(at..end)),
            1 => characters.truncate(at),
            2 => {
                let part: Vec<char> = characters[at..end].to_vec();
                characters.splice(at..at, part);
            }
            _ => drop(characters.splice(at..end.min(at + 1), chance.pick(&FRAGMENTS).chars())),
        }
    }
    characters.into_iter().collect()
}

/// Prints and parses again in all three ways, where a value parses at all.
fn round_trip(value: &Bson) -> bool {
    let Ok(parsed) = parse(value) else { return false };
    let same = |again: &Bson| format!("{:?}", parse(again)) == format!("{:?}", Ok::<_, pipeline::Error>(&parsed));
    assert!(same(&print::to_bson(&parsed)), "BSON changed it: {value}");
    let json = print::extended_json(&parsed);
    assert!(same(&read(&json).unwrap()), "Extended JSON changed it: {json}");
    let shell = print::mongosh("c", &parsed);
    let again = format!("{:?}", pipeline::parse_text(&shell));
    assert_eq!(again, format!("{:?}", Ok::<_, pipeline::Error>(&parsed)), "mongosh changed it: {shell}");
    true
}

/// The inputs of the cases with scripts, and the texts that the languages themselves were asked of.
fn scripts() -> Vec<String> {
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests");
    let text = fs_err::read_to_string(tests.join("cases/scripts.txt")).unwrap();
    let mut seeds: Vec<String> =
        text.split("\n====\n").map(|case| case.split("\n----").next().unwrap().to_owned()).collect();
    for file in ["languages/javascript.txt", "languages/python.txt"] {
        let text = fs_err::read_to_string(tests.join(file)).unwrap();
        let codes = text.split("\n\n").filter_map(|block| block.trim_end().rsplit_once("\n=> "));
        seeds.extend(codes.map(|(code, _)| format!("{code}\n[{{'$project': {{'v': v}}}}]")));
    }
    seeds
}

/// A text with lines of another one among its own.
fn crossed(text: &str, other: &str, chance: &mut Chance) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let others: Vec<&str> = other.lines().collect();
    let from = chance.below(others.len().max(1));
    let at = chance.below(lines.len() + 1);
    lines.splice(at..at, others.iter().skip(from).take(1 + chance.below(3)).copied());
    lines.join("\n")
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// A thousand times, or as often as `BANKSPHERE_MUTATIONS` says, from the seed `BANKSPHERE_SEED` on.
#[test]
fn scripts_with_faults_never_panic_and_end_soon() {
    let (seeds, mut chance) = (scripts(), Chance(number("BANKSPHERE_SEED").unwrap_or(3)));
    let n_texts = number("BANKSPHERE_MUTATIONS").unwrap_or(1000);
    let mut n_read = 0;
    for _ in 0..n_texts {
        let mut text = chance.pick(&seeds).clone();
        if chance.below(3) == 0 {
            let other = chance.pick(&seeds).clone();
            text = crossed(&text, &other, &mut chance);
        }
        let text = mutate(&text, &mut chance);
        for language in [Language::Mongosh, Language::Python] {
            let read = || {
                let before = std::time::Instant::now();
                let read = std::panic::catch_unwind(|| pipeline::parse_script(&text, language, Names::Known).is_ok());
                (read.unwrap_or_else(|_| panic!("{language:?} panicked:\n{text}")), before.elapsed().as_secs())
            };
            // A machine with much else to do may be slow once, but not three times.
            let (is_read, mut seconds) = read();
            for _ in 0..2 {
                seconds = if seconds < 5 { seconds } else { seconds.min(read().1) };
            }
            assert!(seconds < 5, "{language:?} took {seconds} s:\n{text}");
            n_read += u64::from(is_read);
        }
    }
    assert!(n_read * 25 > n_texts, "too few got through: {n_read} of {n_texts}");
}

#[test]
fn the_work_of_a_script_is_bounded() {
    let texts = [
        "let s = 'a'; while (true) s += s",
        "let a = [1]; for (;;) a = [...a, ...a]",
        "let a = []; for (;;) a = [a]",
        "const f = n => f(n + 1); f(0)",
        "Array(1e9)",
        "'a'.repeat(1e9)",
        "'a'.padStart(1e8)",
        "let a = [1, 2]; for (let i = 0; i < 60; i++) a = [a, a]; a",
        "const a = []; a.push(a); db.c.aggregate(a)",
        "const o = {}; o.o = o; [{$match: o}]",
        "[3, 1].sort(() => { while (1) {} })",
        "x = 'a' * 10 ** 9",
        "x = [0] * 10 ** 9",
        "x = list(range(10 ** 12))",
        "x = 10 ** 10 ** 10",
        "f'{5:999999999}'",
        "def f(): return f()\nf()",
        "while True: pass",
    ];
    for text in texts {
        let start = std::time::Instant::now();
        assert!(pipeline::parse_script(text, Language::Mongosh, Names::Known).is_err(), "{text}");
        assert!(start.elapsed().as_secs() < 20, "{text} took {:?}", start.elapsed());
    }
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "", "]"),
        ("!", "1", ""),
        ("x => ", "1", ""),
        ("{a: ", "1", "}"),
        ("1 + ", "1", ""),
        ("a ? ", "1", " : 1"),
    ] {
        for depth in [150, 5000, 100_000] {
            let text = open.repeat(depth) + middle + &close.repeat(depth);
            let _ = pipeline::parse_script(&text, Language::Mongosh, Names::Known);
            let _ = pipeline::parse_script(&format!("x{}", ".a".repeat(depth)), Language::Python, Names::Known);
            let _ = pipeline::parse_script(&format!("{}pass", "if 1: ".repeat(depth)), Language::Python, Names::Known);
        }
    }
}

#[test]
fn text_with_faults_never_panics() {
    let seeds = seeds();
    let mut chance = Chance(1);
    let (mut n_read, mut n_parsed) = (0, 0);
    for _ in 0..2_000 {
        let text = mutate(chance.pick(&seeds).as_str(), &mut chance);
        if let Ok(value) = read(&text) {
            n_read += 1;
            n_parsed += usize::from(round_trip(&value));
        }
    }
    assert!(n_read > 200 && n_parsed > 50, "too few got through: {n_read} read, {n_parsed} parsed");
}

/// Every value inside a value.
fn parts(value: &Bson, found: &mut Vec<Bson>) {
    match value {
        Bson::Document(document) => document.values().for_each(|value| parts(value, found)),
        Bson::Array(values) => values.iter().for_each(|value| parts(value, found)),
        _ => {}
    }
    found.push(value.clone());
}

/// Puts another value in place of the one that is `at` steps away.
fn replace(value: &mut Bson, at: &mut usize, other: &Bson) {
    if *at == 0 {
        *value = other.clone();
    }
    *at = at.wrapping_sub(1);
    match value {
        Bson::Document(document) => document.iter_mut().for_each(|(_, value)| replace(value, at, other)),
        Bson::Array(values) => values.iter_mut().for_each(|value| replace(value, at, other)),
        _ => {}
    }
}

#[test]
fn values_in_wrong_places_never_panic() {
    let seeds: Vec<Bson> = seeds().iter().map(|text| read(text).unwrap()).collect();
    let mut pool = Vec::new();
    for seed in &seeds {
        parts(seed, &mut pool);
    }
    let mut chance = Chance(2);
    let mut n_parsed = 0;
    for _ in 0..2_000 {
        let mut value = chance.pick(&seeds).clone();
        let mut inside = Vec::new();
        parts(&value, &mut inside);
        let mut at = chance.below(inside.len());
        let other = chance.pick(&pool).clone();
        replace(&mut value, &mut at, &other);
        n_parsed += usize::from(round_trip(&value));
    }
    assert!(n_parsed > 200, "too few parsed: {n_parsed}");
}

#[test]
fn deep_nesting_is_refused_before_the_stack_ends() {
    let nested = |open: &str, close: &str, depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("{$abs: ", "}"), ("[{$not: ", "}]"), ("Double(", ")")] {
        for depth in [199, 201, 100_000] {
            let text = nested(open, close, depth);
            let read = read(&text);
            assert!(depth < 200 || read.is_err(), "{open} {depth}");
            assert!(pipeline::parse_text(&text).is_err());
        }
    }
    let in_stage = |inner: &str| format!("[{{$project: {{x: {inner}}}}}, {{$match: {{y: {{$exists: 1}}}}}}]");
    let deep = in_stage(&nested("{$abs: ", "}", 190));
    assert!(round_trip(&read(&deep).unwrap()));
    let deep = format!("[{{$match: {}}}]", nested("{$and: [", "]}", 95).replace('1', "{a: 1}"));
    assert!(round_trip(&read(&deep).unwrap()));
    let mut deeper = Bson::Int32(1);
    for _ in 0..5000 {
        deeper = Bson::Array(vec![deeper]);
    }
    assert!(parse(&deeper).unwrap_err().to_string().contains("nested more than 200 deep"));
}

/// Documents as files have them, all of them plain JSON.
const PLAIN: [&str; 9] = [
    "{}",
    r#" {"_id": 1, "a": -2147483649, "b": [1.5, -0.0, 1e3, 2E-2, 0, -0, 9223372036854775807, -9223372036854775808]} "#,
    r#"{"text": "é😀 \"\\\/\b\f\n\r\t\u00e9$x", "\"q\"": "", "": {}, "a.b": [[], [[]], {"c": {}}]}"#,
    r#"{"t":true,"f":false,"n":null,"items":[{"kind":"card","value":19.99},{"kind":"fee"}]}"#,
    r#"{"at": {"$date": "2024-02-29T12:30:00.5Z"}, "on": {"$date": {"$numberLong": "-1"}}, "id": {"$oid": "65df0a1bcd5e8f0012345678"}}"#,
    r#"{"i": {"$numberInt": "5"}, "l": { "$numberLong" : "5" }, "d": {"$numberDouble": "-Infinity"}, "m": {"$numberDecimal": "1.50"}}"#,
    r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16,"q":17,"r":18}"#,
    "{\"a\":\r\n\t{\"b\": {\"c\": [{\"d\": \"e\"}]}}}",
    r#"{"z": [0,1,2,3,4,5,6,7,8,9,10,11]}"#,
];

#[test]
fn plain_json_is_read_as_the_general_reader_reads_it() {
    for text in PLAIN {
        let document = pipeline::read_document(text).unwrap();
        assert_eq!(pipeline::read_plain(text), Some(document.to_vec().unwrap()), "{text}");
    }
    let (mut chance, mut n_plain) = (Chance(5), 0);
    for _ in 0..20_000 {
        let text = mutate(PLAIN[chance.below(PLAIN.len())], &mut chance);
        let Some(bytes) = pipeline::read_plain(&text) else { continue };
        n_plain += 1;
        let document = pipeline::read_document(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(bytes, document.to_vec().unwrap(), "{text}");
    }
    assert!(n_plain > 5_000, "too few were plain: {n_plain}");
}

#[test]
fn what_is_not_plain_is_left_to_the_general_reader() {
    let deep = format!("{}1{}", "{\"a\":".repeat(70), "}".repeat(70));
    let read =
        ["{a: 1}", "{'a': 1}", "{\"a\": 1,}", "{\"a\": NaN}", "{\"a\": 1} // b", "{\"a\": {\"$minKey\": 1}}", &deep];
    let refused = [
        r#"{"a": 1, "b": 2, "a": 3}"#,
        r#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16,"q":17,"a":18}"#,
        r#"{"a": 007}"#,
        r#"{"a": 1e999}"#,
        r#"{"a": "b"#,
        r#"{"a": "\ud83d"}"#,
        r#"{"a\u0000": 1}"#,
        r#"{"a": {"$oid": "x"}}"#,
        r#"{"a": {"$date": "yesterday"}}"#,
        r#"{"$date": "2024-02-29"}"#,
        r#"{"a": 1} {"b": 2}"#,
        r#"["a"]"#,
        "",
    ];
    for text in read {
        assert!(pipeline::read_plain(text).is_none() && pipeline::read_document(text).is_ok(), "{text}");
    }
    for text in refused {
        assert!(pipeline::read_plain(text).is_none() && pipeline::read_document(text).is_err(), "{text}");
    }
    // Here the general reader rounds, and the import makes a Decimal128 of it.
    assert_eq!(pipeline::read_plain(r#"{"a": 9223372036854775808}"#), None);
    let no_wrapper = r#"{"a": {"b": 1, "$oid": "x"}}"#;
    assert!(pipeline::read_plain(no_wrapper).is_none() && pipeline::read_document(no_wrapper).is_ok());
}
