//! Times imports and the whole catalog on a folder and on a server, in one run.
//!
//! In: `--csv FILE` of card customers; `--folder DIR` for the bank; `--uri URI` of an empty database (a server is started
//! where none is named); `--peer COMMAND` that loads the same file its own way, run with the file and a connection string.
//! Out: Markdown on stdout. Fails where the two homes give different numbers of rows.
//! Without `--csv` there is nothing to do.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is its product")]

use std::cell::Cell;
use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use catalog::Catalog;
use contract::Contract;
use engine::{Collection, Engine};
use mongo::{Incoming, Loading, Server, Shape, Step, Uri};
use pipeline::{Pipeline, Run, print};
use store::Store;

/// A pipeline is run so often, unless that takes longer than this.
const RUNS: usize = 5;
const LONG: Duration = Duration::from_secs(10);

#[derive(Default)]
struct Options {
    csv: PathBuf,
    folder: PathBuf,
    uri: Option<String>,
    peer: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(options) = options()? else { return Ok(()) };
    let started;
    let uri = if let Some(uri) = &options.uri {
        uri.clone()
    } else {
        started = mongod::Server::start(&mongod::Setup::default())?;
        started.uri("bank")
    };
    let server = Server::connect(&Uri::parse(&uri)?, mongo::Options::default())?;
    println!("MongoDB {} with {} of cache\n", server.version(), cache(&uri)?);

    let start = Instant::now();
    let store = Store::create_or_open(&options.folder)?;
    let quality =
        extract::import_customers(&extract::Contract::card(), &options.csv, &store, &extract::Options::default())?;
    let rows = quality.rows;
    println!("| import of {rows} customers, both collections | s | documents a second |\n|---|---|---|");
    let row = |what: &str, seconds: f64| println!("| {what} | {seconds:.1} | {:.0} |", 2.0 * rows as f64 / seconds);
    row("into a folder, from CSV", start.elapsed().as_secs_f64());

    let mut engine = Engine::new();
    for info in store.collections() {
        let (schema, batches) = store.read(&info.name)?;
        engine.insert(&info.name, Collection::from_batches(&schema, batches)?);
    }
    let start = Instant::now();
    let sending = load(&server, &store, &engine)?;
    row("from that folder into the server: validated, indexed, read back", start.elapsed().as_secs_f64());
    row("– of it sending", sending.as_secs_f64());
    if let Some(peer) = &options.peer {
        let start = Instant::now();
        let mut words = peer.split_whitespace();
        let status = Command::new(words.next().unwrap_or_default()).args(words).arg(&options.csv).arg(&uri).status()?;
        if !status.success() {
            return Err(format!("`{peer}` failed").into());
        }
        row("into the server, by the peer: indexed, not validated, not read back", start.elapsed().as_secs_f64());
    }
    catalog(&engine, &server)
}

/// Loads both collections; says for how long documents were sent, before indexes and checks.
fn load(server: &Server, store: &Store, engine: &Engine) -> Result<Duration, mongo::Error> {
    let incoming = store.collections().into_iter().map(|info| Incoming {
        shape: Shape::Contract,
        as_of: Some(info.as_of),
        hash: Some(info.hash),
        rows: Some(info.rows),
        made_from: None,
        notes: info.notes,
        documents: Box::new(
            engine
                .collection(&info.name)
                .ok()
                .flatten()
                .into_iter()
                .flat_map(|collection| collection.raw_documents())
                .map(|document| document.map_err(|error| mongo::Error::of_source(error.into_diagnostic()))),
        ),
        name: info.name,
    });
    let incoming: Vec<Incoming<'_>> = incoming.collect();
    let sending = Cell::new(Duration::ZERO);
    let last = Cell::new((Instant::now(), Step::Sending));
    let progress = |progress: mongo::Progress<'_>| {
        let (since, step) = last.replace((Instant::now(), progress.step));
        if step == Step::Sending {
            sending.set(sending.get() + since.elapsed());
        }
    };
    server.load(
        incoming,
        &Loading { contract: &contract::Contract::card(), progress: &progress, cancel: &AtomicBool::new(false) },
    )?;
    Ok(sending.get())
}

/// Runs each distinct pipeline of the catalog on both.
fn catalog(engine: &Engine, server: &Server) -> Result<(), Box<dyn Error>> {
    println!("\n| analysis | joins | folder, ms | MongoDB, ms | rows |\n|---|---|---|---|---|");
    let catalog = Catalog::built_in(&Contract::card()).map_err(|faults| faults.to_string())?;
    let mut seen = Vec::new();
    let mut sums = [0.0, 0.0];
    for analysis in catalog.analyses() {
        for (collection, pipeline) in analysis.queries() {
            if seen.contains(pipeline) {
                continue;
            }
            seen.push(pipeline.clone());
            let (ours, n) = median(engine, collection, pipeline)?;
            let (theirs, n_theirs) = median(server, collection, pipeline)?;
            if n != n_theirs {
                return Err(format!(
                    "`{}` gave {n} rows from the folder and {n_theirs} from the server",
                    analysis.name
                )
                .into());
            }
            let joins = if print::extended_json(pipeline).contains("$lookup") { "yes" } else { "no" };
            println!("| {} | {joins} | {ours:.1} | {theirs:.0} | {n} |", analysis.name);
            eprintln!("{}", analysis.name);
            sums = [sums[0] + ours, sums[1] + theirs];
        }
    }
    println!("| all {} pipelines | | {:.0} | {:.0} | |", seen.len(), sums[0], sums[1]);
    Ok(())
}

/// Milliseconds, the median, and the number of rows.
fn median(home: &dyn Run, collection: &str, pipeline: &Pipeline) -> Result<(f64, usize), pipeline::RunError> {
    let mut times: Vec<f64> = Vec::new();
    let mut n_rows = 0;
    let begun = Instant::now();
    while times.is_empty() || (times.len() < RUNS && begun.elapsed() < LONG) {
        let start = Instant::now();
        n_rows = home.run(collection, pipeline)?.len();
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok((times[times.len() / 2], n_rows))
}

/// The server's cache, in words.
fn cache(uri: &str) -> Result<String, Box<dyn Error>> {
    let status = mongod::Client::connect(uri)?.command(bson::doc! { "serverStatus": 1 })?;
    let cache = status.get_document("wiredTiger")?.get_document("cache")?;
    let bytes = match cache.get("maximum bytes configured") {
        Some(bson::Bson::Int64(bytes)) => *bytes,
        Some(bson::Bson::Int32(bytes)) => i64::from(*bytes),
        Some(bson::Bson::Double(bytes)) => *bytes as i64,
        _ => 0,
    };
    Ok(format!("{} MB", bytes >> 20))
}

fn options() -> Result<Option<Options>, Box<dyn Error>> {
    let mut options = Options::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("`{arg}` needs a value"));
        match arg.as_str() {
            "--csv" => options.csv = value()?.into(),
            "--folder" => options.folder = value()?.into(),
            "--uri" => options.uri = Some(value()?),
            "--peer" => options.peer = Some(value()?),
            // What cargo passes to every benchmark.
            "--bench" => {}
            other => return Err(format!("unknown option `{other}`").into()),
        }
    }
    Ok((!options.csv.as_os_str().is_empty()).then_some(options))
}
