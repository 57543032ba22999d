// Runs the subtests of one file. The result is a list: the first difference of each subtest, or null.
const [text, done] = arguments;
const hosts = ["", "www.", "www1."].map(prefix => `${location.protocol}//${prefix}${location.host}`);
hosts.push(`${location.protocol}//${location.hostname}:8001`);

// Browsers remember preflights for each URL, so every subtest has its own URLs, tokens and keys. A URL in the location of a
// redirect is encoded once, and that of a second redirect twice.
function unique(url, number) {
    for (const encode of [text => text, encodeURIComponent, text => encodeURIComponent(encodeURIComponent(text))]) {
        for (const name of ["token=t", "key=k"]) {
            url = url.replaceAll(new RegExp(`${encode(name)}(?![a-z])`, "g"), encode(`${name}${number}`));
        }
        url = url.replaceAll(`.py${encode("?")}`, `.py${encode(`?number=${number}&`)}`);
    }
    return url;
}

function load(element, url, crossorigin) {
    return new Promise(resolve => {
        const names = { image: "img", script: "script", frame: "iframe" };
        const node = document.createElement(names[element]);
        if (crossorigin) node.crossOrigin = "anonymous";
        node.onload = node.onerror = resolve;
        node.src = url;
        document.body.append(node);
    });
}

// Returns what differs from the expectation, or null.
async function send(step, url) {
    await new Promise(resolve => setTimeout(resolve, step.wait_ms));
    if (step.load) {
        await load(step.load, url, step.crossorigin);
        return null;
    }
    const options = { method: step.method, headers: step.headers };
    if (step.body !== null) options.body = step.body;
    if (step.credentials !== null) options.credentials = step.credentials;
    if (step.mode !== null) options.mode = step.mode;
    if (step.referrer_policy !== null) options.referrerPolicy = step.referrer_policy;
    const expected = step.expected;
    let response;
    try {
        response = await fetch(url, options);
    } catch (error) {
        return expected === "TypeError" ? null : `blocked: ${error}`;
    }
    if (expected === null) return null;
    if (expected === "TypeError") return `a response with status ${response.status}`;
    const differences = [];
    const compare = (what, actual, value) => {
        if (JSON.stringify(actual) !== JSON.stringify(value)) differences.push(`${what} is ${JSON.stringify(actual)}`);
    };
    const body = await response.text();
    if (expected.status !== null) compare("status", response.status, expected.status);
    if (expected.type !== null) compare("type", response.type, expected.type);
    if (expected.text !== null) compare("text", body, expected.text);
    for (const [name, value] of Object.entries(expected.headers)) compare(name, response.headers.get(name), value);
    for (const [name, value] of Object.entries(expected.json)) compare(name, JSON.parse(body)[name] ?? null, value);
    return differences.join(", ") || null;
}

async function run(subtest) {
    for (const [index, step] of subtest.fetches.entries()) {
        const difference = await send(step, unique(step.url, subtest.number));
        if (difference !== null) return `request ${index + 1}: ${difference}`;
    }
    return null;
}

async function removeCookies() {
    for (const host of hosts) {
        for (const folder of ["/cors/resources", "/fetch/api/resources"]) {
            await fetch(`${host}${folder}/remove-cookies`, { credentials: "include" });
        }
    }
}

(async () => {
    const results = [];
    for (const subtest of JSON.parse(text)) {
        results.push(await run(subtest).catch(error => `the script failed: ${error}`));
        if (subtest.fetches.some(step => step.credentials !== null)) await removeCookies();
    }
    done(results);
})();
