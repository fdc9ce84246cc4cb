//! What a sharded cluster is told before customer data goes in.
//!
//! In: database, collection, the customers' key and the number of shards. Out: commands for its `admin` database.
//! Both collections of a bank are spread in the same way, by the hash of the customers' key, so that a join finds its partner on
//! the same shard as long as the balancer keeps their chunks together.

use bson::{Document, doc};

/// Chunks a shard at the start: enough that the balancer can move some. Servers from 7.3 on make one a shard, whatever
/// we ask for.
const CHUNKS_A_SHARD: i32 = 2;

/// The commands, in their order, that shard an empty collection.
pub(crate) fn commands(database: &str, collection: &str, key: &str, n_shards: i32) -> [Document; 2] {
    [
        doc! { "enableSharding": database },
        doc! {
            "shardCollection": format!("{database}.{collection}"),
            "key": { key: "hashed" },
            "numInitialChunks": CHUNKS_A_SHARD * n_shards.max(1),
        },
    ]
}

/// Whether the answer to `hello` comes from a router of a sharded cluster.
pub(crate) fn is_router(hello: &Document) -> bool {
    hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_collection_is_spread_by_the_hash_of_the_key() {
        assert!(is_router(&doc! { "msg": "isdbgrid", "ok": 1 }));
        assert!(!is_router(&doc! { "setName": "rs0", "ok": 1 }));
        let expected = [
            doc! { "enableSharding": "bank" },
            doc! {
                "shardCollection": "bank.banksphere.2026-06-30.1.customers",
                "key": { "member": "hashed" },
                "numInitialChunks": 6,
            },
        ];
        assert_eq!(commands("bank", "banksphere.2026-06-30.1.customers", "member", 3), expected);
    }
}
