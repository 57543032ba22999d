//! `Policy: Serialize`, with the keys that `Policy: Deserialize` reads.

use crate::{AllowHeaders, Enforcement, HeaderNames, IfEmpty, OriginSource, Policy};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A map of the keys that the policy has. An `OriginSet` and a function among its origins have no serial form: they are
/// written as `"OriginSet"` and `"OriginCheck"`, which cannot be read back.
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("origins", &self.origins().map(SerialOrigin).collect::<Vec<_>>())?;
        if self.credentials() {
            map.serialize_entry("credentials", &true)?;
        }
        match self.allow_headers() {
            AllowHeaders::None => {}
            AllowHeaders::Any => map.serialize_entry("allow_headers", "any")?,
            AllowHeaders::Names(names) => map.serialize_entry("allow_headers", &list(names))?,
        }
        if !self.expose_headers().is_empty() {
            map.serialize_entry("expose_headers", &list(self.expose_headers()))?;
        }
        if let Some(seconds) = self.max_age() {
            map.serialize_entry("max_age", &seconds)?;
        }
        if let Some(enforcement) = self.enforcement() {
            map.serialize_entry("enforce", &SerialEnforcement(enforcement))?;
        }
        let danger =
            [("insecure_origins", self.insecure_origins()), ("public_suffixes", self.public_suffixes())];
        let danger: Vec<_> = danger.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
        if !danger.is_empty() {
            map.serialize_entry("danger", &danger)?;
        }
        map.end()
    }
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
struct SerialOrigin<'a>(OriginSource<'a>);

impl Serialize for SerialOrigin<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            OriginSource::Origin(text) => serializer.serialize_str(text),
            OriginSource::Set(_) => serializer.serialize_str("OriginSet"),
            OriginSource::Check(_) => serializer.serialize_str("OriginCheck"),
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
}
