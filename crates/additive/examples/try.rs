use additive::*;
fn main() {
    let text = std::fs::read_to_string("/tmp/plan/models/data.csv").unwrap();
    let rows: Vec<Vec<f64>> =
        text.lines().skip(1).map(|l| l.split(',').map(|v| v.parse().unwrap_or(f64::NAN)).collect()).collect();
    let names: Vec<String> = text.lines().next().unwrap().split(',').map(String::from).collect();
    let mut s = Settings::default();
    let mut view = "all".to_string();
    let mut reps = 1;
    for a in std::env::args().skip(1) {
        let (k, v) = a.split_once('=').unwrap();
        match k {
            "bins" => s.bins = v.parse().unwrap(),
            "pb" => s.pair_bins = v.parse().unwrap(),
            "pairs" => s.pairs = v.parse().unwrap(),
            "rate" => s.rate = v.parse().unwrap(),
            "prate" => s.pair_rate = v.parse().unwrap(),
            "ridge" => s.ridge = v.parse().unwrap(),
            "fewest" => s.fewest = v.parse().unwrap(),
            "pat" => s.patience = v.parse().unwrap(),
            "steps" => s.steps = v.parse().unwrap(),
            "bags" => s.bags = v.parse().unwrap(),
            "seed" => s.seed = v.parse().unwrap(),
            "view" => view = v.into(),
            "reps" => reps = v.parse().unwrap(),
            _ => panic!(),
        }
    }
    let who = [0, 1, 2, 3, 4, 5, 6, 7];
    let cols: Vec<usize> = match &view[..] {
        "all" => (0..19).collect(),
        "early" => (0..10).collect(),
        "strict" => who.to_vec(),
        _ => (0..10).chain(19..22).collect(),
    };
    let cats = ["a", "b", "c", "d", "e", "f", "g", "h"].map(String::from);
    let ncat: Vec<usize> = (0..5).map(|c| rows.iter().map(|r| r[c] as usize + 1).max().unwrap()).collect();
    let mut sums = [0.0; 5];
    let mut secs = 0.0;
    let mut n = 0.0;
    for rep in 0..reps {
        for k in 0..5 {
            let pick =
                |test: bool| -> Vec<&Vec<f64>> { rows.iter().filter(|r| (r[23 + rep] == k as f64) == test).collect() };
            let (tr, te) = (pick(false), pick(true));
            let arr = |r: &[&Vec<f64>]| -> (Vec<Vec<f64>>, Vec<Vec<u32>>, Vec<bool>) {
                (
                    cols.iter().map(|c| r.iter().map(|r| r[*c]).collect()).collect(),
                    cols.iter().map(|c| r.iter().map(|r| r[*c] as u32).collect()).collect(),
                    r.iter().map(|r| r[22] == 1.0).collect(),
                )
            };
            let (tn, tc, ty) = arr(&tr);
            let (en, ec, ey) = arr(&te);
            fn mk<'a>(
                cols: &[usize],
                names: &'a [String],
                ncat: &[usize],
                cats: &'a [String],
                num: &'a [Vec<f64>],
                cat: &'a [Vec<u32>],
            ) -> Vec<Column<'a>> {
                cols.iter()
                    .enumerate()
                    .map(|(i, c)| {
                        if *c < 5 {
                            Column::categories(&names[*c], &cat[i], &cats[..ncat[*c]])
                        } else {
                            Column::numbers(&names[*c], &num[i])
                        }
                    })
                    .collect()
            }
            let t = std::time::Instant::now();
            let f = fit(&mk(&cols, &names, &ncat, &cats, &tn, &tc), &ty, &s, Watch::NONE).unwrap();
            secs += t.elapsed().as_secs_f64();
            f.model.check().unwrap();
            let lo = f.model.log_odds(&mk(&cols, &names, &ncat, &cats, &en, &ec)).unwrap();
            let p: Vec<f64> = lo.iter().map(|x| probability(*x)).collect();
            let mut o: Vec<usize> = (0..p.len()).collect();
            o.sort_by(|a, b| lo[*b].total_cmp(&lo[*a]));
            let pos = ey.iter().filter(|y| **y).count() as f64;
            let neg = p.len() as f64 - pos;
            let (mut tp, mut auc, mut ap, mut ece) = (0.0, 0.0, 0.0, 0.0);
            for (i, r) in o.iter().enumerate() {
                if ey[*r] {
                    tp += 1.0;
                    ap += tp / (i + 1) as f64;
                } else {
                    auc += tp;
                }
            }
            for b in 0..10 {
                let r = &o[b * p.len() / 10..(b + 1) * p.len() / 10];
                ece += r.iter().map(|i| p[*i] - f64::from(u8::from(ey[*i]))).sum::<f64>().abs();
            }
            let ll: f64 = p.iter().zip(&ey).map(|(p, y)| -(if *y { *p } else { 1.0 - p }).ln()).sum();
            let br: f64 = p.iter().zip(&ey).map(|(p, y)| (p - f64::from(u8::from(*y))).powi(2)).sum();
            for (s, v) in sums.iter_mut().zip([
                auc / pos / neg,
                ap / pos,
                br / p.len() as f64,
                ece / p.len() as f64,
                ll / p.len() as f64,
            ]) {
                *s += v;
            }
            n += 1.0;
            if rep == 0 && k == 0 {
                println!("rounds {:?}", f.rounds);
                for t in &f.model.terms {
                    if t.axes.len() == 2 {
                        print!(
                            "{} x {}: {:.3}; ",
                            f.model.inputs[t.axes[0].input].name,
                            f.model.inputs[t.axes[1].input].name,
                            t.importance()
                        );
                    }
                }
                println!();
            }
        }
    }
    println!(
        "{view} {:?}: AUC {:.4} AP {:.4} Brier {:.4} ECE {:.4} LL {:.4} {:.2} s a fit",
        std::env::args().skip(1).collect::<Vec<_>>(),
        sums[0] / n,
        sums[1] / n,
        sums[2] / n,
        sums[3] / n,
        sums[4] / n,
        secs / n
    );
}
