//! What a policy says with `enforce(..)`: in the attribute, with a shared policy, with the builder and in JSON.

use cors_runtime::{Policy, policy};

static PLAIN: Policy = policy!(origins = ["https://app.example"], enforce);
static BOTH: Policy =
    policy!(origins = ["https://app.example"], enforce(navigations, hosts = ["api.example", "localhost:*"]));

fn enforcement(policy: &Policy) -> String {
    policy.enforcement().map_or_else(String::new, |enforcement| enforcement.to_string())
}

#[test]
fn a_policy_says_which_navigations_and_hosts_pass() {
    static NONE: Policy = policy!(origins = ["https://app.example"]);
    static NAVIGATIONS: Policy = policy!(origins = ["https://app.example"], enforce(navigations));
    static HOSTS: Policy = policy!(origins = ["https://app.example"], enforce(hosts = ["[::1]:3000",],));
    for (policy, expected) in [
        (&NONE, ""),
        (&PLAIN, "enforce"),
        (&NAVIGATIONS, "enforce(navigations)"),
        (&HOSTS, "enforce(hosts = [[::1]:3000])"),
        (&BOTH, "enforce(navigations, hosts = [api.example, localhost:*])"),
    ] {
        assert_eq!(enforcement(policy), expected);
        assert_eq!(policy.enforce(), !expected.is_empty());
    }
    let hosts = HOSTS.enforcement().unwrap().hosts().unwrap();
    assert!(hosts.allows("[::1]:3000") && !hosts.allows("[::1]:3001"));
}

#[test]
fn enforce_replaces_the_navigations_of_the_base_and_keeps_its_hosts() {
    static INHERITED: Policy = policy!(policy = BOTH, max_age = 60);
    static WITHOUT_NAVIGATIONS: Policy = policy!(policy = BOTH, enforce);
    static OTHER_HOSTS: Policy = policy!(policy = BOTH, enforce(hosts = ["api.example:8443"]));
    static ADDED: Policy = policy!(policy = PLAIN, enforce(navigations));
    for (policy, expected) in [
        (&INHERITED, "enforce(navigations, hosts = [api.example, localhost:*])"),
        (&WITHOUT_NAVIGATIONS, "enforce(hosts = [api.example, localhost:*])"),
        (&OTHER_HOSTS, "enforce(hosts = [api.example:8443])"),
        (&ADDED, "enforce(navigations)"),
    ] {
        assert_eq!(enforcement(policy), expected);
    }
}

#[test]
fn the_builder_and_json_say_the_same_as_the_attribute() {
    let builder = || Policy::builder().origins(["https://app.example"]);
    let hosts = builder().enforce_hosts(["localhost:*"]).enforce_hosts(["api.example"]);
    let built = hosts.enforce_except_navigations().build().unwrap();
    assert_eq!(built, BOTH);
    assert_ne!(built, PLAIN);
    assert_ne!(builder().enforce_except_navigations().build().unwrap(), PLAIN);
    assert_eq!(builder().enforce().build().unwrap(), PLAIN);

    let json = serde_json::to_value(&BOTH).unwrap();
    let hosts = serde_json::json!({"navigations": true, "hosts": ["api.example", "localhost:*"]});
    assert_eq!(json["enforce"], hosts);
    assert_eq!(serde_json::from_value::<Policy>(json).unwrap(), BOTH);
    assert_eq!(serde_json::to_value(&PLAIN).unwrap()["enforce"], serde_json::json!(true));
}

#[test]
fn debug_shows_the_hosts() {
    let text = format!("{BOTH:?}");
    assert!(text.contains("allows_navigations: true") && text.contains("\"localhost:*\""), "{text}");
}
