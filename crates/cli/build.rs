//! How the program is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A static program can be loaded anywhere and has a line for each address in it; packed, they take 2 MB less. A program that
    // is linked to glibc cannot have them packed: that asks for glibc 2.36.
    if std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "musl") {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
