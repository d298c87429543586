// What is above the picture: how the call went and what it cost; for several calls a list to choose from.

import { el, on, setMarkup, uniqueId } from "../kit/dom.js";
import { onKeys, placeAfter } from "../kit/keys.js";
import { fmtBytes, fmtDuration, grouped } from "../kit/text.js";
import { virtualRows } from "../kit/virtual_rows.js";
import { samePlace } from "./store.js";

/**
 * @import { Call, Place, State } from "./messages"
 * @import { CallStore } from "./store"
 */

const CALL_ROW = 26;

/**
 * Returns { node, update(), choose(place) }. A call chosen in the list, or by its place, becomes `state.call`; `onCall()` is
 * told. `choose` returns whether there is such a call.
 * @param {State} state @param {() => void} onCall @param {AbortSignal} signal
 */
export function callSummary(state, onCall, signal) {
  const { store } = state;
  const title = el("div.gv-call-title");
  const list = callList(state, onCall, signal);
  const notes = el("div");
  const node = el("div.gv-call-summary", title, list.node, notes);
  return {
    node,
    update() {
      const { calls } = store.head;
      setMarkup(title, store.head.html);
      // Lanes are a list of the calls already.
      list.node.hidden = calls.length < 2 || (state.tab === "streams" && !state.call);
      if (calls.length > 1) list.update();
      notes.replaceChildren(...remarks(store).map((text) => el("p.gv-call-note", text)));
    },
    choose: list.chooseAt,
  };
}

/** @param {Call} call */
function outcome(call) {
  return el("strong", { class: `gv-call-outcome gv-call-is-${call.state}` }, [
    el("span", { "aria-hidden": "true" }, `${call.sign} `),
    el("bdi", call.word),
  ]);
}

/** @param {Call} call */
function methodName(call) {
  return el("span.gv-call-method", [
    el("bdi.gv-muted", call.service ? `${call.service}/` : ""),
    el("bdi.gv-call-name", call.method),
  ]);
}

/** @param {CallStore} store */
function remarks(store) {
  const { head } = store;
  const notes = [...head.notes];
  if (head.hidden) {
    notes.push(
      `Too much to draw: these are the first ${grouped(store.count)} of ` +
        `${grouped(head.frames)} frames. The summary counts all; text() and save() give all.`,
    );
  }
  return notes;
}

/**
 * The list of calls: the first row stands for all of them.
 * @param {State} state @param {() => void} onCall @param {AbortSignal} signal
 */
function callList(state, onCall, signal) {
  const { store } = state;
  const id = uniqueId("call");
  const node = el("div.gv-call-list.gv-scroll", {
    role: "listbox",
    tabindex: 0,
    "aria-label": "Calls: choose one to see it alone",
  });
  const count = () => (store.head.calls.length > 1 ? store.head.calls.length + 1 : 0);
  const rows = virtualRows(node, { height: CALL_ROW, count, draw, signal });
  node.append(rows.node);

  function draw(n) {
    const call = store.head.calls[n - 1];
    const selected = n === at();
    const attributes = {
      class: "gv-call-item",
      role: "option",
      id: `${id}-${n}`,
      "data-call": n,
      "aria-selected": String(selected),
    };
    if (!call) {
      const more = store.head.moreCalls;
      const all = `All ${store.head.what}${more ? `, the first ${count() - 1} listed` : ""}`;
      const heads = ["Outcome", "Messages", "Took", "Payload / wire"];
      return el("div", attributes, [
        el("span"),
        el("span", all),
        ...heads.map((text) => el("span.gv-muted", { "aria-hidden": "true" }, text)),
      ]);
    }
    return el("div", attributes, [
      el("span.gv-call-time", n),
      methodName(call),
      outcome(call),
      el("span", `${grouped(call.sent)} → ${grouped(call.got)} ←`),
      el("span", fmtDuration(call.took)),
      el("span", `${fmtBytes(call.payload)} / ${fmtBytes(call.wire)}`),
    ]);
  }
  const at = () => 1 + store.head.calls.findIndex((call) => samePlace(call, state.call));
  const choose = (n) => {
    state.call = store.head.calls[n - 1] ?? null;
    node.setAttribute("aria-activedescendant", `${id}-${n}`);
    rows.refresh(true);
    rows.reveal(n);
    onCall();
  };
  on(node, "click", signal, (event) => {
    const row = event.target.closest("[data-call]");
    if (row) choose(Number(row.dataset.call));
  });
  onKeys(node, signal, ({ key }) => {
    const to = placeAfter(key, at(), count(), 5);
    if (to !== undefined) choose(to);
    return to !== undefined;
  });
  const chooseAt = (/** @type {Place} */ place) => {
    const n = store.head.calls.findIndex((call) => samePlace(call, place));
    if (n >= 0) choose(n + 1);
    return n >= 0;
  };
  return { node, update: () => rows.refresh(true), chooseAt };
}
