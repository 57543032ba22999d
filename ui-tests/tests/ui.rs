//! Every file of `ui` and `ui-mixed` fails to compile with exactly the text of its `.stderr`.

mod support;

#[test]
fn messages() {
    if !support::is_pinned_compiler() {
        return;
    }
    let tests = trybuild::TestCases::new();
    tests.compile_fail("ui/*/*.rs");
    tests.compile_fail("ui-mixed/*.rs");
}
