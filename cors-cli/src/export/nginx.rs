//! nginx: maps that find the route of a request, and one location that adds the headers.
//!
//! The route is found by maps and not by locations, because locations see the path after nginx has decoded it, which the
//! application does not do in the same way.

use super::expression::{ANY_METHOD, escape};
use super::plan::{AnyMethodAnswer, Plan};
use super::planned_path::{Methods, PREFLIGHT_VARY, PlannedPath, PlannedRoute};
use super::{comment, deployment::Deployment, origin, outcome::Export};
use crate::manifest::Manifest;
use crate::printable::printable;
use std::collections::HashMap;
use std::fmt::Write as _;

/// nginx refuses longer words.
const MAX_WORD: usize = 4000;
/// The characters of methods and of names of headers, as the body of a class.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2>
const TOKEN: &str = "!#$%&'*+.^_`|~0-9A-Za-z-";

pub(super) fn export(manifest: &Manifest, deployment: &Deployment) -> Export {
    let mut plan = Plan::new(manifest, deployment.framework, AnyMethodAnswer::Requested, |_| None);
    plan.close(|_, path, route| {
        let methods = path.listed_methods(route).map(|listed| listed.join(", "));
        let words = [route.allow_headers(), route.expose_headers(), methods.as_deref()];
        if words.iter().flatten().any(|word| word.contains('$')) {
            return Some("nginx reads `$` in a name as the beginning of a variable".to_owned());
        }
        let origins = route.origins.iter().map(String::len);
        let longest = words.iter().flatten().map(|word| word.len()).chain(origins).max().unwrap_or(0);
        let matcher = path.pattern.regex().len() + route.methods.to_string().len();
        (longest.max(matcher) > MAX_WORD).then(|| "nginx refuses words of more than 4,000 bytes".to_owned())
    });
    let configuration = Configuration::new(&plan).write(deployment);
    let notes = comment::notes(&plan, comment::UNLISTED_PATHS);
    let omissions = plan.into_omissions();
    let about =
        "# Include this file in the block `http`, and add the certificates and the name of the server.\n";
    let header = comment::header("nginx", about, &notes, &omissions);
    Export { configuration: format!("{header}\n{configuration}"), omissions, notes }
}

/// The maps, while they are written. `r1` is the route of the number 1, and `u1` its policy where it answers a preflight
/// for a method that no route of the path takes.
struct Configuration<'a> {
    plan: &'a Plan<'a>,
    /// The numbers of the open routes, by their numbers in the manifest.
    numbers: HashMap<usize, usize>,
    /// Maps of single routes.
    route_maps: String,
}

/// One line of a map: a key and a value.
type Line = (String, String);

impl<'a> Configuration<'a> {
    fn new(plan: &'a Plan<'a>) -> Self {
        let open = plan.routes().filter(|(_, route)| route.is_open());
        let numbers = open.enumerate().map(|(at, (_, route))| (route.number, at + 1)).collect();
        Self { plan, numbers, route_maps: String::new() }
    }

    fn number(&self, route: &PlannedRoute<'_>) -> usize {
        self.numbers[&route.number]
    }

    /// The open routes with their numbers.
    fn open_routes(&self) -> impl Iterator<Item = (&'a PlannedPath<'a>, &'a PlannedRoute<'a>, usize)> {
        let open = self.plan.routes().filter(|(_, route)| route.is_open());
        open.map(|(path, route)| (path, route, self.number(route)))
    }

    fn write(mut self, deployment: &Deployment) -> String {
        let routes = self.map_of_requests();
        self.write_origins();
        let answers = self.map_of_answers();
        format!(
            "# A preflight is an OPTIONS request that names its origin and one method.\n\
             map \"$request_method:$http_origin:$http_access_control_request_method\" $cors_request {{\n    \
                 default $request_method;\n    \
                 \"~^OPTIONS:.+:[{TOKEN}]+$\" \"preflight $http_access_control_request_method\";\n\
             }}\n\
             \n\
             # The route of a request, by its method or the method that its preflight names, and by its path as it is\n\
             # written in the request. `u` and a number: the method is not one of the path.\n\
             {routes}\n\
             {}\
             {answers}\
             {}",
            self.route_maps,
            server(deployment)
        )
    }

    /// The map from a request to its route.
    fn map_of_requests(&mut self) -> String {
        let mut text = "map \"$cors_request $request_uri\" $cors_route {\n    default \"\";\n".to_owned();
        if let Some(encodings) = &self.plan.ambiguous_encodings {
            text.push_str(
                "    # Closed: the application may decode these characters before it chooses a route.\n",
            );
            let _ = writeln!(text, "    {} \"\";", quoted(&format!("~ /[^?]*{encodings}")));
        }
        let mut at_the_end = String::new();
        for path in &self.plan.paths {
            for route in path.routes_in_order() {
                let _ = writeln!(text, "    # {}", comment::route(path, route));
                let value =
                    if route.is_open() { format!("r{}", self.number(route)) } else { "\"\"".to_owned() };
                let methods = match &route.methods {
                    Methods::Named(names) if names.len() == 1 => escape(&names[0]),
                    Methods::Named(names) => {
                        let names: Vec<_> = names.iter().map(|name| escape(name)).collect();
                        format!("(?:{})", names.join("|"))
                    }
                    Methods::Any => format!("(?!OPTIONS ){ANY_METHOD}"),
                };
                let _ = writeln!(text, "    {} {value};", key(&format!("(?:preflight )?{methods}"), path));
            }
            let last = self.last_lines(path);
            if self.plan.falls_through() { at_the_end.push_str(&last) } else { text.push_str(&last) }
        }
        text.push_str(&at_the_end);
        text.push_str("}\n");
        text
    }

    /// The lines for methods that no route of a path takes.
    fn last_lines(&mut self, path: &'a PlannedPath<'a>) -> String {
        let mut text = String::new();
        let policies = path.policies_of_other_methods();
        let policies: Vec<usize> = policies.into_iter().map(|route| self.number(route)).collect();
        if let Some((last, others)) = policies.split_last() {
            let mut value = format!("u{last}");
            for number in others.iter().rev() {
                let name = format!("$cors_unlisted_{}_{number}", policies[0]);
                let _ = write!(
                    self.route_maps,
                    "# {}: the first policy that allows the origin answers preflights for other methods.\n{}\n",
                    printable(path.text),
                    map(
                        &format!("$cors_origin_{number}"),
                        &name,
                        &format!("u{number}"),
                        &[("\"\"".to_owned(), value)]
                    )
                );
                value = name;
            }
            let _ = writeln!(text, "    {} {value};", key("preflight [^ ]+", path));
        }
        if path.shares_urls() && !self.plan.falls_through() {
            let _ = writeln!(text, "    {} \"\";", key("[^/]+", path));
        }
        text
    }

    /// The maps from an origin to `Access-Control-Allow-Origin` and, if it depends on the origin, to
    /// `Access-Control-Max-Age`.
    fn write_origins(&mut self) {
        for (path, route, number) in self.open_routes().collect::<Vec<_>>() {
            let _ = writeln!(self.route_maps, "# {}", comment::route(path, route));
            let origins = if route.allows_any_origin() {
                map("$http_origin", &format!("$cors_origin_{number}"), "*", &[])
            } else {
                let lines: Vec<Line> = route
                    .origins
                    .iter()
                    .filter_map(|origin| Some((origin_key(origin)?, "$http_origin".to_owned())))
                    .collect();
                map("$http_origin", &format!("$cors_origin_{number}"), "\"\"", &lines)
            };
            self.route_maps.push_str(&origins);
            if !route.has_one_max_age() {
                self.route_maps.push_str(
                    "# Where the reuse of an answer could open another route of the path, the answer is not reused.\n",
                );
                let max_age = route.source.policy.max_age().map_or("\"\"".to_owned(), |age| age.to_string());
                let lines: Vec<Line> = route
                    .origins_with_reuse
                    .iter()
                    .filter_map(|origin| Some((origin_key(origin)?, max_age.clone())))
                    .collect();
                self.route_maps.push_str(&map(
                    "$http_origin",
                    &format!("$cors_max_age_{number}"),
                    "0",
                    &lines,
                ));
            }
            self.route_maps.push('\n');
        }
    }

    /// The maps from a route to the headers of its responses.
    fn map_of_answers(&self) -> String {
        let mut origins = Vec::new();
        let (mut credentials, mut methods, mut headers) = (Vec::new(), Vec::new(), Vec::new());
        let (mut max_ages, mut exposed, mut varying) = (Vec::new(), Vec::new(), Vec::new());
        let mut reflects = false;
        for (path, route, number) in self.open_routes() {
            let answers_others =
                path.policies_of_other_methods().iter().any(|other| other.number == route.number);
            let both = |lines: &mut Vec<Line>, value: String| {
                lines.push((format!("r{number}"), value.clone()));
                if answers_others {
                    lines.push((format!("u{number}"), value));
                }
            };
            both(&mut origins, format!("$cors_origin_{number}"));
            if route.source.policy.credentials() {
                both(&mut credentials, "true".to_owned());
            }
            match path.listed_methods(route) {
                Some(listed) => both(&mut methods, quoted(&listed.join(", "))),
                None => both(&mut methods, "$http_access_control_request_method".to_owned()),
            }
            let own = format!("r{number}");
            if let Some(names) = route.allow_headers() {
                headers.push((own.clone(), quoted(names)));
            } else if route.allows_any_header() {
                reflects = true;
                headers.push((own.clone(), "$cors_requested_headers".to_owned()));
            }
            if !route.has_one_max_age() {
                max_ages.push((own.clone(), format!("$cors_max_age_{number}")));
            } else if let Some(seconds) = route.least_max_age() {
                max_ages.push((own.clone(), seconds.to_string()));
            }
            if answers_others {
                max_ages.push((format!("u{number}"), "0".to_owned()));
            }
            if let Some(names) = route.expose_headers() {
                exposed.push((own, quoted(names)));
            }
            if !route.allows_any_origin() {
                varying.push((format!("\"~^[^ ]+ r{number}$\""), "Origin".to_owned()));
            }
        }
        let mut text = map("$cors_route", "$cors_allow_origin", "\"\"", &origins);
        text.push_str("\n# The route, if its policy allows the origin.\n");
        text.push_str(&map(
            "$cors_allow_origin",
            "$cors_granted",
            "$cors_route",
            &[("\"\"".to_owned(), "\"\"".to_owned())],
        ));
        text.push_str(
            "\n# The route whose policy answers a preflight, and the one whose response a page may read.\n",
        );
        let preflight = |value: &str| [("\"~^preflight \"".to_owned(), value.to_owned())];
        text.push_str(&map("$cors_request", "$cors_answering", "\"\"", &preflight("$cors_granted")));
        text.push_str(&map("$cors_request", "$cors_readable", "$cors_granted", &preflight("\"\"")));
        text.push_str("\n# The headers. An empty one is not sent.\n");
        if reflects {
            let key = format!("\"~^[,[:blank:]{TOKEN}]+$\"");
            let lines = [(key, "$http_access_control_request_headers".to_owned())];
            text.push_str(&map(
                "$http_access_control_request_headers",
                "$cors_requested_headers",
                "\"\"",
                &lines,
            ));
        }
        for (from, name, lines) in [
            ("$cors_granted", "$cors_allow_credentials", &credentials),
            ("$cors_answering", "$cors_allow_methods", &methods),
            ("$cors_answering", "$cors_allow_headers", &headers),
            ("$cors_answering", "$cors_max_age", &max_ages),
            ("$cors_readable", "$cors_expose_headers", &exposed),
        ] {
            text.push_str(&map(from, name, "\"\"", lines));
        }
        varying.insert(0, ("\"~^preflight [^ ]+ [ru]\"".to_owned(), format!("\"{PREFLIGHT_VARY}\"")));
        text.push_str(&map("\"$cors_request $cors_route\"", "$cors_vary", "\"\"", &varying));
        text.push_str("\n# The status of the answer to a preflight.\n");
        let statuses = [
            ("\"~^preflight [^ ]+ [ru][0-9]+ $\"".to_owned(), "403".to_owned()),
            ("\"~^preflight [^ ]+ [ru][0-9]+ [ru]\"".to_owned(), "204".to_owned()),
        ];
        text.push_str(&map("\"$cors_request $cors_route $cors_granted\"", "$cors_status", "\"\"", &statuses));
        text
    }
}

/// A key of the map of routes: a regular expression for methods and a path.
fn key(methods: &str, path: &PlannedPath<'_>) -> String {
    quoted(&format!("~^{methods} {}(?:[?]|$)", path.pattern.regex()))
}

/// The server with its only location.
fn server(deployment: &Deployment) -> String {
    let Deployment { listen, upstream, .. } = deployment;
    format!(
        "\n\
         server {{\n    \
             listen {listen};\n\
         \n    \
             location / {{\n        \
                 # Directives `add_header` in another block inside of this one would hide all of these.\n        \
                 add_header Access-Control-Allow-Origin $cors_allow_origin always;\n        \
                 add_header Access-Control-Allow-Credentials $cors_allow_credentials always;\n        \
                 add_header Access-Control-Allow-Methods $cors_allow_methods always;\n        \
                 add_header Access-Control-Allow-Headers $cors_allow_headers always;\n        \
                 add_header Access-Control-Max-Age $cors_max_age always;\n        \
                 add_header Access-Control-Expose-Headers $cors_expose_headers always;\n        \
                 add_header Vary $cors_vary always;\n\
         \n        \
                 # An `if` with only a `return` adds the headers of this location.\n        \
                 if ($cors_status = 204) {{ return 204; }}\n        \
                 if ($cors_status = 403) {{ return 403; }}\n\
         \n        \
                 # The headers of the application would come in addition.\n        \
                 proxy_hide_header Access-Control-Allow-Origin;\n        \
                 proxy_hide_header Access-Control-Allow-Credentials;\n        \
                 proxy_hide_header Access-Control-Allow-Methods;\n        \
                 proxy_hide_header Access-Control-Allow-Headers;\n        \
                 proxy_hide_header Access-Control-Max-Age;\n        \
                 proxy_hide_header Access-Control-Expose-Headers;\n\
         \n        \
                 proxy_http_version 1.1;\n        \
                 proxy_set_header Host $http_host;\n        \
                 # Without a path, so that the application gets the path of the request unchanged.\n        \
                 proxy_pass http://{upstream};\n    \
             }}\n\
         }}\n"
    )
}

fn map(from: &str, to: &str, default: &str, lines: &[Line]) -> String {
    let mut text = format!("map {from} {to} {{\n    default {default};\n");
    for (key, value) in lines {
        let _ = writeln!(text, "    {key} {value};");
    }
    text.push_str("}\n");
    text
}

/// The key of a map that matches an origin. Keys without `~` would ignore case.
fn origin_key(element: &str) -> Option<String> {
    Some(quoted(&format!("~^{}$", origin::regex(element)?)))
}

/// A word in quotes.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
}
