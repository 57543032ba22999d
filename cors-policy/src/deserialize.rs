//! `Policy: Deserialize`, with the keys of `#[cors(..)]`.

use crate::builder::PolicyBuilder;
use crate::finding::Place;
use crate::{DraftEnforcement, DraftHeaders, Finding, Key, OriginSource, Policy, PolicyError, Rule};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Keys and values as in `#[cors(..)]`: `{"origins": ["https://a.example"], "credentials": true, "max_age": 600}`.
///
/// `allow_headers` takes `"any"` or a list, `danger` takes a list of opt-outs, and `enforce` takes `true` or a map:
/// `{"navigations": true, "hosts": ["api.example.com"]}`. An environment variable is written
/// `{"env": "NAME"}`, `{"env": "NAME", "optional": true}` or `{"env": "NAME", "or_any": true}`. Unknown keys are refused.
/// `dev_origins` are allowed if this crate is compiled with `debug_assertions`. Cargo's profiles apply to all crates of a
/// program, unless a profile of the workspace says otherwise with `package."*"`.
/// The error lists all rules that the policy breaks. The format must be self-describing, as JSON, TOML and YAML are.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let UntypedValue::Map(entries) = UntypedValue::deserialize(deserializer)? else {
            return Err(D::Error::custom(
                "a policy is a map, such as {\"origins\": [\"https://app.example.com\"]}",
            ));
        };
        let mut reader = PolicyReader::default();
        for (key, value) in entries {
            reader.entry(&key, value);
        }
        reader.builder.build().map_err(D::Error::custom)
    }
}

/// A value of any type. The policy is read from such values, so that a value of the wrong type is one error among
/// others and does not end the reading.
#[derive(Debug)]
enum UntypedValue {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl<'de> Deserialize<'de> for UntypedValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UntypedVisitor)
    }
}

struct UntypedVisitor;

impl<'de> Visitor<'de> for UntypedVisitor {
    type Value = UntypedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy")
    }

    fn visit_unit<E>(self) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Null)
    }

    fn visit_none<E>(self) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<UntypedValue, D::Error> {
        UntypedValue::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Integer(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Integer(value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<UntypedValue, E> {
        // Messages do not show the largest `i128`, which stands for every larger number.
        Ok(UntypedValue::Integer(value.try_into().unwrap_or(i128::MAX)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<UntypedValue, E> {
        Ok(UntypedValue::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<UntypedValue, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(UntypedValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<UntypedValue, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = access.next_entry()? {
            map.push(entry);
        }
        Ok(UntypedValue::Map(map))
    }
}

impl UntypedValue {
    /// The value as a message shows it.
    fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            // With `.0`, which tells it from a whole number.
            Self::Float(value) => format!("{value:?}"),
            Self::Text(text) => format!("{text:?}"),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
        }
    }
}

#[derive(Default)]
struct PolicyReader {
    builder: PolicyBuilder,
    seen: Vec<Key>,
}

impl PolicyReader {
    fn entry(&mut self, name: &str, value: UntypedValue) {
        let Some(key) = Key::parse(name).filter(|key| !matches!(key, Key::BasePolicy | Key::Crate)) else {
            return self.unknown(name);
        };
        if self.seen.contains(&key) {
            let what = format!("`{key}` is given twice");
            return self.wrong(Rule::OptionDuplicate, Place::key(key), what, "keep one of the two");
        }
        self.seen.push(key);
        match key {
            Key::Origins | Key::DevOrigins => self.origins(key, value),
            Key::Credentials => {
                if self.flag(key, &value) {
                    self.builder.draft_mut().credentials = true;
                }
            }
            Key::Enforce => self.enforce(value),
            Key::AllowHeaders => {
                self.builder.draft_mut().allow_headers = match value {
                    UntypedValue::Text(text) if text == "any" => Some(DraftHeaders::Any),
                    value => self.names(key, value, "write \"any\" or a list, such as [\"content-type\"]"),
                };
            }
            Key::ExposeHeaders => {
                let names = self.names(key, value, "write a list, such as [\"x-request-id\"]");
                self.builder.draft_mut().expose_headers = names;
            }
            Key::MaxAge => match value {
                UntypedValue::Integer(seconds) => self.builder.draft_mut().max_age = Some(seconds),
                value => {
                    let what = format!("`max_age` is a whole number of seconds, not {}", value.shown());
                    self.wrong(
                        Rule::MaxAgeRange,
                        Place::key(key),
                        what,
                        "write a number from 0 to 86400, such as 7200",
                    );
                }
            },
            Key::Danger => self.danger(value),
            Key::BasePolicy | Key::Crate => self.unknown(name),
        }
    }

    fn wrong(&mut self, rule: Rule, place: Place, message: String, help: &str) {
        let finding = Finding::new(rule, message).help(help);
        self.builder.errors.push(PolicyError { place, finding });
    }

    fn unknown(&mut self, name: &str) {
        const KEYS: &str = "`origins`, `dev_origins`, `credentials`, `allow_headers`, `expose_headers`, `max_age`, \
                            `enforce`, `danger`";
        let nearest = Key::nearest(name).filter(|key| !matches!(key, Key::BasePolicy | Key::Crate));
        // Treat a misspelt `origins` as given, so that it is not also reported as missing.
        if nearest == Some(Key::Origins) && !self.seen.contains(&Key::Origins) {
            self.builder.add_origins([None]);
        }
        let help = nearest.map_or_else(|| format!("the keys are {KEYS}"), |key| format!("write `{key}`"));
        let place = Place::key(nearest.unwrap_or(Key::Origins));
        if ["methods", "method", "allow_methods"].contains(&name) {
            let what = format!("`{name}` is not a key: methods come from the route");
            return self.wrong(Rule::OptionMethods, place, what, "remove it");
        }
        self.wrong(Rule::OptionUnknown, place, format!("there is no key `{name}`"), &help);
    }

    fn flag(&mut self, key: Key, value: &UntypedValue) -> bool {
        let UntypedValue::Bool(value) = value else {
            let what = format!("`{key}` is true or false, not {}", value.shown());
            self.wrong(Rule::OptionValue, Place::key(key), what, "write true, or remove it");
            return false;
        };
        *value
    }

    fn origins(&mut self, key: Key, value: UntypedValue) {
        let UntypedValue::List(list) = value else {
            let (what, help) = match &value {
                UntypedValue::Text(_) => {
                    (format!("`{key}` takes a list"), format!("write [{}]", value.shown()))
                }
                _ => (
                    format!("`{key}` takes a list, not {}", value.shown()),
                    "write a list, such as [\"https://app.example.com\"]".to_owned(),
                ),
            };
            self.wrong(Rule::OptionValue, Place::key(key), what, &help);
            return self.add_origins(key, vec![None]);
        };
        let sources =
            list.into_iter().enumerate().map(|(number, element)| self.origin(key, number, element)).collect();
        self.add_origins(key, sources);
    }

    fn add_origins(&mut self, key: Key, sources: Vec<Option<OriginSource<'static>>>) {
        if key == Key::DevOrigins {
            self.builder.add_dev_origins(cfg!(debug_assertions), sources);
        } else {
            self.builder.add_origins(sources);
        }
    }

    /// `None` if the element is no origin; then the error is reported.
    fn origin(&mut self, key: Key, number: usize, element: UntypedValue) -> Option<OriginSource<'static>> {
        let shown = element.shown();
        match element {
            UntypedValue::Text(text) => return Some(text.into()),
            UntypedValue::Map(entries) => {
                let names_variable = entries.iter().any(|(name, _)| name == "env");
                if let Some(variable) = environment(entries) {
                    return Some(variable);
                }
                if names_variable {
                    self.wrong(
                        Rule::OptionValue,
                        Place::element(key, number),
                        "`env` is the name of a variable, with `optional` or `or_any` if it may be missing"
                            .to_owned(),
                        "write {\"env\": \"NAME\"}, {\"env\": \"NAME\", \"optional\": true} or \
                         {\"env\": \"NAME\", \"or_any\": true}",
                    );
                    return None;
                }
            }
            _ => {}
        }
        self.wrong(
            Rule::OptionValue,
            Place::element(key, number),
            format!("an origin is text, not {shown}"),
            "write \"https://app.example.com\", or {\"env\": \"NAME\"} for an environment variable",
        );
        None
    }

    fn names(&mut self, key: Key, value: UntypedValue, help: &str) -> Option<DraftHeaders> {
        let UntypedValue::List(list) = value else {
            let what = format!("`{key}` takes a list of names, not {}", value.shown());
            self.wrong(Rule::OptionValue, Place::key(key), what, help);
            return None;
        };
        let names = list.into_iter().enumerate().map(|(number, element)| match element {
            UntypedValue::Text(name) => Some(name),
            element => {
                let what = format!("the name of a header is text, not {}", element.shown());
                self.wrong(Rule::OptionValue, Place::element(key, number), what, "write \"content-type\"");
                None
            }
        });
        Some(DraftHeaders::Names(names.collect()))
    }

    fn enforce(&mut self, value: UntypedValue) {
        const PLACE: Place = Place::key(Key::Enforce);
        const HELP: &str =
            "write true, or a map with `navigations` and `hosts`, such as {\"hosts\": [\"api.example.com\"]}";
        let entries = match value {
            UntypedValue::Bool(false) => return,
            UntypedValue::Bool(true) => Vec::new(),
            UntypedValue::Map(entries) if !entries.is_empty() => entries,
            value => {
                let what = match value {
                    UntypedValue::Map(_) => "`enforce` is an empty map".to_owned(),
                    value => format!("`enforce` is true, false or a map, not {}", value.shown()),
                };
                return self.wrong(Rule::OptionValue, PLACE, what, HELP);
            }
        };
        let mut enforcement = DraftEnforcement::default();
        let mut seen = Vec::new();
        for (name, value) in entries {
            if !["navigations", "hosts"].contains(&&*name) {
                let what = format!("`enforce` has no key `{name}`");
                self.wrong(Rule::OptionUnknown, PLACE, what, "the keys are `navigations` and `hosts`");
                continue;
            }
            if seen.contains(&name) {
                let what = format!("`{name}` is given twice in `enforce`");
                self.wrong(Rule::OptionDuplicate, PLACE, what, "keep one of the two");
                continue;
            }
            match (&*name, value) {
                ("navigations", UntypedValue::Bool(value)) => enforcement.navigations = value,
                ("navigations", value) => {
                    let what = format!("`navigations` is true or false, not {}", value.shown());
                    self.wrong(Rule::OptionValue, PLACE, what, "write true, or remove it");
                }
                (_, UntypedValue::List(list)) => enforcement.hosts = Some(self.hosts(list)),
                (_, value) => {
                    let help = match &value {
                        UntypedValue::Text(_) => format!("write [{}]", value.shown()),
                        _ => "write a list, such as [\"api.example.com\"]".to_owned(),
                    };
                    let what = format!("`hosts` takes a list, not {}", value.shown());
                    self.wrong(Rule::OptionValue, PLACE, what, &help);
                }
            }
            seen.push(name);
        }
        self.builder.draft_mut().enforce = Some(enforcement);
    }

    fn hosts(&mut self, list: Vec<UntypedValue>) -> Vec<Option<String>> {
        let elements = list.into_iter().enumerate().map(|(number, element)| match element {
            UntypedValue::Text(host) => Some(host),
            element => {
                let what = format!("a host is text, not {}", element.shown());
                let place = Place::element(Key::Enforce, number);
                self.wrong(Rule::OptionValue, place, what, "write \"api.example.com\"");
                None
            }
        });
        elements.collect()
    }

    fn danger(&mut self, value: UntypedValue) {
        const HELP: &str = "write a list of `insecure_origins` and `public_suffixes`";
        let UntypedValue::List(list) = value else {
            let what = format!("`danger` takes a list, not {}", value.shown());
            return self.wrong(Rule::OptionValue, Place::key(Key::Danger), what, HELP);
        };
        for (number, element) in list.into_iter().enumerate() {
            match &element {
                UntypedValue::Text(text) if text == "insecure_origins" => {
                    self.builder.draft_mut().danger.insecure_origins = true;
                }
                UntypedValue::Text(text) if text == "public_suffixes" => {
                    self.builder.draft_mut().danger.public_suffixes = true;
                }
                _ => {
                    let what = format!("there is no opt-out {}", element.shown());
                    self.wrong(Rule::OptionUnknown, Place::element(Key::Danger, number), what, HELP);
                }
            }
        }
    }
}

/// `{"env": "NAME", "optional": true}`, `{"env": "NAME", "or_any": true}`
fn environment(entries: Vec<(String, UntypedValue)>) -> Option<OriginSource<'static>> {
    let (mut name, mut optional, mut or_any) = (None, false, false);
    for entry in entries {
        match (entry.0.as_str(), entry.1) {
            ("env", UntypedValue::Text(text)) if name.is_none() => name = Some(text),
            ("optional", UntypedValue::Bool(value)) => optional = value,
            ("or_any", UntypedValue::Bool(value)) => or_any = value,
            _ => return None,
        }
    }
    match (optional, or_any) {
        (false, false) => name.map(OriginSource::env),
        (true, false) => name.map(OriginSource::optional_env),
        (false, true) => name.map(OriginSource::env_or_any),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AllowHeaders;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error as ValueError, MapDeserializer};

    #[test]
    fn the_keys_are_those_of_the_attribute() {
        let policy: Policy = serde_json::from_str(
            r#"{"origins": ["http://a.example", {"env": "A"}, {"env": "B", "optional": true}], "credentials": true,
                "allow_headers": "any", "expose_headers": ["X-A"], "max_age": 600, "enforce": true,
                "danger": ["insecure_origins"]}"#,
        )
        .unwrap();
        let origins: Vec<_> = policy.origins().map(|origin| origin.to_string()).collect();
        assert_eq!(origins, ["http://a.example", "env(A)", "env(B, optional)"]);
        assert!(policy.credentials() && policy.enforce() && policy.insecure_origins());
        assert_eq!(policy.allow_headers(), AllowHeaders::Any);
        assert_eq!((policy.expose_headers().as_str(), policy.max_age()), ("x-a", Some(600)));
    }

    #[test]
    fn a_flag_that_is_false_is_not_set() {
        let policy: Policy =
            serde_json::from_str(r#"{"origins": ["*"], "credentials": false, "enforce": false}"#).unwrap();
        assert!(!policy.credentials() && !policy.enforce());
    }

    #[test]
    fn enforce_takes_a_flag_or_a_map() {
        let enforcement = |json: &str| {
            let json = format!(r#"{{"origins": ["https://a.example"], "enforce": {json}}}"#);
            let policy = serde_json::from_str::<Policy>(&json).unwrap();
            policy.enforcement().map(|enforcement| enforcement.to_string())
        };
        for (json, expected) in [
            ("false", None),
            ("true", Some("enforce")),
            (r#"{"navigations": false}"#, Some("enforce")),
            (r#"{"navigations": true}"#, Some("enforce(navigations)")),
            (r#"{"hosts": ["a.example", "b.example"]}"#, Some("enforce(hosts = [a.example, b.example])")),
            (
                r#"{"hosts": ["localhost:*"], "navigations": true}"#,
                Some("enforce(navigations, hosts = [localhost:*])"),
            ),
        ] {
            assert_eq!(enforcement(json).as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn an_error_about_a_host_names_its_element() {
        let json =
            r#"{"origins": ["https://a.example"], "enforce": {"hosts": ["a.example", "a.example:80"]}}"#;
        let read = serde_json::from_str::<Policy>(json).unwrap_err().to_string();
        let builder = Policy::builder().origins(["https://a.example"]).enforce_hosts(["a.example"]);
        let built = builder.enforce_hosts(["a.example:80"]).build().unwrap_err().to_string();
        for message in [read, built] {
            let expected = "enforce.hosts[1]: `:80` is a default port: `a.example:80` [host-port]\n\
                            help: write `\"a.example\"`\n";
            assert!(message.starts_with(expected), "{message}");
        }
    }

    /// `serde_json` reads no such numbers, other formats do.
    #[test]
    fn a_number_that_needs_128_bits_gets_the_finding_about_the_limit() {
        fn error<'de, N: IntoDeserializer<'de, ValueError>>(max_age: N) -> String {
            let map = MapDeserializer::new([("max_age", max_age)].into_iter());
            Policy::deserialize(map).unwrap_err().to_string()
        }
        for (error, expected) in [
            (
                error(1_i128 << 70),
                "`max_age` is at most 86400 seconds: `1180591620717411303424` [max-age-range]",
            ),
            (
                error(1_u128 << 70),
                "`max_age` is at most 86400 seconds: `1180591620717411303424` [max-age-range]",
            ),
            (error(u128::MAX), "`max_age` is at most 86400 seconds [max-age-range]"),
            (error(-1_i128 << 70), "`max_age` cannot be negative: `-1180591620717411303424` [max-age-range]"),
        ] {
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn nested_lists_need_little_stack() {
        // serde_json refuses 128 levels.
        let list = format!("{}{}", "[".repeat(126), "]".repeat(126));
        let read = move || serde_json::from_str::<Policy>(&format!("{{\"origins\": {list}}}")).unwrap_err();
        let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(read).unwrap();
        assert!(thread.join().unwrap().to_string().starts_with("origins[0]: an origin is text, not a list"));
    }

    #[test]
    fn a_max_age_that_is_too_long_is_refused_with_the_key_and_the_limit() {
        let builder = Policy::builder().origins(["*"]).max_age(90000);
        let built = builder.build().unwrap_err().to_string();
        let read = serde_json::from_str::<Policy>(r#"{"origins": ["*"], "max_age": 90000}"#)
            .unwrap_err()
            .to_string();
        for message in [built, read] {
            let expected = "max_age: `max_age` is at most 86400 seconds: `90000` [max-age-range]\n\
                            help: write `max_age = 86400`, or less\n";
            assert!(message.starts_with(expected), "{message}");
        }
        for (json, shown) in [("90000.0", "90000.0"), ("\"90000\"", "\"90000\""), ("1e30", "1e30")] {
            let json = format!(r#"{{"origins": ["*"], "max_age": {json}}}"#);
            let message = serde_json::from_str::<Policy>(&json).unwrap_err().to_string();
            let expected = format!(
                "max_age: `max_age` is a whole number of seconds, not {shown} [max-age-range]\n\
                 help: write a number from 0 to 86400, such as 7200"
            );
            assert!(message.starts_with(&expected), "{message}");
        }
    }

    #[test]
    fn help_is_in_the_words_of_the_format() {
        for (json, message) in [
            (
                r#"{"origins": "https://a.example"}"#,
                "origins: `origins` takes a list [option-value]\nhelp: write [\"https://a.example\"]",
            ),
            (
                r#"{"origins": [{"env": 1}]}"#,
                "origins[0]: `env` is the name of a variable, with `optional` or `or_any` if it may be missing",
            ),
            (r#"{"origins": [{"name": "A"}]}"#, "origins[0]: an origin is text, not a map"),
            (
                r#"{"origins": ["https://a.example"], "enforce": {"hosts": "a.example"}}"#,
                "enforce: `hosts` takes a list, not \"a.example\" [option-value]\nhelp: write [\"a.example\"]",
            ),
        ] {
            let error = serde_json::from_str::<Policy>(json).unwrap_err().to_string();
            assert!(error.starts_with(message), "{json}: {error}");
        }
        let bytes = serde::de::value::BytesDeserializer::<ValueError>::new(b"x");
        let error = Policy::deserialize(bytes).unwrap_err().to_string();
        assert_eq!(error, "invalid type: byte array, expected a policy");
    }

    #[test]
    fn every_mistake_is_in_the_error() {
        for (json, rules) in [
            (r"{}", &["origins-missing"][..]),
            (r#"{"orgins": ["https://a.example"]}"#, &["option-unknown"]),
            (r#"{"origins": ["*"], "policy": "x"}"#, &["option-unknown"]),
            (r#"{"origins": ["*"], "methods": ["GET"]}"#, &["option-methods"]),
            (r#"{"origins": ["*"], "origins": ["*"]}"#, &["option-duplicate"]),
            (r#"{"origins": "https://a.example"}"#, &["option-value"]),
            (r#"{"origins": [1, "https://a.example/"]}"#, &["option-value", "origin-trailing-slash"]),
            (r#"{"origins": [{"env": 1}]}"#, &["option-value"]),
            (r#"{"origins": [{"env": "A", "optional": true, "or_any": true}]}"#, &["option-value"]),
            (
                r#"{"origins": [{"env": "A", "or_any": true}], "credentials": true}"#,
                &["wildcard-credentials"],
            ),
            (r#"{"origins": [{"env": "A", "or_any": true}], "enforce": true}"#, &["wildcard-enforce"]),
            (r#"{"origins": ["https://a.example", {"env": "A", "or_any": true}]}"#, &["origin-shadowed"]),
            (r#"{"origins": ["*"], "credentials": "yes"}"#, &["option-value"]),
            (
                r#"{"origins": ["*"], "credentials": true, "max_age": -1}"#,
                &["wildcard-credentials", "max-age-range"],
            ),
            (r#"{"origins": ["https://a.example"], "enforce": "yes"}"#, &["option-value"]),
            (r#"{"origins": ["https://a.example"], "enforce": {}}"#, &["option-value"]),
            (r#"{"origins": ["https://a.example"], "enforce": {"navigations": 1}}"#, &["option-value"]),
            (r#"{"origins": ["https://a.example"], "enforce": {"hosts": "a.example"}}"#, &["option-value"]),
            (r#"{"origins": ["https://a.example"], "enforce": {"hosts": []}}"#, &["host-empty"]),
            (
                r#"{"origins": ["https://a.example"], "enforce": {"hosts": [1, "A.example", "a:0", "b", "b"]}}"#,
                &["option-value", "host-name", "host-port", "host-duplicate"],
            ),
            (
                r#"{"origins": ["https://a.example"], "enforce": {"host": ["a.example"]}}"#,
                &["option-unknown"],
            ),
            (
                r#"{"origins": ["https://a.example"], "enforce": {"hosts": ["a"], "hosts": ["b"]}}"#,
                &["option-duplicate"],
            ),
            (r#"{"origins": ["*"], "enforce": {"hosts": ["a"]}}"#, &["wildcard-enforce"]),
            (r#"{"origins": ["*"], "max_age": "60"}"#, &["max-age-range"]),
            (r#"{"origins": ["*"], "allow_headers": "all"}"#, &["option-value"]),
            (r#"{"credental": true}"#, &["origins-missing", "option-unknown"]),
            (r#"{"origins": [{"env": "A", "env": "B"}]}"#, &["option-value"]),
            (r#"{"origins": ["*"], "allow_headers": [1, "a b"]}"#, &["option-value", "header-name"]),
            (r#"{"origins": ["*"], "expose_headers": "any"}"#, &["option-value"]),
            (r#"{"origins": ["*"], "danger": ["x"]}"#, &["option-unknown"]),
        ] {
            let error = serde_json::from_str::<Policy>(json).unwrap_err().to_string();
            // The first line of each error ends with the name of the rule.
            let first_lines = error.lines().filter(|line| !line.starts_with("help: "));
            let brackets = first_lines.filter_map(|line| line.split(" at line").next()?.strip_suffix(']'));
            let found: Vec<_> = brackets.filter_map(|line| Some(line.rsplit_once(" [")?.1)).collect();
            assert_eq!(found, rules, "{json}: {error}");
        }
    }
}
