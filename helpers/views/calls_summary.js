// What is above the picture: how the call went and what it cost; for several calls a list to choose from.
/* global el, fmtBytes, fmtDuration, virtualRows, placeAfter, uniqueId, samePlace */

const CALL_ROW = 26;

/** Returns { node, update() }. A call chosen in the list becomes `state.call`; `onCall()` is told. */
function callSummary(state, onCall, signal) {
  const { store } = state;
  const title = el("div", { class: "gv-call-title" });
  const list = callList(state, onCall, signal);
  const notes = el("div", {});
  const node = el("div", { class: "gv-call-summary" }, title, list.node, notes);
  return {
    node,
    update() {
      const { calls } = store.head;
      title.replaceChildren(...(calls.length === 1 ? oneCall(calls[0]) : manyCalls(store)));
      // Lanes are a list of the calls already.
      list.node.hidden = calls.length < 2 || (state.face === "streams" && !state.call);
      if (calls.length > 1) list.update();
      notes.replaceChildren(...remarks(store).map((text) => el("p", { class: "gv-call-note" }, text)));
    },
  };
}

function oneCall(call) {
  return [
    el("div", { class: "gv-call-line" }, outcome(call), methodName(call),
      el("span", { class: "gv-call-kind" }, call.kind)),
    el("div", { class: "gv-call-line" },
      fact(call.took === null ? "running" : fmtDuration(call.took), "time"),
      call.timeout === null ? null : fact(`deadline ${fmtDuration(call.timeout)}`, "deadline"),
      fact(`${counted(call.sent, "request")}, ${counted(call.got, "response")}`, "messages"),
      fact(counted(call.frames, "frame"), "frames"),
      weight(call)),
    call.note ? el("div", { class: "gv-call-line gv-call-said" }, el("bdi", {}, call.note)) : null,
  ].filter(Boolean);
}

function manyCalls(store) {
  const { head } = store;
  const failed = head.calls.filter((call) => call.state === "failed").length;
  const running = head.calls.filter((call) => call.state === "running").length;
  const parts = [head.what];
  if (failed) parts.push(`${failed.toLocaleString("en")} failed`);
  if (running) parts.push(`${running.toLocaleString("en")} running`);
  if (!head.what) parts.splice(0, 1, store.count ? "No gRPC call" : head.open ? "Recording" : "Nothing recorded");
  return [el("div", { class: "gv-call-line" },
    el("strong", {}, parts.join(", ")), store.count ? fact(counted(head.frames, "frame"), "frames") : null,
    store.count ? weight(head) : null)];
}

function outcome(call) {
  return el("strong", { class: `gv-call-outcome gv-call-is-${call.state}` },
    el("span", { "aria-hidden": "true" }, `${call.sign} `), el("bdi", {}, call.word));
}

function methodName(call) {
  return el("span", { class: "gv-call-method" },
    el("bdi", { class: "gv-muted" }, call.service ? `${call.service}/` : ""), el("bdi", { class: "gv-call-name" }, call.method));
}

function fact(text, name) {
  return el("span", { class: `gv-call-fact gv-call-fact-${name}` }, text);
}

function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Payload against all bytes on the wire, in words and as a bar. */
function weight({ payload, wire, goods }) {
  const share = wire ? Math.min(100, (100 * payload) / wire) : 0;
  return el("span", { class: "gv-call-fact gv-call-weight" },
    el("span", { class: "gv-call-bar", "aria-hidden": "true" }, el("span", { style: `width: ${share.toFixed(1)}%` })),
    `${fmtBytes(payload)} of ${goods} in ${fmtBytes(wire)} on the wire`);
}

function remarks(store) {
  const { head } = store;
  const notes = [...head.notes];
  if (head.hidden) {
    notes.push(`Too much to draw: these are the first ${store.count.toLocaleString("en")} of `
      + `${head.frames.toLocaleString("en")} frames. The summary counts all; text() and save() give all.`);
  }
  return notes;
}

/** The list of calls: the first row stands for all of them. */
function callList(state, onCall, signal) {
  const { store } = state;
  const id = uniqueId("call");
  const node = el("div", {
    class: "gv-call-list gv-scroll", role: "listbox", tabindex: 0, "aria-label": "Calls: choose one to see it alone",
    "data-lm-suppress-shortcuts": "true",
  });
  const count = () => (store.head.calls.length > 1 ? store.head.calls.length + 1 : 0);
  const rows = virtualRows(node, { height: CALL_ROW, count, draw, signal });
  node.append(rows.node);

  function draw(n) {
    const call = store.head.calls[n - 1];
    const selected = n === at();
    const attributes = {
      class: "gv-call-item", role: "option", id: `${id}-${n}`, "data-call": n, "aria-selected": String(selected),
    };
    if (!call) {
      const more = store.head.moreCalls;
      const all = `All ${store.head.what}${more ? `, the first ${count() - 1} listed` : ""}`;
      const heads = ["Outcome", "Messages", "Took", "Payload / wire"];
      return el("div", attributes, el("span", {}), el("span", {}, all),
        ...heads.map((text) => el("span", { class: "gv-muted", "aria-hidden": "true" }, text)));
    }
    return el("div", attributes,
      el("span", { class: "gv-call-time" }, n), methodName(call), outcome(call),
      el("span", {}, `${call.sent.toLocaleString("en")} → ${call.got.toLocaleString("en")} ←`),
      el("span", {}, fmtDuration(call.took)), el("span", {}, `${fmtBytes(call.payload)} / ${fmtBytes(call.wire)}`));
  }
  const at = () => 1 + store.head.calls.findIndex((call) => samePlace(call, state.call));
  const choose = (n) => {
    state.call = store.head.calls[n - 1] ?? null;
    node.setAttribute("aria-activedescendant", `${id}-${n}`);
    rows.refresh(true);
    rows.reveal(n);
    onCall();
  };
  node.addEventListener("click", (event) => {
    const row = event.target.closest("[data-call]");
    if (row) choose(Number(row.dataset.call));
  }, { signal });
  node.addEventListener("keydown", (event) => {
    const to = placeAfter(event.key, at(), count(), 5);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(to);
  }, { signal });
  return { node, update: () => rows.refresh(true) };
}
