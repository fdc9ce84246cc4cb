//! The customers of the import tests: in a file, and on a server as seen without the product's code.
//!
//! In: a CSV file, or a server's database. Out: [`Contents`], which are equal if no document was lost, doubled or mixed up.

use std::path::Path;

use bson::doc;
use mongod::{Client, Server};

use crate::harness::{Harness, client, until};

/// The customers that are live before a test's fault.
pub(crate) const OLD: &str = "old.csv";
/// The customers whose import meets the fault: some batches of each collection.
pub(crate) const NEW: &str = "new.csv";

/// What adds up in a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sums {
    documents: i64,
    customers: i64,
    /// Customer number times a figure of the customer's, so that figures cannot change places.
    products: i64,
}

/// Both collections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    customers: Sums,
    transactions: Sums,
}

impl Contents {
    /// What a file holds.
    pub(crate) fn of_file(file: &Path) -> Self {
        let text = fs_err::read_to_string(file).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let column = |name: &str| header.split(',').position(|column| column.trim_matches('"') == name).unwrap();
        let sums = |figure: &str| {
            let (number, figure) = (column("CLIENTNUM"), column(figure));
            let mut sums = Sums::default();
            for row in rows.lines() {
                let cells: Vec<&str> = row.split(',').collect();
                let cell = |at: usize| cells[at].parse::<i64>().unwrap();
                sums.documents += 1;
                sums.customers += 1;
                sums.products += cell(number) * cell(figure);
            }
            sums
        };
        Self { customers: sums("Customer_Age"), transactions: sums("Total_Trans_Amt") }
    }

    /// What is live on a server.
    pub(crate) fn on(server: &Server) -> Self {
        let client = client(server, "bank");
        Self {
            customers: sums(&client, "customers", "$Customer_Age"),
            transactions: sums(&client, "transactions", "$Total_Trans_Amt"),
        }
    }

    /// Whether one collection is this one's and the other still that one's.
    pub(crate) fn is_between(&self, old: &Self, new: &Self) -> bool {
        (self.customers == new.customers) != (self.transactions == new.transactions)
            && (self.customers == old.customers) != (self.transactions == old.transactions)
    }
}

fn sums(client: &Client, collection: &str, figure: &str) -> Sums {
    let product = doc! { "$multiply": [{ "$toLong": "$CLIENTNUM" }, figure] };
    let by_customer = doc! { "_id": "$CLIENTNUM", "documents": { "$sum": 1 }, "products": { "$sum": product } };
    let over_all = doc! {
        "_id": null,
        "documents": { "$sum": { "$toLong": "$documents" } },
        "customers": { "$sum": { "$toLong": 1 } },
        "products": { "$sum": "$products" },
    };
    let rows = client.aggregate(collection, vec![doc! { "$group": by_customer }, doc! { "$group": over_all }]).unwrap();
    let sum = |name: &str| rows.first().map_or(0, |row| row.get_i64(name).unwrap());
    Sums { documents: sum("documents"), customers: sum("customers"), products: sum("products") }
}

/// A bank on a server with the old customers live, files of old and new ones beside it, and what both hold.
pub(crate) fn with_customers(server: &Server) -> (Harness, Contents, Contents) {
    let bank = Harness::new(server.uri("bank"));
    let contents = [(OLD, "500", "1"), (NEW, "6000", "2")].map(|(file, n, seed)| {
        bank.run(&["sample", n, "--seed", seed, "-o", file]).fine();
        Contents::of_file(&bank.folder.path().join(file))
    });
    let [old, new] = contents;
    assert_ne!(old, new);
    bank.run(&["import", OLD]).fine();
    assert_eq!(Contents::on(server), old);
    (bank, old, new)
}

/// Imports the new customers as soon as the lease of a dead import has run out.
pub(crate) fn import_when_free(bank: &Harness) {
    until("the lease of a dead import runs out", || {
        let said = bank.run(&["import", NEW]);
        if said.code == Some(2) && said.stderr.contains("is being written to") {
            return false;
        }
        said.fine();
        true
    });
}

/// How many documents wait beside the live collections.
pub(crate) fn n_staged(server: &Server) -> i64 {
    let client = client(server, "bank");
    let count = |name: String| client.command(doc! { "count": name }).unwrap().get_i32("n").unwrap();
    staging(server).into_iter().map(|name| i64::from(count(name))).sum()
}

/// The collections that hold states and that the book does not name: what an import has not made live.
pub(crate) fn staging(server: &Server) -> Vec<String> {
    let client = client(server, "bank");
    let book = client.aggregate("banksphere", vec![doc! { "$match": { "_id": "bank" } }]).unwrap();
    let book = book.first().map(ToString::to_string).unwrap_or_default();
    let listed = client.command(doc! { "listCollections": 1, "nameOnly": true }).unwrap();
    let batch = listed.get_document("cursor").unwrap().get_array("firstBatch").unwrap();
    let names = batch.iter().map(|entry| entry.as_document().unwrap().get_str("name").unwrap().to_owned());
    names.filter(|name| name.starts_with("banksphere.") && !book.contains(name.as_str())).collect()
}
