//! The Gateway API, by the interpreter of its documentation.

use crate::http_route_schema::violations;
use crate::interpreter::{self, Implementation, Outcome, Rules};
use crate::request::{Gateway, Said};
use serde_json::Value;

pub(crate) struct GatewayApi(Rules);

/// The `HTTPRoute`s of a configuration. Each is valid by the schema.
pub(crate) fn documents(yaml: &str) -> Vec<Value> {
    let routes: Vec<Value> = serde_saphyr::from_multiple(yaml).expect("the export is YAML");
    for route in &routes {
        assert_eq!(violations(route), Vec::<String>::new());
    }
    routes
}

impl GatewayApi {
    pub(crate) fn new(routes: &[Value], implementation: Implementation) -> Self {
        Self(Rules::new(routes, implementation))
    }
}

impl Gateway for GatewayApi {
    fn ask(&self, method: &str, path: &str, headers: &[(String, String)]) -> Said {
        let asked = interpreter::Asked { method, path, headers: headers.to_vec() };
        let (status, headers) = match self.0.outcome(&asked) {
            Outcome::NotFound => (404, Vec::new()),
            Outcome::Answer { status, headers } => (status, headers),
            Outcome::Forward { set, .. } => (200, set),
        };
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Said { status, headers }
    }

    fn allows_options(&self) -> bool {
        // `*` in `allowMethods` stands for each method.
        true
    }

    fn reads_only_serialized_origins(&self) -> bool {
        true
    }
}
