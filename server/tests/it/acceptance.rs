//! The list of what has to hold names tests that exist.

use std::fs;

use camino::Utf8Path;

#[test]
fn every_test_that_is_named_exists() {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let list = fs::read_to_string(root.join("docs/acceptance.md")).expect("the list");
    let named: Vec<_> = list.split('`').filter_map(|word| word.split_once("::")).collect();
    assert!(named.len() > 30, "the list has lost its tests: {named:?}");
    for (file, test) in named {
        let source = fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(source.contains(&format!("fn {test}(")), "{file} has no test {test}");
    }
    for file in list.split('`').filter(|word| word.ends_with(".spec.ts")) {
        assert!(root.join(file).is_file(), "there is no {file}");
    }
}
