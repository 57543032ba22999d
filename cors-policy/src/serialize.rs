//! `Policy: Serialize`, with the keys that `Policy: Deserialize` reads.

use crate::{
    AllowHeaders, Enforcement, HeaderNames, IfEmpty, OriginList, OriginSource, Policy, PolicyFields,
};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

/// A map of the keys that the policy has, as `Policy: Deserialize` reads it.
///
/// An `OriginSet` and a function among the origins have no text that could be read back: a policy that has one is an error.
/// The serial form of a manifest shows such a policy to people.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, SourceForm::Readable, serializer)
    }
}

/// The serial form of a policy for people. An `OriginSet` and a function are written as `"OriginSet"` and `"OriginCheck"`,
/// which cannot be read back.
#[doc(hidden)]
#[derive(Debug)]
pub struct PolicyForPeople<'a>(pub &'a Policy);

impl Serialize for PolicyForPeople<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, SourceForm::ForPeople, serializer)
    }
}

/// How the elements of `origins` are written.
#[derive(Clone, Copy)]
enum SourceForm {
    /// Elements that cannot be read back are errors.
    Readable,
    /// Elements that cannot be read back are named.
    ForPeople,
}

fn serialize<S: Serializer>(policy: &Policy, form: SourceForm, serializer: S) -> Result<S::Ok, S::Error> {
    let PolicyFields { origins, dev_origins, .. } = policy.fields();
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("origins", &sources(origins, form))?;
    if !dev_origins.is_empty() {
        map.serialize_entry("dev_origins", &sources(dev_origins, form))?;
    }
    if policy.credentials() {
        map.serialize_entry("credentials", &true)?;
    }
    match policy.allow_headers() {
        AllowHeaders::None => {}
        AllowHeaders::Any => map.serialize_entry("allow_headers", "any")?,
        AllowHeaders::Names(names) => map.serialize_entry("allow_headers", &list(names))?,
    }
    if !policy.expose_headers().is_empty() {
        map.serialize_entry("expose_headers", &list(policy.expose_headers()))?;
    }
    if let Some(seconds) = policy.max_age() {
        map.serialize_entry("max_age", &seconds)?;
    }
    if let Some(enforcement) = policy.enforcement() {
        map.serialize_entry("enforce", &SerialEnforcement(enforcement))?;
    }
    let danger =
        [("insecure_origins", policy.insecure_origins()), ("public_suffixes", policy.public_suffixes())];
    let danger: Vec<_> = danger.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
    if !danger.is_empty() {
        map.serialize_entry("danger", &danger)?;
    }
    map.end()
}

fn sources(list: OriginList<'_>, form: SourceForm) -> Vec<SerialSource<'_>> {
    list.iter().map(|source| SerialSource { source, form }).collect()
}

fn list(names: HeaderNames<'_>) -> Vec<&str> {
    names.iter().collect()
}

/// The serial form of `enforce`: `true`, or a map of what it allows.
struct SerialEnforcement<'a>(Enforcement<'a>);

impl Serialize for SerialEnforcement<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(enforcement) = self;
        if !enforcement.allows_navigations() && enforcement.hosts().is_none() {
            return serializer.serialize_bool(true);
        }
        let mut map = serializer.serialize_map(None)?;
        if enforcement.allows_navigations() {
            map.serialize_entry("navigations", &true)?;
        }
        if let Some(hosts) = enforcement.hosts() {
            map.serialize_entry("hosts", &hosts.iter().collect::<Vec<_>>())?;
        }
        map.end()
    }
}

/// The serial form of an element of `origins`.
struct SerialSource<'a> {
    source: OriginSource<'a>,
    form: SourceForm,
}

impl SerialSource<'_> {
    /// `name` is the name of the type of the element, which cannot be read back.
    fn named<S: Serializer>(&self, name: &str, serializer: S) -> Result<S::Ok, S::Error> {
        match self.form {
            SourceForm::ForPeople => serializer.serialize_str(name),
            SourceForm::Readable => Err(S::Error::custom(format!(
                "an `{name}` among the origins of a policy cannot be serialised, since it could not be read back\n\
                 help: build the policy without it, or serialise the manifest of the routes, which is for people"
            ))),
        }
    }
}

impl Serialize for SerialSource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.source {
            OriginSource::Origin(text) => serializer.serialize_str(text),
            OriginSource::Set(_) => self.named("OriginSet", serializer),
            OriginSource::Check(_) => self.named("OriginCheck", serializer),
            OriginSource::Env { name, if_empty } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("env", name)?;
                match if_empty {
                    IfEmpty::Error => {}
                    IfEmpty::NoOrigin => map.serialize_entry("optional", &true)?,
                    IfEmpty::AnyOrigin => map.serialize_entry("or_any", &true)?,
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OriginSet;

    #[test]
    fn a_policy_is_read_back_as_it_was() {
        for policy in [
            Policy::builder().origins(["*"]),
            Policy::builder()
                .origins(["http://a.example", "https://*.b.example"])
                .credentials()
                .danger_insecure_origins(),
            Policy::builder().origins([OriginSource::env("A"), OriginSource::optional_env("B")]),
            Policy::builder().origins([OriginSource::env_or_any("A")]),
            // A `*` for development beside other origins could not be read back from one list.
            Policy::builder()
                .origins(["https://a.example"])
                .dev_origins_if(cfg!(debug_assertions), ["*"])
                .danger_public_suffixes(),
            Policy::builder().origins(["https://a.example"]).allow_any_headers().max_age(0).enforce(),
            Policy::builder().origins(["https://a.example"]).enforce_except_navigations(),
            Policy::builder().origins(["https://a.example"]).enforce_hosts(["a.example", "localhost:*"]),
            Policy::builder()
                .origins(["https://a.example"])
                .enforce_except_navigations()
                .enforce_hosts(["127.0.0.1:3000"]),
            Policy::builder()
                .origins(["https://a.example"])
                .allow_headers(["x-a", "x-b"])
                .expose_headers(["x-c", "x-d"]),
        ] {
            let policy = policy.build().unwrap();
            let json = serde_json::to_string(&policy).unwrap();
            assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy, "{json}");
        }
    }

    #[test]
    fn a_policy_that_could_not_be_read_back_is_an_error() {
        static SET: OriginSet = OriginSet::new();
        let set = Policy::builder().origins([OriginSource::from(&SET)]);
        let function = Policy::builder().origins(["https://a.example"]).origin_check(|_| true);
        for (builder, name) in [(set, "OriginSet"), (function, "OriginCheck")] {
            let policy = builder.build().unwrap();
            let error = serde_json::to_string(&policy).unwrap_err().to_string();
            assert!(error.starts_with(&format!("an `{name}` among the origins")), "{error}");
            let for_people = serde_json::to_value(PolicyForPeople(&policy)).unwrap();
            assert_eq!(for_people["origins"].as_array().unwrap().last().unwrap(), name);
        }
    }

    #[test]
    fn what_a_policy_does_not_say_is_left_out() {
        let policy = Policy::builder().origins(["https://a.example"]).build().unwrap();
        assert_eq!(serde_json::to_string(&policy).unwrap(), r#"{"origins":["https://a.example"]}"#);
    }

    #[test]
    fn origins_for_development_stay_apart() {
        let policy =
            Policy::builder().origins(["https://a.example"]).dev_origins_if(true, ["http://localhost:1"]);
        let json = serde_json::to_value(policy.build().unwrap()).unwrap();
        let expected = r#"{"origins":["https://a.example"],"dev_origins":["http://localhost:1"]}"#;
        assert_eq!(json, serde_json::from_str::<serde_json::Value>(expected).unwrap());
    }
}
