// The answer's half of the console: how the call stands, the messages as they come and go, metadata and trailers.
/* global el, fmtDuration */

const MOST_ROWS = 500;

function answerPane(app, { format }) {
  const line = el("span", { class: "gv-con-state" });
  const time = el("span", { class: "gv-muted" });
  const counts = el("span", { class: "gv-muted gv-con-counts" });
  const words = el("div", { class: "gv-con-details" });
  const status = el("div", { class: "gv-con-status" }, el("div", { class: "gv-con-statusline" },
    el("span", { role: "status" }, line), time, counts), words);
  const initial = metadataList("Initial metadata");
  const trailers = metadataList("Trailers");
  const left = el("p", { class: "gv-con-left gv-muted" });
  const rows = el("ol", { class: "gv-con-rows" });
  const feed = el("div", { class: "gv-con-feed", tabindex: "0", role: "log", "aria-label": "Messages", "aria-live": "polite" }, left, rows);
  const switches = ["text", "json"].map((form) => el("button", {
    type: "button", class: "gv-con-tab", "data-form": form, onclick: () => format(form),
  }, { text: "Text", json: "JSON" }[form]));
  const node = el("section", { class: "gv-con-pane", "aria-label": "Answer" },
    el("div", { class: "gv-con-title" }, el("strong", {}, "Answer"), el("span", { class: "gv-con-tabs", role: "group", "aria-label": "Show messages as" }, switches)),
    status, initial.node, feed, trailers.node);
  let last = -1;
  let since = 0;
  let clock = null;
  let follows = true; // until the learner scrolls up
  feed.addEventListener("scroll", () => { follows = feed.scrollHeight - feed.scrollTop - feed.clientHeight < 8; });

  const tick = (seconds) => {
    clearInterval(clock);
    since = performance.now() - seconds * 1000;
    const draw = () => { time.textContent = fmtDuration((performance.now() - since) / 1000); };
    draw();
    clock = setInterval(draw, 200);
  };

  function show({ whole, form, call, entries = [], total = 0, open, method }) {
    for (const tab of switches) tab.setAttribute("aria-pressed", String(tab.dataset.form === form));
    app.halfClosed = call?.halfClosed ?? false;
    app.called = method;
    node.dataset.state = !call ? "empty" : open ? "running" : call.status.ok ? "done" : "failed";
    line.textContent = !call ? "No call yet" : open ? "Running" : `${call.status.ok ? "✓" : "✗"} ${call.status.name}`;
    if (call && !open) line.title = `status ${call.status.number}`;
    counts.textContent = call ? `→ ${count(call.sent)} sent  ← ${count(call.received)} received` : "";
    clearInterval(clock);
    time.textContent = "";
    if (open) tick(call.seconds);
    else if (call) time.textContent = `after ${fmtDuration(call.seconds)}`;
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
      if (last >= 0 && entry.n > last + 1) rows.append(el("li", { class: "gv-con-gap gv-muted" }, `${count(entry.n - last - 1)} more, not drawn while they run`));
      last = entry.n;
      rows.append(feedRow(entry));
    }
    while (rows.children.length > MOST_ROWS) rows.firstChild.remove();
    const older = total - rows.querySelectorAll("[data-n]").length;
    left.hidden = older <= 0 && total > 0;
    left.textContent = !call ? "Fill in the request and call: what is sent and received appears here."
      : total === 0 ? "No message yet." : `The newest of ${count(total)} are shown.`;
    // The newest is in sight, a long one from its beginning.
    const newest = rows.lastElementChild;
    if (newest && (follows || whole)) feed.scrollTop = newest.offsetHeight > feed.clientHeight ? newest.offsetTop : feed.scrollHeight;
  }
  return { node, show, stop: () => clearInterval(clock) };
}

function feedRow(entry) {
  const way = el("span", { class: "gv-con-way" },
    el("span", { "aria-hidden": "true" }, entry.sent ? "→" : "←"), el("span", { class: "gv-sr" }, entry.sent ? "sent at" : "received at"));
  const at = el("span", { class: "gv-con-at gv-muted" }, entry.at);
  const kind = entry.sent ? "gv-con-sent" : "gv-con-received";
  if (entry.event) {
    return el("li", { class: `gv-con-event ${kind}`, "data-n": entry.n }, way, at, el("span", { class: "gv-muted" }, entry.event));
  }
  return el("li", { class: kind, "data-n": entry.n }, way, at, el("div", { class: "gv-con-message" },
    entry.text ? el("pre", {}, entry.text) : el("span", { class: "gv-muted" }, "empty message"),
    entry.more && el("span", { class: "gv-muted" }, `… ${entry.more}`)), el("span", { class: "gv-con-size gv-muted" }, entry.size));
}

/** What the status says besides its name. */
function told(call, open) {
  if (!call) return [];
  const remarks = [
    call.waiting > 0 && `${count(call.waiting)} waiting to be sent: the other side reads slowly.`,
    call.braked && "Read at 1,000 messages a second at most; the sender is slowed down to that.",
  ].filter(Boolean).map((text) => el("p", { class: "gv-muted" }, text));
  if (open) return remarks;
  const { details, hint, rich } = call.status;
  return [details && el("p", { class: "gv-con-text" }, details), hint && el("p", { class: "gv-muted" }, hint),
    ...rich.map((text) => el("pre", {}, text))].filter(Boolean);
}

function metadataList(name) {
  const list = el("dl", {});
  const none = el("span", { class: "gv-muted" });
  const node = el("div", { class: "gv-con-pairs" }, el("span", { class: "gv-con-pairsname" }, name), none, list);
  return {
    node,
    show(pairs, otherwise) {
      none.textContent = pairs ? (pairs.length ? "" : "none") : otherwise;
      list.hidden = !pairs?.length;
      list.replaceChildren(...(pairs ?? []).flatMap(([key, value]) => [el("dt", {}, key), el("dd", {}, value)]));
    },
  };
}

function count(number) {
  return number.toLocaleString("en-US");
}
