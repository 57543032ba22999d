//! Every file of `ui` and `ui-mixed` fails to compile with exactly the text of its `.stderr` file.

mod support;

#[test]
fn every_mistake_gives_the_expected_text() {
    if !support::compiler_is_pinned("every_mistake_gives_the_expected_text") {
        return;
    }
    let tests = trybuild::TestCases::new();
    tests.compile_fail("ui/*/*.rs");
    tests.compile_fail("ui-mixed/*.rs");
}
