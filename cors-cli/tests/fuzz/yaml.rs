//! Scalars that readers of YAML take for different values.

/// What YAML 1.1 or YAML 1.2 takes for something else than a text, if it has no quotes: <https://yaml.org/type/> and
/// <https://yaml.org/spec/1.2.2/#1032-tag-resolution>. Upper and lower case are not told apart.
const NO_TEXT: &str = r"(?ix) ^(
    ~ | null
    | y | yes | n | no | true | false | on | off
    | [-+]? ( 0b[01_]+ | 0o?[0-7_]+ | 0x[0-9a-f_]+ | [0-9][0-9_]*(:[0-5]?[0-9])* )
    | [-+]? ( [0-9][0-9_]* ( \. [0-9._]* )? | \. [0-9._]* ) ( e[-+]?[0-9]+ )?
    | [-+]? [0-9][0-9_]* (:[0-5]?[0-9])+ \. [0-9_]*
    | [-+]? \. (inf|nan)
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} ( [t\ ].* )?
    | << | =
)$";

/// The fields with numbers and booleans. Every other field of a configuration has a text.
const NO_TEXT_FIELDS: [&str; 10] = [
    "allowCredentials",
    "allow_credentials",
    "forward_not_matching_preflights",
    "invert_match",
    "maxAge",
    "merge_slashes",
    "normalize_path",
    "port",
    "port_value",
    "present_match",
];

/// The scalars without quotes in block collections that some reader does not take for a text, although they have to be one.
pub(crate) fn ambiguous_scalars(yaml: &str) -> Vec<&str> {
    let lines = yaml.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let ambiguous = lines.filter(|line| {
        let item = line.trim_start_matches("- ");
        let (field, scalar) = item.split_once(": ").unwrap_or(("", item));
        !NO_TEXT_FIELDS.contains(&field) && crate::regex(NO_TEXT).is_match(scalar)
    });
    ambiguous.collect()
}

#[test]
fn words_of_both_versions_are_ambiguous_without_quotes() {
    for word in [
        "no",
        "On",
        "y",
        "~",
        "null",
        "0o7",
        "017",
        "1e3",
        ".5",
        "1_000",
        "0x1F",
        "190:20:30",
        "2001-12-14",
        ".inf",
    ] {
        for line in [format!("- {word}"), format!("  value: {word}"), format!("  - name: {word}")] {
            assert_eq!(ambiguous_scalars(&line), [line.trim()]);
        }
        assert!(ambiguous_scalars(&format!("- '{word}'\nvalue: \"{word}\"\n# {word}")).is_empty());
    }
    assert!(ambiguous_scalars("- x-a\nname: nothing\nport: 80\nallowCredentials: true\nmatches:").is_empty());
}
