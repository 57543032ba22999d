// Sends the requests of each row to both APIs, and shows the results. It uses no library and loads no other files.

const settings = JSON.parse(document.getElementById("settings").textContent);

// Selects the expected results of each row: whether the policies list the origin of this page.
const side = location.origin === settings.listed ? "listed" : "other";

const json = (method, path, more = {}) => ({
  method,
  path,
  headers: { "content-type": "application/json", ...more.headers },
  body: more.body ?? '{"text":"hello"}',
});

// The explanations for the page that is not listed, unless a row has its own.
const sentButUnread =
  "The request was sent and the handler ran, but the answer does not name this page’s origin. So the browser keeps " +
  "it from the script. CORS decides who may read; it does not decide who may call.";
const notEvenSent =
  "The preflight was refused: the policy does not list this page’s origin. So the request itself was never sent.";

// `result` is the expected outcome of each step, with the status that the script reads: `readable 200, blocked`.
// `seen` lists the methods of the requests that the API has to receive, in order.
const groups = [
  {
    title: "Reading",
    rows: [
      {
        id: "simple",
        title: "A simple request",
        steps: [{ method: "GET", path: "/hello" }],
        policy: [`
#[cors(origins = [PAGE])]
#[get("/hello")]
`],
        listed: {
          result: "readable 200",
          seen: "GET",
          why: "The answer names this page’s origin, so the script may read it. A plain GET needs no preflight.",
        },
        other: { result: "blocked", seen: "GET", why: sentButUnread },
      },
      {
        id: "public",
        title: "A public route",
        steps: [{ method: "GET", path: "/status" }],
        policy: [`
#[cors(origins = ["*"])]
#[get("/status")]
`],
        listed: {
          result: "readable 200",
          seen: "GET",
          why: "Allow-Origin is * here: every page may read it, as long as it sends no cookies.",
        },
        other: {
          result: "readable 200",
          seen: "GET",
          why: "Allow-Origin is * here: every page may read it, this one too, as long as it sends no cookies.",
        },
      },
      {
        id: "exposed",
        title: "An exposed header",
        steps: [{ method: "GET", path: "/orders", read: "x-total-count" }],
        policy: [`
#[cors(origins = [PAGE], expose_headers = ["x-total-count"])]
#[get("/orders")]
`],
        listed: {
          result: "readable 200",
          seen: "GET",
          why: "Across origins a script reads only a handful of headers. Expose-Headers adds this one to them.",
        },
        other: { result: "blocked", seen: "GET", why: sentButUnread },
      },
      {
        id: "unexposed",
        title: "A header that is not exposed",
        steps: [{ method: "GET", path: "/orders", read: "x-request-id" }],
        policy: [`
#[cors(origins = [PAGE], expose_headers = ["x-total-count"])]
#[get("/orders")]
`],
        listed: {
          result: "partly 200",
          seen: "GET",
          why: "The answer carried x-request-id as well, but Expose-Headers does not name it. To the script it is not there.",
        },
        other: { result: "blocked", seen: "GET", why: sentButUnread },
      },
    ],
  },
  {
    title: "Preflights",
    rows: [
      {
        id: "preflight",
        title: "A request that needs a preflight",
        steps: [json("PUT", "/notes/1")],
        policy: [`
#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/notes/{id}")]
`],
        listed: {
          result: "readable 200",
          seen: "OPTIONS PUT",
          why: "PUT and a JSON body need permission first. The preflight’s answer gives it, and then the browser sends the request.",
        },
        other: { result: "blocked", seen: "OPTIONS", why: notEvenSent },
      },
      {
        id: "reused",
        title: "A preflight that is reused",
        steps: [json("PUT", "/notes/2"), json("PUT", "/notes/2")],
        policy: [`
#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/notes/{id}")]
`],
        listed: {
          result: "readable 200, readable 200",
          seen: "OPTIONS PUT PUT",
          why: "Max-Age lets the browser remember the permission for ten minutes, so the second PUT goes out at once.",
        },
        other: {
          result: "blocked, blocked",
          seen: "OPTIONS OPTIONS",
          why: "Only a permission is remembered. A refusal is asked for again each time, and refused again.",
        },
      },
      {
        id: "shared",
        title: "A cached preflight beside another policy",
        steps: [json("PUT", "/shared"), json("POST", "/shared")],
        policy: [`
#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/shared")]
`, `
#[cors(origins = ["https://partner.example.com"], allow_headers = ["content-type"])]
#[post("/shared")]
`],
        listed: {
          result: "readable 200, blocked",
          seen: "OPTIONS PUT OPTIONS",
          why:
            "Browsers remember allowed headers per URL, and POST needs no remembered method: the PUT’s preflight would " +
            "let this POST through unasked. So on a path like this the answer says Max-Age: 0, whatever the attribute says, " +
            "and the POST is asked for and refused.",
        },
        other: { result: "blocked, blocked", seen: "OPTIONS OPTIONS", why: notEvenSent },
      },
      {
        id: "method",
        title: "A method that no route has",
        steps: [{ method: "PATCH", path: "/notes/1" }],
        policy: [`
#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/notes/{id}")]
`],
        aside: "The path has no PATCH route.",
        listed: {
          result: "blocked",
          seen: "OPTIONS",
          why: "The preflight’s answer lists the methods that this page may use here, and PATCH is not among them. The browser’s console names it.",
        },
        other: { result: "blocked", seen: "OPTIONS", why: notEvenSent },
      },
      {
        id: "method-policy",
        title: "A method with another policy",
        steps: [{ method: "DELETE", path: "/notes/1" }],
        policy: [`
#[cors(origins = ["https://admin.example.com"], credentials, allow_headers = ["content-type"])]
#[delete("/notes/{id}")]
`],
        aside: "PUT of the same path has a policy of its own.",
        listed: {
          result: "blocked",
          seen: "OPTIONS",
          why: "This page may PUT here, but DELETE is declared for another origin. The preflight is answered by the policy of the method it asks for.",
        },
        other: { result: "blocked", seen: "OPTIONS", why: notEvenSent },
      },
      {
        id: "header",
        title: "A header that is not allowed",
        steps: [json("PUT", "/notes/1", { headers: { "x-debug": "1" } })],
        policy: [`
#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/notes/{id}")]
`],
        listed: {
          result: "blocked",
          seen: "OPTIONS",
          why: "The preflight’s answer allows content-type only. The browser misses x-debug in it and does not send the request.",
        },
        other: { result: "blocked", seen: "OPTIONS", why: notEvenSent },
      },
    ],
  },
  {
    title: "Cookies",
    rows: [
      {
        id: "cookie",
        title: "Signed in with a cookie",
        steps: [
          { method: "POST", path: "/session", credentials: "include" },
          { method: "GET", path: "/me", credentials: "include" },
        ],
        policy: [`
#[cors(origins = [PAGE], credentials)]
#[post("/session")]
`, `
#[cors(origins = [PAGE], credentials)]
#[get("/me")]
`],
        listed: {
          result: "readable 200, readable 200",
          seen: "POST GET",
          why: "The page asks for cookies to be sent, and both answers carry Allow-Credentials: true. So they may be set, sent and answered.",
        },
        other: {
          result: "blocked, blocked",
          seen: "POST GET",
          why: "Ports do not separate sites, so the cookie was set and sent from this page too. What the API said about the account is kept from it.",
        },
      },
      {
        id: "undeclared-cookie",
        title: "A cookie where none is declared",
        steps: [{ method: "GET", path: "/hello", credentials: "include" }],
        policy: [`
#[cors(origins = [PAGE])]
#[get("/hello")]
`],
        listed: {
          result: "blocked",
          seen: "GET",
          why: "The origin is right, but the policy says nothing of credentials. Without Allow-Credentials a request with cookies has no readable answer.",
        },
        other: { result: "blocked", seen: "GET", why: sentButUnread },
      },
      {
        id: "public-cookie",
        title: "A public route, called with cookies",
        steps: [{ method: "GET", path: "/status", credentials: "include" }],
        policy: [`
#[cors(origins = ["*"])]
#[get("/status")]
`],
        listed: {
          result: "blocked",
          seen: "GET",
          why: "* never covers requests with cookies. That is why an attribute with both “*” and credentials does not compile.",
        },
        other: {
          result: "blocked",
          seen: "GET",
          why: "* never covers requests with cookies. That is why an attribute with both “*” and credentials does not compile.",
        },
      },
    ],
  },
  {
    title: "Errors",
    rows: [
      {
        id: "error",
        title: "An error from the handler",
        steps: [{ method: "GET", path: "/me", credentials: "omit" }],
        policy: [`
#[cors(origins = [PAGE], credentials)]
#[get("/me")]
`],
        listed: {
          result: "readable 401",
          seen: "GET",
          why: "Errors get the headers of their route too. So the page can tell “sign in first” from a network that is down.",
        },
        other: { result: "blocked", seen: "GET", why: sentButUnread },
      },
      {
        id: "rejected",
        title: "An error before the handler",
        steps: [json("PUT", "/notes/1", { body: '{"text":' })],
        policy: [`
#[cors(origins = [PAGE], allow_headers = ["content-type"], max_age = 600)]
#[put("/notes/{id}")]
`],
        listed: {
          result: "readable 400",
          seen: "OPTIONS PUT",
          why: "The body is not JSON, so the framework answers and the handler never runs. The page can read what was wrong all the same.",
        },
        other: { result: "blocked", seen: "OPTIONS", why: notEvenSent },
      },
    ],
  },
];

// ---- requests -----------------------------------------------------------------------------------------------------

async function take(step, url, probe) {
  try {
    const response = await fetch(`${url}${step.path}?probe=${probe}`, {
      method: step.method,
      headers: step.headers,
      body: step.body,
      credentials: step.credentials,
    });
    const body = await response.text();
    const header = step.read && { name: step.read, value: response.headers.get(step.read) };
    return { outcome: header && header.value === null ? "partly" : "readable", status: response.status, body, header };
  } catch (error) {
    // A script learns no more than this: neither the status nor the header that was missing.
    return { outcome: "blocked", error: `${error.name}: ${error.message}` };
  }
}

async function ask(row, api) {
  // Each run uses new URLs, so that no cached response or preflight has an effect.
  const probe = crypto.randomUUID();
  const steps = [];
  for (const step of row.steps) steps.push(await take(step, api.url, probe));
  try {
    const seen = await fetch(`${api.url}/seen?of=${probe}`);
    return { steps, seen: await seen.json() };
  } catch {
    return { steps: row.steps.map(() => ({ outcome: "unreachable" })), seen: [] };
  }
}

const resultOf = (steps) => steps.map(({ outcome, status }) => (status ? `${outcome} ${status}` : outcome)).join(", ");

// ---- results ------------------------------------------------------------------------------------------------------

function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

const labels = { readable: "Readable", partly: "Partly", blocked: "Blocked", unreachable: "No answer" };
const badge = (outcome) => el("span", { class: `badge ${outcome}` }, labels[outcome]);

/** One badge, or one for each step where they differ. */
function badges(steps) {
  const outcomes = steps.map(({ outcome }) => outcome);
  if (new Set(outcomes).size === 1) return badge(outcomes[0]);
  return outcomes.flatMap((outcome, index) => (index ? ["→", badge(outcome)] : badge(outcome)));
}

/** The attribute as it is in the source, with one option per line where it is long. */
function attribute(text) {
  const lines = text.trim().split("\n").flatMap((line) => {
    const options = line.match(/^#\[cors\((.*)\)\]$/)?.[1];
    if (!options || line.length < 50) return line;
    return ["#[cors(", ...options.split(/, (?![^[]*\])/).map((option) => `    ${option},`), ")]"];
  });
  const code = el("code");
  for (const piece of lines.join("\n").split(/("[^"]*")/)) {
    code.append(...(piece.startsWith('"') ? [el("span", { class: "string" }, piece)] : words(piece)));
  }
  return el("pre", {}, code);
}

const words = (text) =>
  text.split(/(#\[\w+|\bPAGE\b|\b\d+\b)/).map((word) => {
    if (word.startsWith("#[")) return el("span", { class: "name" }, word);
    if (word === "PAGE") return el("span", { class: side === "listed" ? "set here" : "set", title: settings.listed }, word);
    return /^\d+$/.test(word) ? el("span", { class: "number" }, word) : word;
  });

function request(step) {
  const extras = Object.entries(step.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  if (step.credentials === "include") extras.push("with cookies");
  if (step.credentials === "omit") extras.push("without cookies");
  if (step.read) extras.push(`reads ${step.read}`);
  return el(
    "li",
    {},
    el("span", { class: "line" }, el("b", {}, step.method), ` ${step.path}`),
    extras.map((extra) => el("span", { class: "extra" }, extra)),
  );
}

function card(row) {
  return el(
    "article",
    { class: "row", id: row.id },
    el(
      "div",
      { class: "asked" },
      el("h3", {}, el("a", { href: `#${row.id}` }, row.title)),
      el("ol", { class: row.steps.length > 1 ? "requests many" : "requests" }, row.steps.map(request)),
      row.policy.map(attribute),
      row.aside && el("p", { class: "aside" }, row.aside),
    ),
    el(
      "div",
      { class: "got" },
      el("div", { class: "panels" }, settings.apis.map((api) => panel(row, api))),
      el("p", { class: "why" }, el("b", {}, "Why "), row[side].why),
    ),
  );
}

function panel(row, api) {
  return el(
    "section",
    { class: "panel", "data-row": row.id, "data-api": api.name, "data-state": "waiting", "aria-label": api.name },
    el("header", {}, el("h4", {}, api.name), el("span", { class: "badge waiting" }, "…")),
  );
}

function saw(step) {
  if (step.outcome === "unreachable") return el("span", { class: "error" }, "The API does not answer");
  if (step.outcome === "blocked") return el("code", { class: "error" }, step.error);
  const body = step.body.length > 90 ? `${step.body.slice(0, 90)}…` : step.body;
  return [
    el("code", {}, el("b", {}, String(step.status)), ` ${body}`),
    step.header &&
      el(
        "code",
        { class: step.header.value === null ? "header missing" : "header" },
        `${step.header.name}: ${step.header.value ?? "null"}`,
      ),
  ];
}

const short = (name) =>
  name.replace(/^access-control-/, "").replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());

function exchange({ method, path, asked, status, answered }) {
  const header = ([name, value]) => el("li", {}, el("span", {}, `${name}: `), value);
  const headers = (list) => {
    if (!list.length) return el("li", { class: "none" }, "nothing about CORS");
    // Sorted, because each framework sends the headers in a different order.
    return list.map(([name, value]) => [short(name), value]).sort().map(header);
  };
  return el(
    "div",
    { class: "exchange" },
    el("p", {}, el("b", {}, method), ` ${path}`),
    el("ul", { class: "to" }, headers(asked)),
    el("p", {}, el("b", {}, String(status))),
    el("ul", { class: "from" }, headers(answered.filter(([name]) => name !== "vary"))),
  );
}

function show(place, row, { steps, seen }) {
  const expected = row[side];
  const result = resultOf(steps);
  const methods = seen.map(({ method }) => method).join(" ");
  const ok = result === expected.result && methods === expected.seen;

  place.replaceChildren(
    el(
      "header",
      {},
      el("h4", {}, place.dataset.api),
      badges(steps),
      el(
        "span",
        { class: ok ? "tick" : "cross", title: ok ? "as the policy says" : "not what the policy says" },
        ok ? "✓" : "✗",
      ),
    ),
    el("h5", {}, "The script saw"),
    el(
      "ol",
      { class: steps.length > 1 ? "steps many" : "steps" },
      steps.map((step) => el("li", { class: step.outcome }, saw(step))),
    ),
    el(
      "details",
      {},
      el(
        "summary",
        {},
        el("span", { class: "label" }, "The API saw"),
        seen.map(({ method, status }) =>
          el(
            "span",
            { class: method === "OPTIONS" ? "hop preflight" : "hop", title: method === "OPTIONS" ? "a preflight" : undefined },
            method,
            el("i", {}, String(status)),
          ),
        ),
      ),
      seen.map(exchange),
    ),
  );
  if (!ok) {
    place.append(
      el("p", { class: "wrong" }, `Expected: ${expected.result}; the API should have seen ${expected.seen}.`),
    );
  }
  Object.assign(place.dataset, {
    outcome: result,
    expected: expected.result,
    seen: methods,
    expectedSeen: expected.seen,
    ok: String(ok),
    state: "done",
  });
}

function origins() {
  const place = document.getElementById("origins");
  for (const origin of settings.pages) {
    const listed = origin === settings.listed;
    const here = origin === location.origin;
    place.append(
      el(
        "a",
        { class: listed ? "origin listed" : "origin", href: `${origin}/`, "aria-current": here ? "page" : undefined },
        el("span", { class: "url" }, origin),
        el("span", { class: "says" }, listed ? ["in the policies, as ", el("code", {}, "PAGE")] : "in no policy"),
        el("span", { class: "where" }, here ? "You are here" : "Open →"),
      ),
    );
  }
}

async function run() {
  const again = document.getElementById("again");
  const summary = document.getElementById("summary");
  const panels = document.getElementsByClassName("panel");
  again.disabled = true;
  document.documentElement.dataset.run = "running";
  document.getElementById("rows").replaceChildren(
    ...groups.map(({ title, rows }) => el("section", { class: "group" }, el("h2", {}, title), rows.map(card))),
  );

  // The rows run one after the other and in their order, because later rows need the cookie of an earlier row.
  for (const row of groups.flatMap(({ rows }) => rows)) {
    await Promise.all(
      settings.apis.map(async (api) => {
        const place = document.querySelector(`.panel[data-row="${row.id}"][data-api="${api.name}"]`);
        show(place, row, await ask(row, api));
      }),
    );
  }

  const right = [...panels].filter(({ dataset }) => dataset.ok === "true").length;
  summary.replaceChildren(
    el("b", {}, `${right} of ${panels.length}`),
    right === panels.length ? " results are what the policies say" : " results are what the policies say; the others are marked ✗",
  );
  summary.className = right === panels.length ? "summary good" : "summary bad";
  again.disabled = false;
  document.documentElement.dataset.run = "done";
}

origins();
document.getElementById("again").addEventListener("click", run);
run();
