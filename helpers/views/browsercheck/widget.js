// Asks the browser that shows this page what a page may do. No question needs a network: a Request is made, never sent.

import { el, find, fromMarkup, part, setText } from "../kit/dom.js";
import { widget } from "../kit/module.js";

/** @import { Model, View } from "../kit/types" */

// What stands after an arrow, and the functions below, are shown as they are: widget.py reads them here.
const ASK = {
  trailers: () => "trailers" in Response.prototype,
  te: () => new Request("/", { headers: { te: "trailers" } }).headers.has("te"),
  half: () => streams("half"),
  full: () => streams("full"),
  protocol: () => named(optionsOfRequests(), /http|protocol|alpn|transport|version/i),
  frames: () => named(factsOfThisPage(), /frame|stream/i),
  tcp: () => "TCPSocket" in window,
};

// shown: begin
/** May a body be a stream, sent in this mode? A browser that knows the option reads it, and takes the stream. */
function streams(mode) {
  let read = false;
  const init = {
    method: "POST",
    body: new ReadableStream(),
    get duplex() {
      read = true;
      return mode;
    },
  };
  try {
    const asText = new Request("/", init).headers.has("Content-Type"); // "[object ReadableStream]"
    return { can: read && !asText, said: "" };
  } catch (error) {
    return { can: false, said: String(error).split(": ").pop() };
  }
}

/** The names of all options that this browser looks for when a request is made. */
function optionsOfRequests() {
  const names = new Set();
  new Request(
    "/",
    new Proxy(
      {},
      {
        get: (_, name) => {
          names.add(String(name));
        },
      },
    ),
  );
  return [...names];
}

/** The names of all that this browser tells of how it got the page. */
function factsOfThisPage() {
  return Object.keys(performance.getEntriesByType("navigation")[0].toJSON());
}

/** There is no way to ask for what has no name; but a name would show that there is something. */
function named(names, pattern) {
  const found = names.filter((name) => pattern.test(name) && !KNOWN.includes(name));
  return found.length
    ? { can: null, said: `perhaps: there is ${found.join(", ")}` }
    : { can: false, word: "none found", said: `${names.length} names looked through` };
}

/** Names that match, and mean something else: which protocol it was, not a way to choose one or to see frames. */
const KNOWN = ["nextHopProtocol"];
// shown: end

const YES = { can: true, said: "" };
const NO = { can: false, said: "" };

function ask(question) {
  try {
    const answer = question();
    return typeof answer === "boolean" ? (answer ? YES : NO) : answer;
  } catch (error) {
    return { can: null, said: `could not be asked: ${error}` };
  }
}

function askAll() {
  const answers = Object.fromEntries(Object.entries(ASK).map(([name, question]) => [name, ask(question)]));
  const [page] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const protocol = page?.nextHopProtocol;
  const came = protocol ? `this page came over ${protocol}` : "the browser does not tell over what this page came";
  // A name proves little: an attribute may be there and never hold anything, and a request may be made and not be sent.
  if (answers.trailers.can)
    answers.trailers = {
      can: null,
      said: "the name is there; only a server could show whether it ever holds anything",
    };
  if (answers.half.can) answers.half.said = "it may be made; Chromium sends it over HTTP/2 or later only";
  answers.frames = { ...answers.frames, said: [came, answers.frames.said].filter(Boolean).join("; ") };
  return answers;
}

/** The browser by name: "Chromium 139", "Firefox/140.0". */
function nameOfBrowser() {
  /** @type {any} */
  const agent = navigator;
  const brand = agent.userAgentData?.brands.find(({ brand }) => !/not/i.test(brand));
  if (brand) return `${brand.brand} ${brand.version}`;
  return navigator.userAgent.match(/Firefox\/[\d.]+|Version\/[\d.]+ .*Safari/)?.[0] ?? "this browser";
}

/** What the answers come to. Whether there are trailers decides: without them there is no status. */
function verdictOf(answers) {
  const count = (can) => Object.values(answers).filter((answer) => answer.can === can).length;
  const unknown = count(null) ? `, not known of ${count(null)}` : "";
  const told = `Yes to ${count(true)}, no to ${count(false)}${unknown}`;
  if (answers.trailers.can === false)
    return `${told}. Without trailers a page cannot learn how a call ended: it cannot speak gRPC itself.`;
  if (count(false)) return `${told}. A page may learn how a call ended, but it cannot do all that gRPC does.`;
  return `${told}. Nothing that was asked here keeps this browser's pages from speaking gRPC.`;
}

/**
 * @typedef {{ can: boolean | null, said: string, word?: string }} Answer
 * @typedef {{ html: string, answers: Record<string, Answer>, browser: string, verdict: string }} Traits
 * @param {View<Model<Traits>>} view
 */
function render({ model, el: host }) {
  const root = fromMarkup(model.get("html"));
  host.append(root);
  const signs = JSON.parse(root.dataset.signs ?? "");
  const answers = askAll();
  for (const [name, { can, word, said }] of Object.entries(answers)) {
    const [state, sign, usual] = signs[String(can)];
    find(root, `[data-answer="${name}"]`).replaceChildren(
      el("strong", { class: `gv-check-${state}` }, el("span", { "aria-hidden": "true" }, `${sign} `), word ?? usual),
      said ? el("span.gv-check-said", said) : "",
    );
  }
  const [browser, verdict] = [nameOfBrowser(), verdictOf(answers)];
  setText(part(root, "browser"), `Asked: ${browser}.`);
  setText(part(root, "verdict"), verdict);
  root.dataset.state = "answered";
  model.set({ answers, browser, verdict });
  model.save_changes();
}

export default widget({ render });
