// The call view: summary, three tabs of one capture, and beneath them the bytes of the selected frame.

import { bytesPanes } from "../bytes/tree.js";
import { busyNote, together } from "../kit/busy.js";
import { el, on, setText, uniqueId } from "../kit/dom.js";
import { onKeys } from "../kit/keys.js";
import { widget } from "../kit/module.js";
import { grouped } from "../kit/text.js";
import { callDiagram } from "./diagram.js";
import { callLanes } from "./lanes.js";
import { CallStore } from "./store.js";
import { callSummary } from "./summary.js";
import { callWindows } from "./windows.js";

/**
 * @import { Batch, CaptureModel, Tab, Head, State } from "./messages"
 * @import { View } from "../kit/types"
 */

/** @type {[Tab, string][]} */
const TABS = [
  ["frames", "Frames"],
  ["streams", "Streams"],
  ["windows", "Flow control"],
];
const DETAIL_WAITS = "The bytes come from the kernel, which is busy or gone. They are shown when it answers.";
const DETAIL_NOT_SAVED = "This page has the bytes of the first frames. In the notebook every frame can be looked into.";
const FEW = 12; // so many frames that serve the connection are shown at first: more would bury the call

function start() {
  const store = new CallStore();
  const views = new Set();
  const tell = (what) => {
    for (const view of views) view(what);
  };

  /**
   * What the kernel sends from now on belongs to the widget, however many pictures of it there are.
   * @param {{ model: CaptureModel }} widget
   */
  function initialize({ model }) {
    const take = (
      /** @type {Omit<Batch, "type">} */ content,
      /** @type {DataView} */ records,
      /** @type {DataView} */ raw,
    ) => {
      if (store.apply(content, records, raw)) tell("frames");
      else model.send({ type: "frames", have: store.count });
    };
    model.on("msg:custom", (content, buffers) => {
      if (content.type === "batch") take(content, buffers[0], buffers[1]);
      if (content.type === "detail") {
        store.keep(content.frame, content.detail, buffers[0]);
        tell("detail");
      }
      if (content.type === "labels") {
        store.label(content.texts);
        tell("labels");
      }
      if (content.type === "windows") {
        store.windows = content.windows;
        tell("windows");
      }
    });
    const snapshot = model.get("snapshot");
    if (snapshot) take(snapshot, snapshot.records, snapshot.raw);
    // What came between the snapshot and now was missed.
    if (store.head.open) model.send({ type: "frames", have: store.count });
  }

  /** @param {View<CaptureModel>} view */
  function render({ model, el: host, signal }) {
    const view = captureView(store, model, signal);
    host.append(view.node);
    views.add(view.update);
    view.update("frames");
    return () => views.delete(view.update);
  }
  return { initialize, render };
}

/** @param {CallStore} store @param {CaptureModel} model @param {AbortSignal} signal */
function captureView(store, model, signal) {
  /** @type {State} */
  const state = { store, frame: null, call: null, control: false, tab: model.get("tab") };
  let wished = model.get("control"); // null: by the number of frames
  let place = model.get("place"); // of the call that is to be seen alone, until it is there
  const select = (frame) => {
    state.frame = frame;
    current().select();
    detail.show(frame);
  };
  const summary = callSummary(
    state,
    () => {
      if (state.frame !== null && !store.shown(state.frame, state)) state.frame = null;
      update("call");
    },
    signal,
  );
  const pages = {
    frames: callDiagram(state, select, labelsOnDemand(store, model), signal),
    streams: callLanes(state, select, signal),
    windows: callWindows(state, signal),
  };
  const current = () => pages[state.tab];
  const tabs = tabList(
    state,
    (tab) => {
      state.tab = tab;
      model.set("tab", tab);
      model.save_changes();
      if (tab === "windows") model.send({ type: "windows" });
      update("tab");
    },
    signal,
  );
  const box = el("input", { type: "checkbox" });
  const boxText = el("span");
  const toggle = el("label.gv-call-toggle", box, boxText);
  on(box, "change", signal, () => {
    wished = box.checked;
    update("control");
  });
  const detail = frameDetail(store, model, signal);
  const stage = el("div.gv-call-stage", { role: "tabpanel", id: tabs.panel });
  const hint = el("p.gv-call-empty");
  const news = el("div.gv-sr", { role: "status" });
  const body = el("div.gv-call-body", stage, detail.node);
  const bar = el("div.gv-call-bar-top", tabs.node, toggle);
  const node = el("div.gv.gv-call", el("div.gv-call-inner", summary.node, bar, hint, body, news));

  let wasOpen = store.head.open;
  function update(what) {
    if (what === "detail") return detail.refresh();
    if (what === "labels") return current().select();
    if (place) {
      const wanted = place;
      place = null;
      if (summary.choose(wanted)) return;
      place = wanted;
    }
    const empty = store.count === 0;
    node.dataset.state = empty ? "empty" : store.head.open ? "running" : store.head.hidden ? "full" : "done";
    node.dataset.frames = String(store.count);
    const all = store.controls();
    const own = state.call ? store.controls(state.call) : all;
    state.control = wished ?? (all <= FEW || all === store.count);
    box.checked = state.control;
    setText(boxText, `Connection frames (${grouped(own)} more)`);
    toggle.hidden = own === 0 || state.tab === "windows";
    bar.hidden = body.hidden = empty;
    body.dataset.tab = state.tab;
    detail.node.hidden = state.tab === "windows";
    hint.hidden = !empty;
    if (empty) hint.replaceChildren(...emptyText(store.head));
    summary.update();
    if (stage.firstChild !== current().node) stage.replaceChildren(current().node);
    const before = state.frame;
    // Lanes are looked at as a whole first.
    const looked = (what === "frames" || what === "tab") && state.tab === "frames";
    if (looked && !store.head.open && before === null) state.frame = firstFrame(state);
    tabs.update();
    current().update();
    if (state.frame !== before || what === "call" || what === "tab") current().select();
    if (what === "tab") current().reveal();
    detail.show(state.frame);
    if (wasOpen && !store.head.open) setText(news, `Recording has ended: ${store.count} frames.`);
    wasOpen = store.head.open;
  }
  return { node, update };
}

/**
 * Asks for the labels of the rows in sight, a few at a time; of a recording that runs it would be too many.
 * @param {CallStore} store @param {CaptureModel} model
 */
function labelsOnDemand(store, model) {
  const asked = new Set();
  let wanted = [];
  const ask = together(100, () => {
    model.send({ type: "labels", frames: wanted.slice(-100) });
    wanted = [];
  });
  return (frame) => {
    if (store.head.open || asked.has(frame)) return;
    asked.add(frame);
    wanted.push(frame);
    ask();
  };
}

/** @param {Head} head */
function emptyText({ open, unfinished }) {
  if (unfinished) return ["What has come is not a whole frame yet."];
  if (open) return ["Nothing has come yet: the picture grows with the first call."];
  return [
    "Make a call inside ",
    el("code", "with wire.capture() as call:"),
    ", through a channel to ",
    el("code", "wire.address"),
    ".",
  ];
}

/**
 * What is looked at first: the first message, or else the first frame that belongs to a call.
 * @param {State} state
 */
function firstFrame(state) {
  const { store } = state;
  /** @type {number | null} */
  let found = null;
  for (let n = 0; n < Math.min(store.count, 500); n++) {
    if (!store.shown(n, state)) continue;
    if (store.kind(n) === "data" && (store.stream(n) || store.exchange(n))) return n;
    if (found === null && store.kind(n) !== "control" && store.kind(n) !== "tcp") found = n;
  }
  return found;
}

/** @param {State} state @param {(tab: Tab) => void} onTab @param {AbortSignal} signal */
function tabList(state, onTab, signal) {
  const panel = uniqueId("tab");
  const buttons = TABS.map(([tab, text]) =>
    el("button", { type: "button", role: "tab", "aria-controls": panel, "data-tab": tab }, text),
  );
  const node = el("div.gv-call-tabs", { role: "tablist", "aria-label": "Tabs" }, ...buttons);
  const update = () =>
    buttons.forEach((button) => {
      const chosen = button.dataset.tab === state.tab;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    });
  on(node, "click", signal, (event) => {
    const tab = event.target.closest("button")?.dataset.tab;
    if (tab && tab !== state.tab) onTab(tab);
  });
  onKeys(node, signal, ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return false;
    const at = TABS.findIndex(([tab]) => tab === state.tab);
    const to = (at + step + TABS.length) % TABS.length;
    onTab(TABS[to][0]);
    buttons[to].focus();
    return true;
  });
  return { node, panel, update };
}

/**
 * The selected frame: a sentence, its bytes, and what they mean.
 * @param {CallStore} store @param {CaptureModel} model @param {AbortSignal} signal
 */
function frameDetail(store, model, signal) {
  const panes = bytesPanes(signal);
  const title = el("div.gv-call-which");
  const say = el("p.gv-call-say", { "aria-live": "polite" });
  const node = el("div.gv-call-detail", title, say, panes.node);
  /** @type {number | null} */
  let frame = null;
  /** @type {object | undefined} */
  let drawn;
  const saved = Boolean(model.get("snapshot")?.saved);
  const waiting = saved ? null : busyNote(say, DETAIL_WAITS, 600, signal);

  function refresh() {
    if (frame === null) {
      waiting?.wait.cancel();
      title.replaceChildren();
      setText(say, store.head.open ? "" : "Select a frame to see its bytes: click it, or use Tab and the arrow keys.");
      panes.node.hidden = true;
      drawn = undefined;
      return;
    }
    const known = store.details.get(frame);
    title.replaceChildren(
      el("span.gv-call-chip", store.name(frame)),
      el("span.gv-muted", `frame ${frame + 1} of ${grouped(store.count)}, ${store.way(frame)}`),
    );
    title.className = `gv-call-which gv-call-${store.kind(frame)}`;
    if (known === drawn && known) return;
    waiting?.end();
    drawn = known;
    panes.node.hidden = !known || known.length + known.cut === 0;
    if (known) {
      setText(say, known.say);
      panes.show(known.bytes, known.tree, known.cut);
      return;
    }
    if (waiting) waiting.wait();
    else setText(say, DETAIL_NOT_SAVED);
  }

  return {
    node,
    refresh,
    show(wanted) {
      if (wanted !== null && !store.details.has(wanted) && !store.asked.has(wanted)) {
        store.asked.add(wanted);
        model.send({ type: "detail", frame: wanted });
      }
      frame = wanted;
      refresh();
    },
  };
}

export default () => widget(start());
