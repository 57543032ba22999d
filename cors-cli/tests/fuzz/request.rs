//! Requests of browsers, and what a gateway says about them.

use crate::manifest::{PlannedManifest, Segment};
use crate::origins;
use fuzz::{Result, Unstructured};

/// A request, and the preflight that a browser may send before it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) origin: String,
    /// The names of headers that need a preflight.
    pub(crate) headers: Vec<String>,
}

/// The answer to a preflight, or the headers that a response gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
}

/// Something that does what a configuration says.
pub(crate) trait Gateway {
    /// The headers are those of the request, with names in lower case.
    fn ask(&self, method: &str, path: &str, headers: &[(String, String)]) -> Said;

    /// Whether a policy for every method also allows `OPTIONS`.
    fn allows_options(&self) -> bool {
        false
    }

    /// Whether `*` in a pattern of origins stands for anything that a browser could send.
    fn reads_only_serialized_origins(&self) -> bool;
}

impl Said {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values =
            self.headers.iter().filter(|(have, _)| have == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert_eq!(values.next(), None, "{name} is there twice");
        value
    }

    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let value = self.header(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|element| !element.is_empty()).collect()
    }

    /// <https://fetch.spec.whatwg.org/#concept-cors-check>
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        self.header("access-control-allow-origin").is_some_and(|value| value == "*" || value == origin)
    }

    pub(crate) fn allows_credentials(&self, origin: &str) -> bool {
        self.header("access-control-allow-origin") == Some(origin)
            && self.header("access-control-allow-credentials") == Some("true")
    }
}

impl Asked {
    pub(crate) fn new(input: &mut Unstructured<'_>, manifest: &PlannedManifest) -> Result<Self> {
        let (mut method, mut path, mut listed) =
            ((*input.choose(manifest.vocabulary.methods)?).to_owned(), "/".to_owned(), Vec::new());
        if !manifest.routes.is_empty() {
            let route = &manifest.routes[input.choose_index(manifest.routes.len())?];
            if !route.methods.is_empty() && input.ratio(2, 3)? {
                method.clone_from(&route.methods[input.choose_index(route.methods.len())?]);
            }
            path = instance(input, &route.path)?;
            listed.clone_from(&route.origins);
            // An origin that another route allows.
            if input.ratio(1, 3)? {
                listed.clone_from(&manifest.routes[input.choose_index(manifest.routes.len())?].origins);
            }
        }
        let origin = String::from_utf8_lossy(&origins::value(input, &listed)?).into_owned();
        let mut headers = Vec::new();
        for _ in 0..input.int_in_range(0..=2)? {
            headers.push((*input.choose(manifest.vocabulary.headers)?).to_owned());
        }
        Ok(Self { method, path, origin, headers })
    }

    pub(crate) fn actual(&self, gateway: &dyn Gateway) -> Said {
        gateway.ask(&self.method, &self.path, &[("origin".to_owned(), self.origin.clone())])
    }

    pub(crate) fn preflight(&self, gateway: &dyn Gateway) -> Said {
        let mut headers = vec![
            ("origin".to_owned(), self.origin.clone()),
            ("access-control-request-method".to_owned(), self.method.clone()),
        ];
        if !self.headers.is_empty() {
            headers.push(("access-control-request-headers".to_owned(), self.headers.join(",")));
        }
        gateway.ask("OPTIONS", &self.path, &headers)
    }
}

/// A path that the pattern matches, or nearly.
fn instance(input: &mut Unstructured<'_>, pattern: &[Segment]) -> Result<String> {
    let mut path = String::new();
    for segment in pattern {
        path.push('/');
        path.push_str(match segment {
            Segment::Text(text) => text,
            Segment::Parameter => input.choose(&["7", "me", "x", "%6de", "a", "a.b"])?,
            Segment::Digits => input.choose(&["7", "12", "x", ""])?,
            _ => input.choose(&["a/b", "me", "", "7", "me/a"])?,
        });
    }
    if input.ratio(1, 8)? {
        path.push_str(input.choose(&["/", "/a", "?x=/me", "x"])?);
    }
    Ok(path)
}
