// The answer's half of the console: how the call stands, the messages as they come and go, metadata and trailers.

import { el, on, setText, sign } from "../kit/dom.js";
import { fmtDuration, grouped } from "../kit/text.js";

/** @import { App, CallMessage, CallState, Entry } from "./messages" */

const MOST_ROWS = 500;

/** @param {App} app @param {{ format(form: string): void }} act @param {AbortSignal} signal */
export function answerPane(app, { format }, signal) {
  const line = el("span.gv-con-state");
  const time = el("span.gv-muted");
  const counts = el("span.gv-muted.gv-con-counts");
  const words = el("div.gv-con-details");
  const status = el("div.gv-con-status", [
    el("div.gv-con-statusline", el("span", { role: "status" }, line), time, counts),
    words,
  ]);
  const initial = metadataList("Initial metadata");
  const trailers = metadataList("Trailing metadata");
  const left = el("p.gv-con-left.gv-muted");
  const rows = el("ol.gv-con-rows");
  const feed = el("div.gv-con-feed", { tabindex: "0", role: "log", "aria-label": "Messages", "aria-live": "polite" }, [
    left,
    rows,
  ]);
  const switches = ["text", "json"].map((form) =>
    el("button.gv-con-tab", { type: "button", "data-form": form, onclick: () => format(form) }, [
      form === "json" ? "JSON" : "Text",
    ]),
  );
  const node = el("section.gv-con-pane", { "aria-label": "Answer" }, [
    el("div.gv-con-title", [
      el("strong", "Answer"),
      el("span.gv-con-tabs", { role: "group", "aria-label": "Show messages as" }, switches),
    ]),
    status,
    initial.node,
    feed,
    trailers.node,
  ]);
  let last = -1;
  let since = 0;
  let clock = 0;
  let follows = true; // until the learner scrolls up
  on(feed, "scroll", signal, () => {
    follows = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 8;
  });

  const tick = (seconds) => {
    clearInterval(clock);
    since = performance.now() - seconds * 1000;
    const draw = () => {
      setText(time, fmtDuration((performance.now() - since) / 1000));
    };
    draw();
    clock = window.setInterval(draw, 200);
  };

  /** @param {CallMessage} message */
  function show({ whole, form, call, entries = [], total = 0, open }) {
    for (const tab of switches) tab.setAttribute("aria-pressed", String(tab.dataset.form === form));
    app.halfClosed = call?.halfClosed ?? false;
    const status = open ? null : call?.status;
    node.dataset.state = !call ? "empty" : !status ? "running" : status.ok ? "done" : "failed";
    setText(line, !call ? "No call yet" : !status ? "Running" : `${sign(status.ok)} ${status.name}`);
    if (status) line.title = `status ${status.number}`;
    setText(counts, call ? `→ ${grouped(call.sent)} sent  ← ${grouped(call.received)} received` : "");
    clearInterval(clock);
    setText(time, "");
    if (open) tick(call?.seconds ?? 0);
    else if (call) setText(time, `after ${fmtDuration(call.seconds)}`);
    words.replaceChildren(...told(call, open));
    initial.show(call?.initial, call ? "not here yet" : "–");
    trailers.show(call?.trailers, call ? "come at the end" : "–");
    fill(whole, entries, total, call);
  }

  function fill(whole, entries, total, call) {
    // A stream that runs faster than it can be read out is not read out.
    feed.setAttribute("aria-live", whole || entries.length > 5 ? "off" : "polite");
    if (whole) {
      rows.replaceChildren();
      last = -1;
    }
    for (const entry of entries) {
      if (entry.n <= last) continue;
      if (last >= 0 && entry.n > last + 1)
        rows.append(el("li.gv-con-gap.gv-muted", `${grouped(entry.n - last - 1)} more, not drawn while they run`));
      last = entry.n;
      rows.append(feedRow(entry));
    }
    while (rows.children.length > MOST_ROWS) rows.firstChild?.remove();
    const older = total - rows.querySelectorAll("[data-n]").length;
    left.hidden = older <= 0 && total > 0;
    setText(
      left,
      !call
        ? "Fill in the request and call: what is sent and received appears here."
        : total === 0
          ? "No message yet."
          : `The newest of ${grouped(total)} are shown.`,
    );
    // The newest is in sight, a long one from its beginning.
    const newest = /** @type {HTMLElement | null} */ (rows.lastElementChild);
    if (newest && (follows || whole))
      feed.scrollTop = newest.offsetHeight > feed.clientHeight ? newest.offsetTop : feed.scrollHeight;
  }
  signal.addEventListener("abort", () => clearInterval(clock));
  return { node, show };
}

/** @param {Entry} entry */
function feedRow(entry) {
  const way = el("span.gv-con-way", [
    el("span", { "aria-hidden": "true" }, entry.sent ? "→" : "←"),
    el("span.gv-sr", entry.sent ? "sent at" : "received at"),
  ]);
  const at = el("span.gv-con-at.gv-muted", entry.at);
  const kind = entry.sent ? "gv-con-sent" : "gv-con-received";
  if (entry.event) {
    return el("li", { class: `gv-con-event ${kind}`, "data-n": entry.n }, way, at, el("span.gv-muted", entry.event));
  }
  return el("li", { class: kind, "data-n": entry.n }, [
    way,
    at,
    el("div.gv-con-message", [
      entry.text ? el("pre", entry.text) : el("span.gv-muted", "empty message"),
      entry.more && el("span.gv-muted", `… ${entry.more}`),
    ]),
    el("span.gv-con-size.gv-muted", entry.size),
  ]);
}

/**
 * What the status says besides its name.
 * @param {CallState | null} call @param {boolean} open
 */
function told(call, open) {
  if (!call) return [];
  const remarks = [
    call.waiting > 0 && `${grouped(call.waiting)} waiting to be sent: the other side reads slowly.`,
    call.braked && "Read at 1,000 messages a second at most; the sender is slowed down to that.",
  ]
    .filter(Boolean)
    .map((text) => el("p.gv-muted", text));
  if (open || !call.status) return remarks;
  const { details, hint, rich } = call.status;
  return [
    details && el("p.gv-con-text", details),
    hint && el("p.gv-muted", hint),
    ...rich.map((text) => el("pre", text)),
  ].filter(Boolean);
}

/** @param {string} name */
function metadataList(name) {
  const list = el("dl");
  const none = el("span.gv-muted");
  const node = el("div.gv-con-pairs", el("span.gv-con-pairsname", name), none, list);
  return {
    node,
    show(pairs, otherwise) {
      setText(none, pairs ? (pairs.length ? "" : "none") : otherwise);
      list.hidden = !pairs?.length;
      list.replaceChildren(...(pairs ?? []).flatMap(([key, value]) => [el("dt", key), el("dd", value)]));
    },
  };
}
