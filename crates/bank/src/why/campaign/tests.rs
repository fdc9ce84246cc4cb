//! Campaigns over small lists: sizes, draws, effects and refusals.

use super::*;
use crate::Error;

fn list(text: &str) -> List {
    List::read(text, "list.csv", None).unwrap()
}

#[track_caller]
fn refused<T>(result: Result<T, Error>, why: &str) {
    let text = result.map(|_| ()).unwrap_err().to_string();
    assert!(text.contains(why), "{text}");
}

/// A file of these lines.
fn lines(head: &str, rows: impl Iterator<Item = String>) -> String {
    std::iter::once(head.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

/// Customers with numbers from 1 on.
fn numbered(n: u32) -> List {
    let row = |number: u32| format!("{number},{}", f64::from(number * 37 % 100) / 100.0);
    list(&lines("number,probability", (1..=n).map(row)))
}

const DESIGN: Design = Design { rate: 0.2, effect: 0.05, power: 0.8, alpha: 0.05, customers: None };

#[test]
fn a_hold_out_is_as_large_as_the_formula_says() {
    let of = |design: Design| {
        let designed = design.designed().unwrap();
        (format!("{:?}", designed.table.rows.last().unwrap().cells[1]), designed.sentences)
    };
    // 905.37 by the formula; R: power.prop.test(p1 = .5, p2 = .75, power = .9) gives 76.7.
    assert_eq!(of(DESIGN).0, "Integer(906)");
    assert_eq!(of(Design { rate: 0.75, effect: 0.25, power: 0.9, ..DESIGN }).0, "Integer(77)");
    // numpy, size by size.
    assert_eq!(of(Design { customers: Some(4000), ..DESIGN }).0, "Integer(498)");
    assert_eq!(of(Design { customers: Some(10_000), ..DESIGN }).0, "Integer(453)");
    let few = of(Design { customers: Some(1000), ..DESIGN }).1;
    assert!(
        few[1].starts_with("A list of 1,000 customers is too short for that") && few[1].contains("the smallest effect"),
        "{few:?}"
    );
    let none = of(Design { customers: Some(10), ..DESIGN }).1;
    assert!(none[1].contains("no effect at all"), "{none:?}");
}

#[test]
fn what_no_campaign_can_be_designed_for_is_refused() {
    refused(Design { effect: 5.0, ..DESIGN }.designed(), "`--effect` is 5, and must lie between 0 and 1");
    refused(Design { effect: 0.0, ..DESIGN }.designed(), "`--effect` is 0");
    refused(Design { effect: f64::NAN, ..DESIGN }.designed(), "`--effect` is NaN");
    refused(Design { rate: 1.0, ..DESIGN }.designed(), "`--rate` is 1");
    refused(Design { effect: 0.3, ..DESIGN }.designed(), "a rate of 0.2 cannot fall by 0.3");
    refused(Design { power: 0.04, ..DESIGN }.designed(), "no more than chance gives");
    refused(Design { alpha: 0.6, ..DESIGN }.designed(), "`--alpha` is 0.6, and must lie between 0 and 0.5");
    refused(Design { customers: Some(1), ..DESIGN }.designed(), "no two arms");
    refused(Design { effect: 1e-9, ..DESIGN }.designed(), "no campaign finds an effect");
}

#[test]
fn a_draw_depends_on_the_seed_and_the_number_alone() {
    let held_out = |list: &List, seed| {
        let assigned = list.assigned(HoldOut::parse("20%").unwrap(), seed).unwrap();
        let mut numbers: Vec<String> =
            assigned.rows.iter().filter(|row| row[2] == "held out").map(|row| row[0].clone()).collect();
        numbers.sort();
        numbers
    };
    let mut list = numbered(30);
    let first = held_out(&list, 7);
    // The same for all times and machines; Python's blake3 of the seed in eight bytes, the lowest first, and the number.
    assert_eq!(first.join(" "), "20 28 29 30 4 5");
    list.rows.reverse();
    assert_eq!(held_out(&list, 7), first);
    assert_ne!(held_out(&list, 8), first);
    // The list keeps its order and its cells.
    let text = list.assigned(HoldOut::Customers(2), 1).unwrap().csv().unwrap();
    assert!(text.starts_with("number,probability,arm\n30,0.1,"), "{text}");
    assert_eq!((text.matches(",held out\n").count(), text.matches(",called\n").count()), (2, 28));
    // Both halves of many are alike: a draw that followed the number would not be.
    let many = held_out(&numbered(10_000), 1);
    let low = many.iter().filter(|number| number.parse::<usize>().unwrap() <= 5000).count();
    assert!(many.len() == 2000 && (900..1100).contains(&low), "{low}");
}

#[test]
fn sizes_of_a_hold_out_are_read() {
    let of = |text| HoldOut::parse(text).unwrap();
    assert_eq!((of("200"), of("0.1"), of("10%")), (HoldOut::Customers(200), HoldOut::Share(0.1), HoldOut::Share(0.1)));
    for wrong in ["", "1.5", "-1", "-0.1", "0%", "100%", "ten", "nan", "1e400"] {
        refused(HoldOut::parse(wrong), "is no size of a hold-out");
    }
    let ten = numbered(10);
    refused(ten.assigned(HoldOut::Customers(0), 1), "of 10 customers 0 cannot be held out");
    refused(ten.assigned(HoldOut::Customers(10), 1), "of 10 customers 10 cannot be held out");
    refused(ten.assigned(HoldOut::Share(0.01), 1), "of 10 customers 0 cannot be held out");
    let once = ten.assigned(HoldOut::Customers(3), 1).unwrap();
    refused(once.assigned(HoldOut::Customers(3), 1), "the list has a column `arm` already");
}

#[test]
fn what_is_no_list_is_refused() {
    let read = |text| List::read(text, "list.csv", None);
    refused(read(""), "the list is empty");
    refused(read("number\n"), "the list has no customers");
    refused(read("number,x\n1,2\n2,3\n1,4\n"), "the customer `1` is there twice, in the rows 1 and 3");
    refused(read("number,x\n1,2\n ,3\n"), "row 2 has no number of a customer in `number`");
    refused(read("number,x\n1,2\n2\n"), "line 3 has 1 cell, and the first line 2");
    refused(read("x,x\n1,2\n"), "the column `x` is there twice");
    refused(List::read("number,x\n1,2\n", "list.csv", Some("nummer")), "the list has no column `nummer`");
    let of_excel = List::read("\u{feff}x,number\na,1\na,2\n", "list.csv", Some("number")).unwrap();
    assert_eq!((of_excel.head[0].as_str(), of_excel.key), ("x", 1));
    let german = list("number;note\n1;a, b\n2;c\n").assigned(HoldOut::Customers(1), 1).unwrap().csv().unwrap();
    assert!(german.starts_with("number,note,arm\n1,\"a, b\","), "{german}");
}

/// An assigned list, and outcomes, in which so many of so many closed.
fn campaign(called: [usize; 2], held_out: [usize; 2]) -> (List, Outcomes) {
    let arms = [("called", called), ("held out", held_out)];
    let rows =
        || arms.iter().flat_map(|(arm, [closed, all])| (0..*all).map(move |at| (*arm, at < *closed))).zip(1_u32..);
    let assigned = rows().map(|((arm, _), number)| format!("{number},{},{arm}", f64::from(number * 37 % 100) / 100.0));
    let later = rows().map(|((_, closed), number)| format!("{number},{}", u8::from(closed)));
    let later = list(&lines("number,closed", later));
    (list(&lines("number,probability,arm", assigned)), Outcomes::of_list(&later, None).unwrap())
}

#[test]
fn the_effect_has_an_interval_and_a_test() {
    let (assigned, outcomes) = campaign([120, 800], [48, 200]);
    let found = evaluated(&assigned, &outcomes, &Evaluation::default()).unwrap();
    let text = found.sentences.join("\n");
    assert!(
        text.contains("Of the called 800 customers 120 closed the account (15.0 %); of the held out 200 customers 48"),
        "{text}"
    );
    assert!(
        text.contains(
            "the rate is lower by 9.0 points (95 % interval of the fall 3.0 to 15.8, p = 0.002): the calls kept"
        ),
        "{text}"
    );
    assert!(text.contains("That is 72 of those called"), "{text}");
    assert!(text.contains("The Qini coefficient") && found.curve.unwrap().rows.len() == 10, "{text}");
    let worse = campaign([300, 800], [40, 200]);
    let text = evaluated(&worse.0, &worse.1, &Evaluation::default()).unwrap().sentences.join("\n");
    assert!(text.contains("higher by 17.5 points") && text.contains("the calls drove customers away"), "{text}");
}

#[test]
fn few_and_no_closures_are_told_as_such() {
    let said = |called, held_out| {
        let (assigned, outcomes) = campaign(called, held_out);
        evaluated(&assigned, &outcomes, &Evaluation::default()).unwrap().sentences.join("\n")
    };
    let none = said([0, 80], [0, 20]);
    assert!(
        none.contains("No customer of either arm has closed")
            && !none.contains("p = ")
            && !none.contains("Qini")
            && none.contains("cannot be told yet"),
        "{none}"
    );
    let all = said([80, 80], [20, 20]);
    assert!(all.contains("All customers of both arms have closed"), "{all}");
    let one_arm = said([0, 80], [1, 20]);
    assert!(one_arm.contains("can well be chance") && one_arm.contains("p = 0.200"), "{one_arm}");
}

#[test]
fn customers_of_whom_nothing_is_known_stop_an_evaluation() {
    let (assigned, _) = campaign([2, 4], [1, 4]);
    let outcomes = Outcomes::of_list(&list("number,closed\n1,1\n2,1\n5,yes\n6,No\n3,\n"), None).unwrap();
    let wish = Evaluation::default();
    refused(
        evaluated(&assigned, &outcomes, &wish),
        "of 8 customers on the list `list.csv` says nothing of 4, such as `3`, `4` and `7` (2 called, 2 held out)",
    );
    let wish = Evaluation { leaves_unknown_out: true, ..wish };
    let found = evaluated(&assigned, &outcomes, &wish).unwrap();
    assert!(found.notices[0].message().ends_with("they are left out"), "{:?}", found.notices);
    let none = Outcomes::of_list(&list("number,closed\n91,1\n"), None).unwrap();
    refused(evaluated(&assigned, &none, &wish), "says nothing of 8");
    let one_arm = Outcomes::of_list(&list("number,closed\n1,1\n2,0\n"), None).unwrap();
    refused(evaluated(&assigned, &one_arm, &wish), "no customer of the list is held out");
}

#[test]
fn what_says_no_arm_no_score_and_no_outcome_is_refused() {
    let (assigned, outcomes) = campaign([2, 4], [1, 4]);
    let wish = Evaluation::default();
    refused(evaluated(&numbered(4), &outcomes, &wish), "the list has no column `arm`");
    let other = list("number,probability,arm\n1,0.5,phoned\n");
    refused(evaluated(&other, &outcomes, &wish), "row 1, column `arm`: `phoned` is no arm");
    let other = list("number,probability,arm\n1,high,called\n");
    refused(evaluated(&other, &outcomes, &wish), "row 1, column `probability`: `high` is no score");
    let named = Evaluation { score: Some("scores".to_owned()), ..wish };
    refused(evaluated(&assigned, &outcomes, &named), "the list has no column `scores`");
    refused(Outcomes::of_list(&list("number,status\n1,open\n"), None), "the list has no column `closed`");
    refused(
        Outcomes::of_list(&list("number,closed\n1,perhaps\n"), None),
        "does not say whether the account was closed",
    );
    let closed = recognise::Closed::parse("status=left").unwrap();
    refused(Outcomes::of_list(&list("number,status\n1,open\n"), Some(&closed)), "no cell of `status` is `left`");
    assert!(Outcomes::of_list(&list("number,status\n1,left\n2,open\n"), Some(&closed)).is_ok());
}
