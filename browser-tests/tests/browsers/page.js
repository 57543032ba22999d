// Sends the requests of the table and returns their results.
// Arguments: [{ number, asks: [{ method, url, load, options, headers }] }], and a callback for the results.
const [cases, done] = arguments;

const BODIES = { json: "{}", text: "text", form: new URLSearchParams("a=1") };

function init({ method, options, headers }) {
  const has = (option) => options.includes(option);
  const pick = (names, otherwise) => names.find(has) ?? otherwise;
  headers = headers.map((line) => [...line]);
  if (has("json") && !headers.some(([name]) => name.toLowerCase() === "content-type")) {
    headers.push(["content-type", "application/json"]);
  }
  const body = BODIES[pick(["json", "text", "form"])];
  return {
    method,
    headers,
    mode: pick(["no-cors", "same-origin"], "cors"),
    credentials: pick(["include", "omit"], "same-origin"),
    redirect: has("redirect-error") ? "error" : has("redirect-manual") ? "manual" : "follow",
    cache: has("reload") ? "reload" : "default",
    ...(has("no-referrer") && { referrerPolicy: "no-referrer" }),
    ...(body !== undefined && { body }),
  };
}

async function fetched(ask) {
  try {
    const response = await fetch(ask.url, init(ask));
    if (response.type === "opaque" || response.type === "opaqueredirect") return { outcome: response.type };
    const headers = [...response.headers];
    return { outcome: "readable", status: response.status, headers, body: await response.text(), url: response.url };
  } catch (error) {
    return { outcome: "blocked", why: String(error) };
  }
}

// Only an XMLHttpRequest can have a listener for the upload.
function uploaded(ask) {
  const { method, headers, credentials, body } = init(ask);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, ask.url);
    request.withCredentials = credentials === "include";
    for (const [name, value] of headers) request.setRequestHeader(name, value);
    request.upload.onprogress = () => {};
    request.onload = () => {
      const lines = request.getAllResponseHeaders().trim().split("\r\n").filter((line) => line);
      const headers = lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
      const { status, responseText: body, responseURL: url } = request;
      resolve({ outcome: "readable", status, headers, body, url });
    };
    request.onerror = () => resolve({ outcome: "blocked", why: "error event" });
    request.send(body);
  });
}

function element(tag, attributes) {
  const made = Object.assign(document.createElement(tag), attributes);
  return new Promise((resolve, reject) => {
    made.onload = () => resolve(made);
    made.onerror = () => reject(new Error("error event"));
    document.documentElement.append(made);
  });
}

function isTainted(image) {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.drawImage(image, 0, 0);
  try {
    canvas.getImageData(0, 0, 1, 1);
    return false;
  } catch {
    return true;
  }
}

async function font(src) {
  const name = `font-${src.replaceAll(/\W/g, "-")}`;
  const style = document.createElement("style");
  style.textContent = `@font-face { font-family: ${name}; src: url("${src}") }`;
  document.documentElement.append(style);
  const [face] = await document.fonts.load(`1em ${name}`);
  if (face?.status !== "loaded") throw new Error("the font is not loaded");
}

// A load event of the empty page comes first in some browsers. The page of another origin cannot be looked into.
function shown(frame) {
  return new Promise((resolve) => {
    frame.onload = () => {
      try {
        if (frame.contentWindow.location.href === "about:blank") return;
      } catch {
        // The frame shows a page of another origin.
      }
      resolve(frame);
    };
  });
}

function formPost(action) {
  const name = `frame-${action.replaceAll(/\W/g, "-")}`;
  const frame = Object.assign(document.createElement("iframe"), { name });
  const form = Object.assign(document.createElement("form"), { action, method: "post", target: name });
  document.documentElement.append(frame, form);
  form.submit();
  return shown(frame);
}

function websocket(src) {
  const socket = new WebSocket(src.replace(/^http/, "ws"));
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error("error event"));
  });
}

const LOADS = {
  image: (src) => element("img", { src }),
  "image-anonymous": (src) => element("img", { crossOrigin: "anonymous", src }),
  "image-credentials": (src) => element("img", { crossOrigin: "use-credentials", src }),
  script: (src) => element("script", { src }),
  "script-anonymous": (src) => element("script", { crossOrigin: "anonymous", src }),
  module: (src) => element("script", { type: "module", src }),
  "module-credentials": (src) => element("script", { type: "module", crossOrigin: "use-credentials", src }),
  font,
  frame: (src) => element("iframe", { src }),
  form: formPost,
  websocket,
};

async function loaded({ load, url }) {
  try {
    const made = await LOADS[load](url);
    return { outcome: load.startsWith("image") && isTainted(made) ? "loaded tainted" : "loaded" };
  } catch (error) {
    return { outcome: "blocked", why: String(error) };
  }
}

function ask(ask) {
  if (ask.load) return loaded(ask);
  return ask.options.includes("upload") ? uploaded(ask) : fetched(ask);
}

// Tells the server that a step has ended.
const mark = (number) => fetch(`/mark/${number}`, { method: "POST", mode: "no-cors", cache: "no-store" });

async function run({ number, asks }) {
  const seen = [];
  for (const one of asks) {
    seen.push(await ask(one));
    await mark(number);
  }
  return { number, seen };
}

// A browser opens only a few connections to a server, so six cases run at a time.
const results = [];
let next = 0;
async function worker() {
  while (next < cases.length) results.push(await run(cases[next++]));
}
Promise.all(Array.from({ length: 6 }, worker)).then(
  () => done({ results }),
  (error) => done({ error: String(error) }),
);
