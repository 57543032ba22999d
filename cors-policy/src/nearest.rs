//! Finds the key that is meant by a name that is no key.

use strsim::osa_distance;

use crate::Key;

/// Names of other libraries that differ too much from the name of the key to be found by their distance.
const OTHER_NAMES: [(&str, Key); 34] = [
    ("allow_origin", Key::Origins),
    ("allow_origins", Key::Origins),
    ("allowed_origin", Key::Origins),
    ("allowed_origins", Key::Origins),
    ("allow_any_origin", Key::Origins),
    ("access_control_allow_origin", Key::Origins),
    ("hosts", Key::Origins),
    ("domains", Key::Origins),
    ("dev", Key::DevOrigins),
    ("debug_origins", Key::DevOrigins),
    ("development_origins", Key::DevOrigins),
    ("test_origins", Key::DevOrigins),
    ("allow_credentials", Key::Credentials),
    ("allowed_credentials", Key::Credentials),
    ("support_credentials", Key::Credentials),
    ("supports_credentials", Key::Credentials),
    ("with_credentials", Key::Credentials),
    ("access_control_allow_credentials", Key::Credentials),
    ("cookies", Key::Credentials),
    ("headers", Key::AllowHeaders),
    ("allow", Key::AllowHeaders),
    ("request_headers", Key::AllowHeaders),
    ("access_control_allow_headers", Key::AllowHeaders),
    ("expose", Key::ExposeHeaders),
    ("exposed", Key::ExposeHeaders),
    ("response_headers", Key::ExposeHeaders),
    ("access_control_expose_headers", Key::ExposeHeaders),
    ("age", Key::MaxAge),
    ("max_age_seconds", Key::MaxAge),
    ("access_control_max_age", Key::MaxAge),
    ("preflight_max_age", Key::MaxAge),
    ("strict", Key::Enforce),
    ("base", Key::BasePolicy),
    ("extends", Key::BasePolicy),
];

/// No misspelling of a key is longer. Limits the work for each name.
const MAX_LEN: usize = 40;

impl Key {
    /// The key that `name` is most likely meant to be, if there is one.
    #[doc(hidden)]
    pub fn nearest(name: &str) -> Option<Self> {
        if name.len() > MAX_LEN {
            return None;
        }
        let name = name.to_ascii_lowercase().replace('-', "_");
        if let Some(&(_, key)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
            return Some(key);
        }
        // The beginning of one key: the name is not typed to its end yet.
        let mut begun = Self::ALL.iter().filter(|key| !name.is_empty() && key.name().starts_with(&name));
        if let (Some(&key), None) = (begun.next(), begun.next()) {
            return Some(key);
        }
        // Names of other libraries can be misspelt, too. Of two equally close names the one that is a key wins.
        let ours = Self::ALL.iter().map(|key| (key.name(), *key));
        let (distance, key, known) = ours
            .chain(OTHER_NAMES)
            .map(|(known, key)| (osa_distance(&name, known), key, known))
            .min_by_key(|(distance, ..)| *distance)?;
        // One mistake in a short name, up to three in a long one: a letter left out, added, replaced, or swapped with its
        // neighbour.
        (distance <= known.len().min(name.len()).div_ceil(4).min(3)).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_keys_and_names_of_other_libraries() {
        for (name, expected) in [
            ("orgins", Some(Key::Origins)),
            ("origin", Some(Key::Origins)),
            ("Origins", Some(Key::Origins)),
            ("oirgins", Some(Key::Origins)),
            ("allowed_origins", Some(Key::Origins)),
            ("allow_origins", Some(Key::Origins)),
            ("dev_origin", Some(Key::DevOrigins)),
            ("credential", Some(Key::Credentials)),
            ("credentails", Some(Key::Credentials)),
            ("allow_credentials", Some(Key::Credentials)),
            ("supports_credentials", Some(Key::Credentials)),
            ("headers", Some(Key::AllowHeaders)),
            ("allow_header", Some(Key::AllowHeaders)),
            ("allowed_headers", Some(Key::AllowHeaders)),
            ("allow-headers", Some(Key::AllowHeaders)),
            ("exposed_headers", Some(Key::ExposeHeaders)),
            ("expose_header", Some(Key::ExposeHeaders)),
            ("maxage", Some(Key::MaxAge)),
            ("max-age", Some(Key::MaxAge)),
            ("maxAge", Some(Key::MaxAge)),
            ("enforced", Some(Key::Enforce)),
            ("polcy", Some(Key::BasePolicy)),
            ("bsae", Some(Key::BasePolicy)),
            ("bsax", None),
            ("o", Some(Key::Origins)),
            ("expo", Some(Key::ExposeHeaders)),
            ("c", None),
            ("dangerous", None),
            ("crates", Some(Key::Crate)),
            ("methods", None),
            ("", None),
            ("x", None),
            ("timeout", None),
            ("b\u{fc}cher", None),
        ] {
            assert_eq!(Key::nearest(name), expected, "{name}");
        }
        assert_eq!(Key::nearest(&"origins".repeat(1000)), None);
        for key in Key::ALL {
            assert_eq!(Key::nearest(key.name()), Some(*key));
        }
    }
}
