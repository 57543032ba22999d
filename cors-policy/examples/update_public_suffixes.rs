//! Rewrites `src/public_suffixes.txt` from the list as it is published:
//!
//! ```text
//! curl -O https://publicsuffix.org/list/public_suffix_list.dat
//! cargo run -p cors-policy --example update_public_suffixes -- public_suffix_list.dat > suffixes.txt
//! mv suffixes.txt cors-policy/src/public_suffixes.txt
//! ```
//!
//! Afterwards run `cargo update -p psl`, so that the tests compare with a list of the same age.
//!
//! Names become punycode. The lines are sorted by their bytes from the last to the first, so that `cors-policy` can search
//! them in the text.

use std::error::Error;
use url::Host;

const HEADER: &str = "\
// The Public Suffix List, https://publicsuffix.org/list/, ICANN and private section, in punycode, sorted from the last byte to the first.
// This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.
// If a copy of the MPL was not distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.
// Written by examples/update_public_suffixes.rs. Every line below the empty one is a rule.
";

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: update_public_suffixes <public_suffix_list.dat>")?;
    let list = std::fs::read_to_string(path)?;
    let mut rules = Vec::new();
    for line in list.lines() {
        let Some(rule) = line.split_whitespace().next().filter(|rule| !rule.starts_with("//")) else {
            continue;
        };
        let (mark, name) = match rule {
            _ if rule.starts_with("*.") => rule.split_at(2),
            _ if rule.starts_with('!') => rule.split_at(1),
            _ => ("", rule),
        };
        rules.push(format!("{mark}{}", Host::parse(name)?));
    }
    rules.sort_by(|a, b| a.bytes().rev().cmp(b.bytes().rev()));
    rules.dedup();
    let version = list.lines().find(|line| line.starts_with("// VERSION:")).unwrap_or("// VERSION: unknown");
    println!("{HEADER}{version}\n\n{}", rules.join("\n"));
    Ok(())
}
