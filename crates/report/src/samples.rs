//! Answers for tests: every chart kind, and the odd tables that real banks bring.

use std::sync::Arc;

use catalog::{Chart, ChartKind, Topic, Unit};
use insight::{
    Answer, Bar, Caution, Cell, Closures, Column, ColumnFacts, ColumnRole, Determines, Fact, Family, Finding, Heap,
    Independence, KeyFigure, Leak, Missing, Narrative, Outliers, Piece, QualityPage, Query, Rounded, Row, RuleFacts,
    SmallGroup, Spread, Statistic, Summary, Table, Test,
};

use crate::Report;

pub(crate) fn column(name: &str, label: &str, unit: Unit) -> Column {
    let of = |suffix: &str| name.strip_suffix(suffix).map(str::to_owned);
    // Tests name their columns as the catalog does; the roles are what is read.
    let role = match (unit, of("_low"), of("_high")) {
        (Unit::Text, ..) => ColumnRole::Text,
        (_, Some(of), _) => ColumnRole::Low { of },
        (_, _, Some(of)) => ColumnRole::High { of },
        _ => ColumnRole::Measure,
    };
    Column::new(name, label, unit, role)
}

pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn chart(kind: ChartKind, x: &str, y: &[&str]) -> Chart {
    Chart { kind, x: x.to_owned(), y: y.iter().map(|&name| name.to_owned()).collect(), series: None, interval: None }
}

/// A topic as the built-in catalog has it.
fn topic(word: &str) -> Arc<Topic> {
    let (folder, title, introduction) = match word {
        "segment" => ("segmentation", "Customer segmentation", "Who the customers are."),
        "status" => ("status", "Customer status", "Who closed their account, and what goes with it."),
        _ => ("health", "Financial health", "How healthy the customers’ credit is."),
    };
    let [word, folder, title, introduction] = [word, folder, title, introduction].map(str::to_owned);
    Arc::new(Topic { word, folder, title, introduction, ..Topic::default() })
}

pub(crate) fn answer(name: &str, title: &str, topic: Arc<Topic>, table: Table, chart: Option<Chart>) -> Answer {
    Answer {
        name: name.to_owned(),
        is_overview: false,
        names_counts: false,
        topic,
        title: title.to_owned(),
        question: format!("{title}: what do the numbers say?"),
        table,
        chart,
        columns: Vec::new(),
        day: None,
        filter: None,
        narrative: Narrative {
            facts: vec![Fact::Worded {
                rows: vec![0],
                pieces: vec![Piece::Words(
                    "Of 8,500 open and 1,627 closed accounts, 16.1 % closed their account.".to_owned(),
                )],
            }],
            cautions: vec![Caution::Small {
                groups: vec![SmallGroup { row: usize::MAX, name: "Platinum".to_owned(), customers: 20.0 }],
                are_tested: true,
            }],
        },
        reading: "Each point is a rate, its line the 95 % interval: where two lines do not overlap, the groups differ."
            .to_owned(),
        effect: Some(0.198),
        test: Some(Test {
            statistic: Statistic::Independence(Independence {
                chi_square: 396.5,
                degrees_of_freedom: 6,
                cramers_v: 0.198,
                w: 0.198,
                is_simulated: false,
            }),
            p_value: 1.2e-80,
            unadjusted: 1.2e-80,
            family: Family::Unjudged,
        }),
        queries: vec![Query {
            collection: "customers".to_owned(),
            mongosh: "db.customers.aggregate([\n  { $group: { _id: \"$Income_Category\", n: { $sum: 1 } } }\n])"
                .to_owned(),
            extended_json: "[\n  {\"$group\": {\"_id\": \"$Income_Category\", \"n\": {\"$sum\": 1}}}\n]".to_owned(),
        }],
        ..Answer::default()
    }
}

const INACTIVE: [(i64, i64, i64); 7] =
    [(0, 14, 15), (1, 2133, 100), (2, 2777, 505), (3, 3020, 826), (4, 305, 130), (5, 146, 32), (6, 105, 19)];
const INCOMES: [&str; 6] = ["Less than $40K", "$40K - $60K", "$60K - $80K", "$80K - $120K", "$120K +", "Unknown"];

/// Wilson's 95 % interval.
fn wilson(part: f64, whole: f64) -> (f64, f64) {
    let (z, p) = (1.96, part / whole);
    let center = p + z * z / (2.0 * whole);
    let half = z * (p * (1.0 - p) / whole + z * z / (4.0 * whole * whole)).sqrt();
    ((center - half) / (1.0 + z * z / whole), (center + half) / (1.0 + z * z / whole))
}

/// Closures by months inactive: points with intervals over figures.
pub(crate) fn interval() -> Answer {
    let rows = INACTIVE.iter().map(|&(months, existing, attrited)| {
        let (low, high) = wilson(attrited as f64, (existing + attrited) as f64);
        let rate = attrited as f64 / (existing + attrited) as f64;
        [
            Cell::Integer(months),
            Cell::Integer(existing + attrited),
            Cell::Number(rate),
            Cell::Number(low),
            Cell::Number(high),
        ]
        .to_vec()
    });
    let columns = vec![
        column("months_inactive", "Months inactive", Unit::Months),
        column("customers", "Customers", Unit::Count),
        column("closure_rate", "Closure rate", Unit::Share),
        column("closure_rate_low", "95 % from", Unit::Share),
        column("closure_rate_high", "95 % to", Unit::Share),
    ];
    let mut chart = chart(ChartKind::Interval, "months_inactive", &["closure_rate"]);
    chart.interval = Some(("closure_rate_low".to_owned(), "closure_rate_high".to_owned()));
    let table = Table { columns, rows: rows.map(Row::from).collect() };
    answer("closures_by_months_inactive", "Closures by months inactive", topic("status"), table, Some(chart))
}

/// The same over long labels.
pub(crate) fn interval_of_incomes() -> Answer {
    let mut answer = interval();
    answer.name = "closures_by_income".to_owned();
    answer.title = "Closures by income".to_owned();
    answer.table.rows.truncate(6);
    answer.table.columns[0] = column("months_inactive", "Income", Unit::Text);
    for (row, income) in answer.table.rows.iter_mut().zip(INCOMES) {
        row[0] = text(income);
    }
    answer
}

pub(crate) fn bar() -> Answer {
    let cards = [("Blue", 9436), ("Silver", 555), ("Gold", 116), ("Platinum", 20)];
    let rows = cards.map(|(card, n)| vec![text(card), Cell::Integer(n), Cell::Number(n as f64 / 10_127.0)]).to_vec();
    let columns = vec![
        column("card", "Card", Unit::Text),
        column("customers", "Customers", Unit::Count),
        column("share", "Share", Unit::Share),
    ];
    let chart = chart(ChartKind::Bar, "card", &["customers"]);
    answer(
        "customers_by_card",
        "Customers by card",
        topic("segment"),
        Table { columns, rows: rows.into_iter().map(Row::from).collect() },
        Some(chart),
    )
}

fn gender_by_income(kind: ChartKind) -> (Table, Chart) {
    let counts = [("F", [3284, 1014, 0, 0, 0, 1060]), ("M", [277, 776, 1402, 1535, 727, 52])];
    let mut rows = Vec::new();
    for (place, income) in INCOMES.iter().enumerate() {
        for (gender, counts) in counts {
            let whole: i64 = counts.iter().sum();
            // No women with the three highest incomes: the cells are missing, not zero.
            let share =
                if counts[place] == 0 { Cell::Missing } else { Cell::Number(counts[place] as f64 / whole as f64) };
            rows.push(vec![text(income), text(gender), Cell::Integer(counts[place]), share]);
        }
    }
    let columns = vec![
        column("income", "Income", Unit::Text),
        column("gender", "Gender", Unit::Text),
        column("customers", "Customers", Unit::Count),
        column("share", "Share of gender", Unit::Share),
    ];
    let mut chart = chart(kind, "income", &["customers"]);
    chart.series = Some("gender".to_owned());
    (Table { columns, rows: rows.into_iter().map(Row::from).collect() }, chart)
}

pub(crate) fn grouped() -> Answer {
    let (table, chart) = gender_by_income(ChartKind::GroupedBar);
    answer("gender_by_income", "Income by gender", topic("segment"), table, Some(chart))
}

pub(crate) fn heatmap() -> Answer {
    let (table, mut chart) = gender_by_income(ChartKind::Heatmap);
    chart.x = "gender".to_owned();
    chart.series = Some("income".to_owned());
    chart.y = vec!["share".to_owned()];
    answer("gender_by_income_share", "Share of incomes by gender", topic("segment"), table, Some(chart))
}

pub(crate) fn multiples() -> Answer {
    let (table, mut chart) = gender_by_income(ChartKind::SmallMultiples);
    chart.y = vec!["share".to_owned()];
    answer("gender_by_income_panels", "Share of incomes, by gender", topic("segment"), table, Some(chart))
}

pub(crate) fn stacked() -> Answer {
    let bands = ["0", "up to 10 %", "10–30 %", "30–50 %", "50–75 %", "75–100 %"];
    let mut rows = Vec::new();
    for (place, income) in INCOMES.iter().enumerate() {
        for (band, name) in bands.iter().enumerate() {
            let weight = [0.25, 0.15 + 0.05 * place as f64, 0.2, 0.15, 0.15, 0.1 - 0.05 * place as f64 / 6.0];
            rows.push(vec![text(income), text(name), Cell::Number(weight[band] / weight.iter().sum::<f64>())]);
        }
    }
    let columns = vec![
        column("income", "Income", Unit::Text),
        column("utilization", "Utilization", Unit::Text),
        column("share", "Share of customers", Unit::Share),
    ];
    let mut chart = chart(ChartKind::StackedBar, "income", &["share"]);
    chart.series = Some("utilization".to_owned());
    answer(
        "utilization_by_income",
        "Utilization by income",
        topic("health"),
        Table { columns, rows: rows.into_iter().map(Row::from).collect() },
        Some(chart),
    )
}

pub(crate) fn lines() -> Answer {
    let rows = [20, 30, 40, 50, 60, 70].map(|age| {
        let limit = 4_000.0 + f64::from(age * (90 - age)) * 3.0;
        vec![Cell::Integer(age.into()), Cell::Number(limit), Cell::Number(limit * 0.14)]
    });
    let columns = vec![
        column("age", "Age", Unit::Years),
        column("mean_limit", "Mean credit limit", Unit::Dollars),
        column("mean_balance", "Mean revolving balance", Unit::Dollars),
    ];
    let chart = chart(ChartKind::Line, "age", &["mean_limit", "mean_balance"]);
    let table = Table { columns, rows: rows.map(Row::from).to_vec() };
    answer("limit_by_age", "Credit limit and balance by age", topic("health"), table, Some(chart))
}

/// A rate over 44 months, with its interval: longer than a line that shows its dots.
pub(crate) fn months() -> Answer {
    let row = |month: i64| {
        let rate = 0.02 + 0.003 * (month - 12) as f64 + if month == 36 { 0.05 } else { 0.0 };
        let ends = [rate * 0.8, rate * 1.2];
        vec![Cell::Integer(month), Cell::Number(rate), Cell::Number(ends[0]), Cell::Number(ends[1])]
    };
    let columns = vec![
        column("months_on_book", "Months on book", Unit::Months),
        column("closure_rate", "Closure rate", Unit::Share),
        column("closure_rate_low", "95 % from", Unit::Share),
        column("closure_rate_high", "95 % to", Unit::Share),
    ];
    let mut chart = chart(ChartKind::Line, "months_on_book", &["closure_rate"]);
    chart.interval = Some(("closure_rate_low".to_owned(), "closure_rate_high".to_owned()));
    let table = Table { columns, rows: (13..57).map(row).map(Row::from).collect() };
    answer("rate_by_month", "Closure rate by month", topic("status"), table, Some(chart))
}

/// Quantiles of four incomes, of which one has its quartiles in one place and one has no customers.
pub(crate) fn boxes() -> Answer {
    let rows = [
        ("Less than $40K", Some([1_438.0, 1_700.0, 2_500.0, 4_200.0, 8_000.0])),
        ("$40K - $60K", Some([1_438.0, 1_438.0, 1_438.0, 6_000.0, 12_000.0])),
        ("$120K +", Some([4_000.0, 9_000.0, 18_400.0, 34_516.0, 34_516.0])),
        ("Unknown", None),
    ];
    let cells = |(name, ends): (&str, Option<[f64; 5]>)| {
        let ends = ends.map_or_else(|| vec![Cell::Missing; 5], |ends| ends.map(Cell::Number).to_vec());
        [vec![text(name)], ends].concat()
    };
    let names = ["10 % quantile", "25 % quantile", "Median", "75 % quantile", "90 % quantile"];
    let keys = ["p10", "p25", "median", "p75", "p90"];
    let quantiles = keys.iter().zip(names).map(|(key, name)| column(key, name, Unit::Dollars));
    let columns = [column("income", "Income", Unit::Text)].into_iter().chain(quantiles).collect();
    let table = Table { columns, rows: rows.into_iter().map(cells).map(Row::from).collect() };
    let chart = chart(ChartKind::Box, "income", &keys);
    answer("limit_quantiles", "Quantiles of the credit limit by income", topic("health"), table, Some(chart))
}

pub(crate) fn ranking() -> Answer {
    let drivers = [
        ("Total revolving balance", 1.05),
        ("Transactions in the last 12 months", 1.94),
        ("Change in the number of transactions, fourth quarter over first quarter", 0.93),
        ("Spend in the last 12 months", 0.88),
        ("Contacts with the bank", 0.36),
        ("Months inactive", 0.31),
        ("Gender", 0.01),
    ];
    let rows = drivers.map(|(name, value)| vec![text(name), Cell::Number(value), Cell::Number(value / 4.0)]).to_vec();
    let columns = vec![
        column("column", "Column", Unit::Text),
        column("information_value", "Information value", Unit::Ratio),
        column("cramers_v", "Cramér's V", Unit::Ratio),
    ];
    let chart = chart(ChartKind::Ranking, "column", &["information_value"]);
    answer(
        "what_goes_with_closure",
        "What goes with closure",
        topic("status"),
        Table { columns, rows: rows.into_iter().map(Row::from).collect() },
        Some(chart),
    )
}

/// Sixty categories with nasty labels, negative and missing values, NaN and infinities.
pub(crate) fn nasty() -> Answer {
    let labels =
        ["<script>alert('x')</script>", "$A & \"B\" $C", "お客様の年齢区分は長いラベルです", "", "a\u{1b}[31m\nb"];
    let values =
        [Cell::Number(-0.4), Cell::Missing, Cell::Number(f64::NAN), Cell::Number(f64::INFINITY), Cell::Number(1.3)];
    let rows = (0..60).map(|row| {
        let label = format!("{} {row}", labels[row % labels.len()]);
        vec![Cell::Text(label), text(labels[row % 2]), values[row % values.len()].clone(), Cell::Number(0.1)]
    });
    let columns = vec![
        column("x", "<b>Long</b> names", Unit::Text),
        column("series", "Series", Unit::Text),
        column("value", "Weight of evidence", Unit::Ratio),
        column("other", "Other", Unit::Ratio),
    ];
    let chart = chart(ChartKind::Bar, "x", &["value"]);
    answer(
        "nasty",
        "A <script> & its friends",
        topic("segment"),
        Table { columns, rows: rows.map(Row::from).collect() },
        Some(chart),
    )
}

/// One good answer of each kind.
pub(crate) fn all() -> Vec<Answer> {
    vec![
        bar(),
        grouped(),
        heatmap(),
        multiples(),
        interval(),
        interval_of_incomes(),
        ranking(),
        months(),
        stacked(),
        lines(),
        boxes(),
        nasty(),
    ]
}

pub(crate) const KINDS: [ChartKind; 9] = [
    ChartKind::Box,
    ChartKind::Bar,
    ChartKind::GroupedBar,
    ChartKind::StackedBar,
    ChartKind::Interval,
    ChartKind::Line,
    ChartKind::Heatmap,
    ChartKind::Ranking,
    ChartKind::SmallMultiples,
];

/// A report of all samples.
pub(crate) fn report() -> Report {
    let figure = |label: &str, value: &str, (number, unit), note: Option<&str>| KeyFigure {
        label: label.to_owned(),
        value: value.to_owned(),
        number,
        unit,
        note: note.map(str::to_owned),
    };
    let finding =
        |sentence: &str, analysis: &str| Finding { sentence: sentence.to_owned(), analysis: analysis.to_owned() };
    Report {
        bank_name: None,
        title: "Card customers: who they are, why accounts closed, how healthy their credit is".to_owned(),
        source: "BankChurners.csv, 10,127 customers, as of 22 November 2026".to_owned(),
        generated: "Made on 22 November 2026 by BankSphere 0.1.0.".to_owned(),
        summary: Summary {
            key_figures: vec![
                figure("Customers", "10,127", (Cell::Integer(10_127), Unit::Count), Some("8,500 open, 1,627 closed")),
                figure(
                    "Closure rate",
                    "16.1 %",
                    (Cell::Number(0.1607), Unit::Share),
                    Some("95 % interval 15.4 to 16.8 %"),
                ),
            ],
            closures: Some(Closures {
                title: "Closures".to_owned(),
                findings: vec![
                    finding(
                        "Customers inactive for 4 months closed most often: 29.9 % (25.8 to 34.3 %), against 4.5 % of those inactive for 1 month.",
                        "closures_by_months_inactive",
                    ),
                    finding(
                        "The number of transactions goes with closure most of all columns (information value 1.94).",
                        "what_goes_with_closure",
                    ),
                ],
            }),
            more_figures: vec![
                figure("Mean credit limit", "$8,632", (Cell::Number(8631.95), Unit::Dollars), None),
                figure("Mean utilization", "27.5 %", (Cell::Number(0.275), Unit::Share), Some("of the credit limit")),
            ],
            findings: vec![finding("A <b>finding</b> of an analysis that is not shown.", "nowhere")],
        },
        quality: vec![
            ("Rows".to_owned(), "10,127, none refused, no duplicates".to_owned()),
            ("Unknown education".to_owned(), "1,519 (15.0 %)".to_owned()),
            ("Missing education".to_owned(), "1,519".to_owned()),
        ],
        page: Some(page()),
        answers: all(),
        left_out: Vec::new(),
        prints_pipelines: false,
    }
}

/// A quality page with all that one may have, and names that are no HTML.
pub(crate) fn page() -> QualityPage {
    let bar = |from: f64, to: f64, customers: u64| Bar { from, to, name: None, customers };
    let limit = ColumnFacts {
        name: "Limit <b>".to_owned(),
        label: "Limit & more".to_owned(),
        kind: "decimal",
        role: Some("credit_limit"),
        missing: Missing { null: 7, nan: 3, ..Missing::default() },
        distinct: 6_205,
        spread: Some(Spread { min: 1438.3, q1: 2555.0, median: 4549.0, q3: 11_067.5, max: 34_516.0 }),
        outliers: Some(Outliers { low: -22_982.5, high: 36_605.0, below: 0, above: 12 }),
        heaps: vec![Heap { value: 34_516.0, customers: 508 }, Heap { value: 1438.3, customers: 507 }],
        histogram: vec![bar(1438.3, 12_000.0, 8_000), bar(12_000.0, 23_000.0, 0), bar(23_000.0, 34_516.0, 40)],
        auc: Some(0.539_6),
        ..ColumnFacts::default()
    };
    let code = ColumnFacts {
        name: "Code".to_owned(),
        label: "Code".to_owned(),
        kind: "whole",
        distinct: 2,
        rounded: Some(Rounded { step: 5.0, share: 0.41 }),
        histogram: vec![Bar { name: Some("a \"b\"".to_owned()), ..bar(0.0, 0.0, 3) }],
        auc: Some(0.999_9),
        leak: Some(Leak::Tells),
        ..ColumnFacts::default()
    };
    let hidden =
        ColumnFacts { name: "Phone".to_owned(), kind: "text", is_hidden: true, distinct: 99, ..ColumnFacts::default() };
    QualityPage {
        customers: 10_127,
        closed: Some(1_627),
        columns: vec![limit, code, hidden],
        pairs: vec![Determines {
            from: "Code".to_owned(),
            to: "Card".to_owned(),
            is_mutual: false,
            values: 4,
            customers: 10_127,
        }],
        rules: vec![RuleFacts { words: "`a` < `b`".to_owned(), is_fault: true, tested: 10_127, broken: 1 }],
        first: Table {
            columns: vec![Column::text("Limit <b>", "Limit <b>"), Column::text("Phone", "Phone")],
            rows: vec![vec![Cell::Number(1438.3), Cell::Hidden].into()],
        },
        queries: vec![Query {
            collection: "customers".to_owned(),
            mongosh: "db.customers.aggregate([\n  { $match: { a: { $lt: 5 } } }\n])".to_owned(),
            extended_json: "[]".to_owned(),
        }],
        ..QualityPage::default()
    }
}
