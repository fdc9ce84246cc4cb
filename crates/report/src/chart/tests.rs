//! Charts as SVG, PNG, PDF and text: what a reader sees of each kind.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes its snapshots with hashes")]

use std::collections::HashSet;

use catalog::Unit;
use expect_test::{Expect, expect};
use insight::{Cell, Table};
use roxmltree::{Document, Node};

use super::*;
use crate::samples;

/// Where `REPORT_GALLERY` names a folder, the pictures are written there to be looked at.
fn keep(name: &str, bytes: &[u8]) {
    if let Ok(folder) = std::env::var("REPORT_GALLERY") {
        #[expect(clippy::disallowed_methods, reason = "a test's own files")]
        std::fs::write(format!("{folder}/{name}"), bytes).unwrap();
    }
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).and_then(|text| text.parse().ok()).unwrap()
}

fn texts(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
    // Bold words lie in an element of their own.
    texts.map(|node| node.descendants().filter(Node::is_text).filter_map(|part| part.text()).collect()).collect()
}

/// A picture that is well formed and whose words stay inside it.
fn check_picture(svg: &str, width: f64, margin: f64) {
    let document = Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    for node in document.descendants().filter(|node| node.tag_name().name() == "text") {
        let label = node.text().unwrap_or_default();
        if node.attribute("transform").is_some() {
            continue;
        }
        let room = text::width(label, number(node, "font-size"));
        let left = number(node, "x")
            - match node.attribute("text-anchor") {
                Some("end") => room,
                Some("middle") => room / 2.0,
                _ => 0.0,
            };
        assert!(left > -margin - 8.0 && left + room < width + margin + 8.0, "{label:?} from {left} to {}", left + room);
    }
}

#[test]
fn small_multiples_stand_below_each_other_in_text() {
    check_text(
        &samples::multiples(),
        &expect![[r#"
        Share of gender
        F
          Less than $40K █████████████████████████████▉ 61.3 %
          $40K - $60K    █████████▎ 18.9 %
          Unknown        █████████▋ 19.8 %
        M
          Less than $40K ██▉ 5.8 %
          $40K - $60K    ███████▉ 16.3 %
          $60K - $80K    ██████████████▍ 29.4 %
          $80K - $120K   ███████████████▊ 32.2 %
          $120K +        ███████▍ 15.2 %
          Unknown        ▌ 1.1 %
    "#]],
    );
}

#[test]
fn small_multiples_share_one_scale_and_show_only_what_is_there() {
    let picture = svg(&samples::multiples(), Theme::Light).unwrap();
    let words = texts(&picture);
    let n_of = |word: &str| words.iter().filter(|text| *text == word).count();
    // No woman has an income above $60K: her panel has no such row.
    assert_eq!((n_of("F"), n_of("M"), n_of("Less than $40K"), n_of("$120K +")), (1, 1, 2, 1));
    let document = Document::parse(&picture).unwrap();
    let bars = document
        .descendants()
        .filter(|node| node.tag_name().name() == "rect" && node.attribute("height") == Some("11.88"));
    let mut lengths: Vec<f64> = bars.map(|bar| number(bar, "width")).collect();
    lengths.sort_by(f64::total_cmp);
    assert_eq!(lengths.len(), 9);
    // 3,284 of 5,358 women have the least income, and 52 of 4,769 men have an unknown one.
    let ratio = lengths[8] / lengths[0];
    assert!((ratio / (3284.0 / 5358.0 / (52.0 / 4769.0)) - 1.0).abs() < 0.02, "{ratio}");
}

#[test]
fn every_sample_has_all_pictures() {
    for answer in samples::all() {
        let light = svg(&answer, Theme::Light).unwrap();
        check_picture(&light, FILE_WIDTH, MARGIN);
        assert!(light.contains("role=\"img\"") && light.contains("<title id=") && light.contains("<desc id="));
        keep(&format!("{}.svg", answer.name), light.as_bytes());
        keep(&format!("{}.dark.svg", answer.name), svg(&answer, Theme::Dark).unwrap().as_bytes());
        keep(&format!("{}.txt", answer.name), terminal(&answer, 80).unwrap().as_bytes());
        let (png, pdf) = (png(&answer).unwrap(), pdf(&answer).unwrap());
        keep(&format!("{}.png", answer.name), &png);
        keep(&format!("{}.pdf", answer.name), &pdf);
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.len() > 10_000);
        assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 4_000);
        for width in [350.0, 760.0] {
            let picture = inline(&Plot::of(&answer).unwrap(), &answer.heading(), width);
            check_picture(&picture, width, 0.0);
        }
    }
}

#[test]
fn odd_tables_have_pictures_of_every_kind() {
    let mut tables: Vec<Table> = vec![samples::nasty().table];
    tables.push(Table { rows: Vec::new(), ..tables[0].clone() });
    tables.push(Table { rows: tables[0].rows[..1].to_vec(), ..tables[0].clone() });
    tables.push(Table { rows: tables[0].rows[2..4].to_vec(), ..tables[0].clone() });
    let mut huge = tables[0].clone();
    for (place, row) in huge.rows.iter_mut().enumerate() {
        row[2] = Cell::Number(if place % 2 == 0 { f64::MAX } else { f64::MIN_POSITIVE });
        row[3] = Cell::Number(f64::MIN);
    }
    tables.push(huge);
    for table in tables {
        for kind in samples::KINDS {
            for (series, interval) in [(None, None), (Some("series"), Some(("value", "other")))] {
                let mut answer = samples::nasty();
                answer.table = table.clone();
                let chart = answer.chart.as_mut().unwrap();
                chart.kind = kind;
                chart.series = series.map(str::to_owned);
                chart.interval = interval.map(|(low, high)| (low.to_owned(), high.to_owned()));
                check_picture(&svg(&answer, Theme::Light).unwrap(), FILE_WIDTH, MARGIN);
                check_picture(&inline(&Plot::of(&answer).unwrap(), &answer.heading(), 350.0), 350.0, 0.0);
                for width in [0, 40, 200] {
                    let text = terminal(&answer, width).unwrap();
                    assert!(
                        text.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= width.clamp(30, 160))
                    );
                    assert!(!text.contains('\u{1b}'));
                }
            }
        }
    }
}

#[test]
fn a_box_spans_the_quartiles_and_its_whiskers_the_outer_quantiles() {
    let picture = svg(&samples::boxes(), Theme::Light).unwrap();
    let words = texts(&picture);
    for word in ["$2,500", "$1,438", "$18,400", "–"] {
        assert!(words.contains(&word.to_owned()), "{word}: {words:?}");
    }
    let document = Document::parse(&picture).unwrap();
    let boxes: Vec<Node<'_, '_>> =
        document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "rect"))).collect();
    let widths: Vec<f64> = boxes.iter().skip(1).map(|node| number(*node, "width")).collect();
    // As wide as the quartiles are apart: $2,500, $4,562 and $25,516.
    assert_eq!(widths.len(), 3, "{widths:?}");
    let dollars = widths[2] / 25_516.0;
    assert!((widths[0] / dollars - 2_500.0).abs() < 20.0 && (widths[1] / dollars - 4_562.0).abs() < 20.0, "{widths:?}");
    // Each line begins with a blank.
    let text = terminal(&samples::boxes(), 80).unwrap();
    expect![[r#"
        Income         US dollars
        box from 25 % quantile to 75 % quantile, mark and figure: median, whiskers from
        10 % quantile to 90 % quantile
        Less than $40K   ├█●███─────┤ $2,500
        $40K - $60K      ●████████────────┤ $1,438
        $120K +              ├───────███████████████●██████████████████████████ $18,400
        Unknown         –
    "#]]
    .assert_eq(&text.lines().map(|line| line[1..].to_owned() + "\n").collect::<String>());
}

#[test]
fn labels_with_dollars_are_no_formulas() {
    let words = texts(&svg(&samples::interval_of_incomes(), Theme::Light).unwrap());
    assert!(words.contains(&"$80K - $120K".to_owned()), "{words:?}");
    assert!(words.contains(&"Closure rate, with 95 % interval".to_owned()), "{words:?}");
}

/// Contacts by months inactive as a filter may leave them: no month has all contacts, and the first lacks most.
fn sparse_heatmap() -> Answer {
    let mut answer = samples::heatmap();
    let cells = [(1, 2), (1, 3), (2, 4), (2, 5), (3, 1), (3, 6), (4, 0), (4, 2)];
    let rows = cells.map(|(contacts, months)| {
        insight::Row::from(vec![Cell::Integer(contacts), Cell::Integer(months), Cell::Integer(5)])
    });
    let dimension = |name| insight::Column::new(name, name, Unit::Count, insight::ColumnRole::Dimension);
    let columns =
        vec![dimension("contacts"), dimension("months"), samples::column("customers", "Customers", Unit::Count)];
    answer.table = Table { columns, rows: rows.to_vec() };
    let chart = answer.chart.as_mut().unwrap();
    (chart.x, chart.series, chart.y) = ("contacts".to_owned(), Some("months".to_owned()), vec!["customers".to_owned()]);
    answer
}

#[test]
fn axes_stand_in_natural_order_whatever_a_filter_left() {
    let mut answer = sparse_heatmap();
    let axes = |answer: &Answer| {
        let plot = Plot::of(answer).unwrap();
        let names: Vec<String> = plot.series.iter().map(|series| series.name.clone()).collect();
        (plot.categories.iter().map(|category| category.label.clone()).collect::<Vec<_>>().join(" "), names.join(" "))
    };
    assert_eq!(axes(&answer), ("1 2 3 4".to_owned(), "0 1 2 3 4 5 6".to_owned()));
    let plot = Plot::of(&answer).unwrap();
    // The values went with their names.
    assert_eq!(plot.series[0].values, [None, None, None, Some(5.0)]);
    // The same the other way round, and with names that have an order of their own.
    let chart = answer.chart.as_mut().unwrap();
    (chart.x, chart.series) = ("months".to_owned(), Some("contacts".to_owned()));
    assert_eq!(axes(&answer), ("0 1 2 3 4 5 6".to_owned(), "1 2 3 4".to_owned()));
    for row in &mut answer.table.rows {
        let Cell::Integer(months) = row[1] else { panic!("a number") };
        row[1] = samples::text(["Unknown", "low", "middle", "high", "b", "a", "c"][months as usize]);
    }
    answer.table.columns[1].unit = Unit::Text;
    answer.table.columns[1].order = ["low", "middle", "high", "Unknown"].map(samples::text).to_vec();
    assert_eq!(axes(&answer).0, "low middle high b a c Unknown");
}

#[test]
fn control_characters_break_no_picture() {
    let nasty = "a\0b\u{1b}[31m\u{ffff}\u{8}<c>&";
    let mut answer = samples::heatmap();
    answer.title = nasty.to_owned();
    answer.question = nasty.to_owned();
    answer.filter = Some(nasty.to_owned());
    for row in &mut answer.table.rows {
        row[0] = samples::text(nasty);
    }
    for column in &mut answer.table.columns {
        column.label = nasty.to_owned();
    }
    for kind in samples::KINDS {
        answer.chart.as_mut().unwrap().kind = kind;
        let pictures =
            [svg(&answer, Theme::Light).unwrap(), inline(&Plot::of(&answer).unwrap(), &answer.heading(), 350.0)];
        for picture in pictures {
            check_picture(&picture, FILE_WIDTH, MARGIN);
            assert!(picture.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{ffff}')), "{picture:?}");
        }
        assert!(terminal(&answer, 80).unwrap().chars().all(|c| c == '\n' || !c.is_control()));
    }
}

#[test]
fn a_hidden_cell_is_in_no_picture() {
    for mut answer in samples::all() {
        let chart = answer.chart.clone().unwrap();
        let hidden: Vec<usize> = chart.y.iter().filter_map(|name| answer.table.column(name)).collect();
        for row in 0..answer.table.rows.len() {
            for &place in &hidden {
                answer.table.hide(row, place);
            }
        }
        assert_eq!(Plot::of(&answer).unwrap().all_values().count(), 0, "{}", answer.name);
        assert!(svg(&answer, Theme::Light).unwrap().contains("No data to draw"), "{}", answer.name);
        assert_eq!(terminal(&answer, 80).unwrap(), "No data to draw\n");
        assert!(png(&answer).is_ok() && pdf(&answer).is_ok());
    }
    // One alone leaves a gap, and no tip tells it.
    let mut answer = samples::interval();
    let value = answer.table.column("closure_rate").unwrap();
    assert!(svg(&answer, Theme::Light).unwrap().contains("51.7 %"));
    answer.table.hide(0, value);
    let picture = svg(&answer, Theme::Light).unwrap() + &terminal(&answer, 80).unwrap();
    assert!(!picture.contains("51.7 %") && picture.contains("4.5 %"));
}

#[test]
fn the_filter_is_part_of_a_chart_s_title() {
    let mut answer = samples::bar();
    answer.filter = Some("Card = Gold".to_owned());
    let words = texts(&svg(&answer, Theme::Light).unwrap()).join(" ");
    assert!(words.starts_with("Customers by card (only customers with Card = Gold)"), "{words}");
    assert!(
        inline(&Plot::of(&answer).unwrap(), &answer.heading(), 350.0).contains("(only customers with Card = Gold)")
    );
}

#[test]
fn a_ranking_runs_from_the_largest_down() {
    let plot = Plot::of(&samples::ranking()).unwrap();
    assert_eq!(plot.categories[0].label, "Transactions in the last 12 months");
    assert!(plot.series[0].values.is_sorted_by(|a, b| a >= b));
}

#[test]
fn axes_that_do_not_start_at_zero_say_so() {
    let mut answer = samples::interval_of_incomes();
    for row in &mut answer.table.rows {
        row.cells[2..5].clone_from_slice(&[Cell::Number(0.2), Cell::Number(0.19), Cell::Number(0.22)]);
    }
    let words = texts(&svg(&answer, Theme::Light).unwrap());
    assert!(words.iter().any(|word| word.contains("axis starts at 19.0 %")), "{words:?}");
}

#[test]
fn series_beyond_the_palette_keep_colours_of_their_own() {
    let mut answer = samples::stacked();
    for n_series in [2, 6, 9] {
        answer.table.rows = (0..n_series)
            .map(|place| vec![Cell::Text("all".to_owned()), Cell::Text(format!("band {place}")), Cell::Number(0.1)])
            .map(insight::Row::from)
            .collect();
        answer.table.columns[2].unit = Unit::Share;
        let plot = Plot::of(&answer).unwrap();
        let inks: HashSet<String> = (0..n_series).map(|place| format!("{:?}", plot.series_ink(place))).collect();
        assert_eq!(inks.len(), n_series);
    }
}

#[test]
fn a_chart_that_cannot_be_drawn_says_why() {
    let mut answer = samples::bar();
    answer.chart.as_mut().unwrap().x = "crad".to_owned();
    let error = svg(&answer, Theme::Light).unwrap_err();
    expect![[r#"
        the chart of analysis `customers_by_card` names column `crad`, which its table does not have
        hint: the columns here are `card`, `customers`, `share`"#]]
    .assert_eq(&error.to_string());
    answer.chart = None;
    expect!["analysis `customers_by_card` has no chart"].assert_eq(&terminal(&answer, 80).unwrap_err().to_string());
}

fn check_text(answer: &Answer, expected: &Expect) {
    // A snapshot loses what all its lines begin with: here a blank.
    let text = terminal(answer, 64).unwrap();
    expected.assert_eq(&text.lines().map(|line| line[1..].to_owned() + "\n").collect::<String>());
}

#[test]
fn charts_in_text() {
    check_text(
        &samples::interval(),
        &expect![[r#"
             Months inactive Closure rate, with 95 % interval
             0                                ├───────●───────┤ 51.7 %
             1                 ●┤ 4.5 %
             2                      ├● 15.4 %
             3                         ●┤ 21.5 %
             4                            ├─●─┤ 29.9 %
             5                     ├──●──┤ 18.0 %
             6                    ├─●───┤ 15.3 %
        "#]],
    );
    check_text(
        &samples::ranking(),
        &expect![[r#"
             Column                    Information value
             Transactions in the last… ███████████████████████████████ 1.940
             Total revolving balance   ████████████████▊ 1.050
             Change in the number of … ██████████████▉ 0.930
             Spend in the last 12 mon… ██████████████ 0.880
             Contacts with the bank    █████▊ 0.360
             Months inactive           █████ 0.310
             Gender                    ▏ 0.010
        "#]],
    );
}

#[test]
fn charts_of_several_series_in_text() {
    check_text(
        &samples::grouped(),
        &expect![[r#"
             Income         Customers
             Less than $40K F ████████████████████████████████████████ 3,284
                            M ███▍ 277
             $40K - $60K    F ████████████▍ 1,014
                            M █████████▌ 776
             $60K - $80K    F  0
                            M █████████████████▏ 1,402
             $80K - $120K   F  0
                            M ██████████████████▊ 1,535
             $120K +        F  0
                            M ████████▉ 727
             Unknown        F ████████████▉ 1,060
                            M ▋ 52
        "#]],
    );
    check_text(
        &samples::stacked(),
        &expect![[r#"
            Share of customers
            █ 0  ░ up to 10 %  ▓ 10–30 %  ▒ 30–50 %  ╳ 50–75 %  · 75–100 %
            Less than $40K ████████████░░░░░░░▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒╳╳╳╳╳╳╳·····
            $40K - $60K    ███████████░░░░░░░░░▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒╳╳╳╳╳╳╳····
            $60K - $80K    ███████████░░░░░░░░░░░▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒╳╳╳╳╳╳····
            $80K - $120K   ██████████░░░░░░░░░░░░░▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒╳╳╳╳╳╳···
            $120K +        ██████████░░░░░░░░░░░░░░▓▓▓▓▓▓▓▓▒▒▒▒▒▒╳╳╳╳╳╳···
            Unknown        ██████████░░░░░░░░░░░░░░░▓▓▓▓▓▓▓▓▒▒▒▒▒▒╳╳╳╳╳╳··
        "#]],
    );
    check_text(
        &samples::heatmap(),
        &expect![[r#"
             Share of gender by gender and income
                     Less tha…  $40K - $…  $60K - $…  $80K - $…    $120K +
             F        ▆ 61.3 %   ▃ 18.9 %          –          –          –
             M         ▂ 5.8 %   ▂ 16.3 %   ▄ 29.4 %   ▄ 32.2 %   ▂ 15.2 %
             … 1 more columns in the table
        "#]],
    );
    check_text(
        &samples::months(),
        &expect![[r#"
            Closure rate, with 95 % interval
            20.0 %│
                  │
                  │                                                  ⣀⣀⡠⠤⠔
                  │                             ⠢           ⢀⣀⡠⠤⠤⠒⠒⠉⠉
                  │                            ⠐ ⠂  ⣀⣀⠤⠤⠒⠒⠊⠉⠁
            10.0 %│                        ⣀⣀⡠⠤⠂ ⠈⠉⠉
                  │               ⢀⣀⡠⠤⠤⠒⠒⠉⠉
                  │       ⣀⣀⠤⠤⠒⠒⠊⠉⠁
                  │⡠⠤⠔⠒⠊⠉⠉
             0.0 %│
                   13                  Months on book                   56
        "#]],
    );
}
