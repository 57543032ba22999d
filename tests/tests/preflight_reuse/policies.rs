//! Random policies, and what they refuse, decided without the code under test.

use crate::random::Random;
use cors_runtime::{OriginSet, OriginSource, Policy, policy};
use std::sync::Once;

/// The origins that ask.
pub(crate) const ORIGINS: [&str; 5] = [
    "https://a.example",
    "https://b.example",
    "https://x.shop.example",
    "https://set.example",
    "https://evil.example",
];

/// What policies list.
const LISTED: [&str; 3] = ["https://a.example", "https://b.example", "https://*.shop.example"];

/// A set that could change while the app serves; here it does not.
static SET: OriginSet = OriginSet::new();

const IN_SET: [&str; 2] = ["https://set.example", "https://a.example"];

/// Policies of the attribute.
pub(crate) static A: Policy =
    policy!(origins = ["https://a.example"], credentials, allow_headers = ["content-type"], max_age = 600);
pub(crate) static B: Policy = policy!(origins = ["https://b.example"], max_age = 600);
pub(crate) static BOTH: Policy = policy!(
    origins = ["https://b.example", "https://a.example"],
    credentials,
    expose_headers = ["etag"],
    max_age = 60
);
pub(crate) static SHOPS: Policy =
    policy!(origins = ["https://*.shop.example", "https://a.example"], allow_headers = any, max_age = 5);
pub(crate) static FROM_SET: Policy = policy!(origins = [SET], credentials);
pub(crate) static EVERYBODY: Policy = policy!(origins = ["*"], max_age = 86400);

/// A policy of the builder, and how it may look in a `default`.
pub(crate) fn random(random: &mut Random) -> Policy {
    fill_set();
    let is_for_everybody = random.chance(15);
    let mut builder = Policy::builder();
    if is_for_everybody {
        builder = builder.origins(["*"]);
    } else {
        let mut origins = random.some(&LISTED, 45);
        if origins.is_empty() {
            origins.push(random.pick(&LISTED));
        }
        let origins = origins.into_iter().map(OriginSource::from);
        let set = random.chance(15).then(|| OriginSource::from(&SET));
        builder = builder.origins(origins.chain(set));
        if random.chance(50) {
            builder = builder.credentials();
        }
    }
    builder = match random.below(5) {
        0 => builder.allow_any_headers(),
        1 => builder.allow_headers(["x-a"]),
        2 => builder.allow_headers(["content-type", "x-a"]),
        _ => builder,
    };
    if random.chance(30) {
        builder = builder.expose_headers(["etag"]);
    }
    if random.chance(80) {
        builder = builder.max_age(random.pick(&[0, 5, 600, 600, 7200]));
    }
    builder.build().expect("the policy keeps the rules")
}

/// Policies of the attribute need it, too.
pub(crate) fn fill_set() {
    static FILLED: Once = Once::new();
    FILLED.call_once(|| SET.replace(IN_SET).expect("they are origins"));
}

/// Whether a policy lists an origin, or is for every origin.
pub(crate) fn lists(policy: &Policy, origin: &str) -> bool {
    policy.origins().any(|source| match source {
        OriginSource::Origin(listed) => match listed.strip_prefix("https://*") {
            Some(end) => origin.ends_with(end),
            None => listed == "*" || listed == origin,
        },
        OriginSource::Set(_) => IN_SET.contains(&origin),
        other => panic!("no policy here has {other:?}"),
    })
}
