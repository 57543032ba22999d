//! Random policies on random routes, and a browser that forgets no answer to a preflight.
//!
//! A browser remembers an answer for an origin, a URL and a credentials mode. From then on it sends `GET`, `HEAD`, `POST`
//! and the methods that the answer lists without another preflight, as long as the header names fit. This test leaves
//! the names aside, and the time: it looks at every answer that may be remembered at all, and at every request that
//! the browser could then send. None may reach the handler of an annotated route whose policy refuses the origin, or
//! refuses it with credentials. <https://fetch.spec.whatwg.org/#concept-cache>
//!
//! | variable | |
//! |---|---|
//! | `PREFLIGHT_REUSE_SEED` | the seed of the first app; a failure names it |
//! | `PREFLIGHT_REUSE_ROUNDS` | how many apps each test builds |

mod app;
mod in_actix;
mod in_axum;
mod policies;
mod properties;
mod random;

use app::{Plan, Registration};
use properties::Property;
use random::Random;

/// How many apps each test builds.
const ROUNDS: u64 = 30;

/// Checks a property for apps that are planned at random.
fn check(registration: Registration, property: Property) {
    let (first, rounds) = (number("PREFLIGHT_REUSE_SEED"), number("PREFLIGHT_REUSE_ROUNDS"));
    let (first, rounds) = (first.unwrap_or_else(random::seed), rounds.unwrap_or(ROUNDS));
    let mut answers = 0;
    for seed in (0..rounds).map(|round| first.wrapping_add(round)) {
        let plan = Plan::new(&mut Random::new(seed), registration);
        match properties::check(&plan, property, &mut *plan.serve()) {
            Ok(checked) => answers += checked,
            Err(failure) => panic!(
                "{failure}\n\nthe app: {plan:#?}\n\n\
                 repeat it with PREFLIGHT_REUSE_SEED={seed} PREFLIGHT_REUSE_ROUNDS=1"
            ),
        }
    }
    // One app may have nothing to look at, many cannot.
    assert!(rounds < 10 || answers >= rounds, "only {answers} answers were checked in {rounds} rounds");
}

/// A variable of the environment.
fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

macro_rules! properties {
    ($($registration:ident in $module:ident;)+) => {
        $(
            mod $module {
                use super::{Property, Registration, check};

                #[test]
                fn a_remembered_answer_opens_no_annotated_route_that_refuses() {
                    check(Registration::$registration, Property::Safe);
                }

                #[test]
                fn an_answer_of_an_annotated_route_that_opens_no_such_route_keeps_its_max_age() {
                    check(Registration::$registration, Property::Kept);
                }

                #[test]
                fn a_default_policy_lists_the_requested_method_alone_where_others_are_annotated() {
                    check(Registration::$registration, Property::Listed);
                }
            }
        )+
    };
}

properties! {
    Axum in axum_group;
    Actix in actix_group;
    ActixOneByOne in actix_one_by_one;
}
