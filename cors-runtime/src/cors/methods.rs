//! The methods of a route.

use cors_policy::{Rule, method_rule};
use std::fmt;

/// The methods of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Methods {
    /// Every method.
    Any,
    /// These methods, in the order in which they are written, each once.
    Named(Vec<String>),
}

impl Methods {
    /// The methods of a route attribute, where an empty list stands for every method.
    pub(crate) fn of_attribute(names: &[&str]) -> Self {
        if names.is_empty() { Self::Any } else { Self::named(names.iter().copied()) }
    }

    /// These methods. A name that comes twice is kept once.
    pub(crate) fn named(names: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let mut list: Vec<String> = Vec::new();
        for name in names {
            let name = name.as_ref();
            if !list.iter().any(|known| known == name) {
                list.push(name.to_owned());
            }
        }
        Self::Named(list)
    }

    /// The named methods. It is empty for [`Methods::Any`].
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let names: &[String] = match self {
            Self::Any => &[],
            Self::Named(names) => names,
        };
        names.iter().map(String::as_str)
    }

    /// These methods, and `HEAD` if `GET` is one of them: axum routes `HEAD` to the handler of `GET`.
    pub(crate) fn with_head_of_get(&self) -> Self {
        let head = self.names().any(|name| name == "GET").then_some("HEAD");
        match self {
            Self::Any => Self::Any,
            Self::Named(_) => Self::named(self.names().chain(head)),
        }
    }

    /// Whether a script can send a request with this method to the route. Methods are case-sensitive.
    ///
    /// A route for every method refuses the method `*`: in `Access-Control-Allow-Methods` it would allow the methods of
    /// other routes, too.
    pub(crate) fn contains(&self, method: &[u8]) -> bool {
        match self {
            Self::Any => std::str::from_utf8(method)
                .is_ok_and(|method| matches!(method_rule(method), None | Some(Rule::MethodCase))),
            Self::Named(names) => names.iter().any(|name| name.as_bytes() == method),
        }
    }

    /// Whether the route takes a method that browsers send without a preflight that names the method.
    /// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
    pub(crate) fn has_safelisted(&self) -> bool {
        ["GET", "HEAD", "POST"].iter().any(|name| self.contains(name.as_bytes()))
    }
}

impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::Named(names) => f.write_str(&names.join(", ")),
        }
    }
}
