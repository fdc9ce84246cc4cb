//! Embeds the catalog's files: writes `built_in.rs`, a list of each file's path under `catalog/` with its text.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    // Why not `env!`: a build script that was built in one checkout may be run in another.
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let root = package.join("../../catalog");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut code = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&root).expect("it was found under the root").display().to_string();
        let name = name.replace('\\', "/");
        writeln!(code, "    ({name:?}, include_str!({:?})),", file.display().to_string())
            .expect("a string takes it all");
    }
    code.push_str("]\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it")).join("built_in.rs");
    fs_err::write(out, code).expect("cargo made the folder");
}

/// All files under `folder`, at any depth.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs_err::read_dir(folder).expect("the workspace has a catalog") {
        let path = entry.expect("the catalog can be listed").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "toml" || kind == "json") {
            files.push(path);
        }
    }
}
