// The call view: summary, three faces of one capture, and beneath them the bytes of the selected frame.
/* global el, CallStore, bytesPanes, callDiagram, callLanes, callSummary, callWindows, uniqueId */

const FACES = [["frames", "Frames"], ["streams", "Streams"], ["windows", "Flow control"]];
const FEW = 12; // so many frames that serve the connection are shown at first: more would bury the call

function start() {
  const store = new CallStore();
  const views = new Set();
  const tell = (what) => views.forEach((view) => view(what));

  /** What the kernel sends from now on belongs to the widget, however many pictures of it there are. */
  function initialize({ model }) {
    const take = (content, records, raw) => {
      if (store.apply(content, records, raw)) tell("frames");
      else model.send({ type: "frames", have: store.count });
    };
    const hear = (content, buffers) => {
      if (content.type === "batch") take(content, ...buffers);
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
    };
    model.on("msg:custom", hear);
    const snapshot = model.get("snapshot");
    if (snapshot) take(snapshot, snapshot.records, snapshot.raw);
    // What came between the snapshot and now was missed.
    if (store.head.open) model.send({ type: "frames", have: store.count });
    return () => model.off("msg:custom", hear);
  }

  function render({ model, el: host }) {
    const stop = new AbortController();
    const view = callView(store, model, stop.signal);
    host.append(view.node);
    views.add(view.update);
    view.update("frames");
    return () => {
      views.delete(view.update);
      stop.abort();
    };
  }
  return { initialize, render };
}

function callView(store, model, signal) {
  const state = { store, frame: null, call: null, control: false, face: model.get("face") };
  let wished = model.get("control"); // null: by the number of frames
  const select = (frame) => {
    state.frame = frame;
    current().select();
    detail.show(frame);
  };
  const summary = callSummary(state, () => {
    if (state.frame !== null && !store.shown(state.frame, state)) state.frame = null;
    update("call");
  }, signal);
  const faces = { frames: callDiagram(state, select, labelsOnDemand(store, model), signal), streams: callLanes(state, select, signal), windows: callWindows(state, signal) };
  const current = () => faces[state.face];
  const tabs = faceTabs(state, (face) => {
    state.face = face;
    model.set("face", face);
    model.save_changes();
    if (face === "windows") model.send({ type: "windows" });
    update("face");
  }, signal);
  const box = el("input", { type: "checkbox" });
  const boxText = el("span", {});
  const toggle = el("label", { class: "gv-call-toggle" }, box, boxText);
  box.addEventListener("change", () => {
    wished = box.checked;
    update("control");
  }, { signal });
  const detail = frameDetail(store, model, signal);
  const stage = el("div", { class: "gv-call-stage", role: "tabpanel", id: tabs.panel });
  const hint = el("p", { class: "gv-call-empty" });
  const news = el("div", { class: "gv-sr", role: "status" });
  const body = el("div", { class: "gv-call-body" }, stage, detail.node);
  const bar = el("div", { class: "gv-call-bar-top" }, tabs.node, toggle);
  const node = el("div", { class: "gv gv-call" },
    el("div", { class: "gv-call-inner" }, summary.node, bar, hint, body, news));

  let wasOpen = store.head.open;
  function update(what) {
    if (what === "detail") return detail.refresh();
    if (what === "labels") return current().select();
    const empty = store.count === 0;
    node.dataset.state = empty ? "empty" : store.head.open ? "running" : store.head.hidden ? "full" : "done";
    node.dataset.frames = store.count;
    const own = store.controls();
    state.control = wished ?? (own <= FEW || own === store.count);
    box.checked = state.control;
    boxText.textContent = `Connection frames (${own.toLocaleString("en")})`;
    toggle.hidden = own === 0 || state.call !== null || state.face === "windows";
    bar.hidden = body.hidden = empty;
    body.dataset.face = state.face;
    detail.node.hidden = state.face === "windows";
    hint.hidden = !empty;
    if (empty) hint.replaceChildren(...emptyText(store.head.open));
    summary.update();
    if (stage.firstChild !== current().node) stage.replaceChildren(current().node);
    const before = state.frame;
    // Lanes are looked at as a whole first.
    const looked = (what === "frames" || what === "face") && state.face === "frames";
    if (looked && !store.head.open && before === null) state.frame = firstFrame(state);
    tabs.update();
    current().update();
    if (state.frame !== before || what === "call" || what === "face") current().select();
    if (what === "face") current().reveal();
    detail.show(state.frame);
    if (wasOpen && !store.head.open) news.textContent = `Recording has ended: ${store.count} frames.`;
    wasOpen = store.head.open;
  }
  return { node, update };
}

/** Asks for the labels of the rows in sight, a few at a time; of a recording that runs it would be too many. */
function labelsOnDemand(store, model) {
  const asked = new Set();
  let wanted = [];
  let timer = null;
  return (frame) => {
    if (store.head.open || asked.has(frame)) return;
    asked.add(frame);
    wanted.push(frame);
    timer ??= setTimeout(() => {
      model.send({ type: "labels", frames: wanted.slice(-100) });
      [timer, wanted] = [null, []];
    }, 100);
  };
}

function emptyText(open) {
  if (open) return ["Nothing has come yet: the picture grows with the first call."];
  return ["Make a call inside ", el("code", {}, "with wire.capture() as call:"), ", through a channel to ",
    el("code", {}, "wire.address"), "."];
}

/** What is looked at first: the first message, or else the first frame that belongs to a call. */
function firstFrame(state) {
  const { store } = state;
  let found = null;
  for (let n = 0; n < Math.min(store.count, 500); n++) {
    if (!store.shown(n, state)) continue;
    if (store.kind(n) === "data" && (store.stream(n) || store.exchange(n))) return n;
    if (found === null && store.kind(n) !== "control" && store.kind(n) !== "tcp") found = n;
  }
  return found;
}

function faceTabs(state, onFace, signal) {
  const panel = uniqueId("face");
  const buttons = FACES.map(([face, text]) => el("button", { type: "button", role: "tab", "aria-controls": panel, "data-face": face }, text));
  const node = el("div", { class: "gv-call-tabs", role: "tablist", "aria-label": "Faces", "data-lm-suppress-shortcuts": "true" }, ...buttons);
  const update = () => buttons.forEach((button) => {
    const on = button.dataset.face === state.face;
    button.setAttribute("aria-selected", String(on));
    button.tabIndex = on ? 0 : -1;
  });
  node.addEventListener("click", (event) => {
    const face = event.target.closest("button")?.dataset.face;
    if (face && face !== state.face) onFace(face);
  }, { signal });
  node.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = FACES.findIndex(([face]) => face === state.face);
    const to = (at + step + FACES.length) % FACES.length;
    onFace(FACES[to][0]);
    buttons[to].focus();
  }, { signal });
  return { node, panel, update };
}

/** The selected frame: a sentence, its bytes, and what they mean. */
function frameDetail(store, model, signal) {
  const panes = bytesPanes(signal);
  const title = el("div", { class: "gv-call-which" });
  const say = el("p", { class: "gv-call-say", "aria-live": "polite" });
  const node = el("div", { class: "gv-call-detail" }, title, say, panes.node);
  let frame = null;
  let drawn = null;
  let late;

  function refresh() {
    if (frame === null) {
      title.replaceChildren();
      say.textContent = store.head.open ? "" : "Select a frame to see its bytes: click it, or use Tab and the arrow keys.";
      panes.node.hidden = true;
      drawn = null;
      return;
    }
    const known = store.details.get(frame);
    title.replaceChildren(el("span", { class: "gv-call-chip" }, store.name(frame)),
      el("span", { class: "gv-muted" }, `frame ${frame + 1} of ${store.count.toLocaleString("en")}, ${store.way(frame)}`));
    title.className = `gv-call-which gv-call-${store.kind(frame)}`;
    if (known === drawn && known) return;
    clearTimeout(late);
    drawn = known;
    panes.node.hidden = !known || known.length + known.cut === 0;
    if (known) {
      say.textContent = known.say;
      panes.show(known.bytes, known.tree, known.cut);
      return;
    }
    say.textContent = "";
    late = setTimeout(() => {
      say.textContent = "The bytes come from the kernel, which is busy or gone. They are shown when it answers.";
    }, 600);
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

export default start;
