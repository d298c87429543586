// First tab: two rails, client left and server right, time downwards, one row a frame.

import { el, on, svg, uniqueId } from "../kit/dom.js";
import { onKeys, placeAfter } from "../kit/keys.js";
import { fmtBytes, fmtDuration } from "../kit/text.js";
import { virtualRows } from "../kit/virtual_rows.js";
import { listKey, placeHeading } from "./store.js";

/** @import { State } from "./messages" */

const ROW = 28;
const HEAD = 32;
const PAUSE = 0.01; // seconds without a frame that are marked

/**
 * Returns { node, update(), select(), reveal() }. `state` has the store, the filter and the selected frame.
 * `onUnnamed(n)` is told of rows in sight whose frame may have more to say than its size.
 * @param {State} state @param {(frame: number) => void} onSelect @param {(frame: number) => void} onUnnamed
 * @param {AbortSignal} signal
 */
export function callDiagram(state, onSelect, onUnnamed, signal) {
  const { store } = state;
  const id = uniqueId("frame");
  let list = new Int32Array(1024); // a frame, or -n - 1 for the pause before frame n
  let length = 0;
  let seen = 0; // frames looked at for the list
  let before = -1; // the frame of the last row
  const kinds = { several: false, streams: false, exchanges: false };
  let made = "";

  const node = el("div.gv-call-diagram.gv-scroll", {
    role: "listbox",
    tabindex: 0,
    "aria-label": "Frames, in order of time",
  });
  const heads = el("div.gv-call-row.gv-call-heads", { "aria-hidden": "true" });
  const rows = virtualRows(node, { height: ROW, count: () => length, draw, signal, head: HEAD });
  node.append(heads, rows.node);

  function extend() {
    const key = listKey(state);
    const again = key !== made;
    if (again) length = seen = 0;
    if (again) before = -1;
    made = key;
    for (; seen < store.count; seen++) {
      if (store.connection(seen) !== store.connection(0)) kinds.several = true;
      if (store.stream(seen)) kinds.streams = true;
      if (store.exchange(seen)) kinds.exchanges = true;
      if (!store.shown(seen, state)) continue;
      if (length + 2 > list.length) {
        const more = new Int32Array(2 * list.length);
        more.set(list);
        list = more;
      }
      if (before >= 0 && store.time(seen) - store.time(before) >= PAUSE) list[length++] = -seen - 1;
      list[length++] = seen;
      before = seen;
    }
    return again;
  }

  function draw(place) {
    const n = list[place];
    return n < 0 ? drawPause(place) : drawFrame(n, place);
  }

  function drawPause(place) {
    const pause = store.time(list[place + 1]) - store.time(list[place - 1]);
    return el("div.gv-call-row.gv-call-pause", { role: "presentation" }, [
      el("span"),
      el("span.gv-call-lane", el("span", `… ${fmtDuration(pause)} …`)),
    ]);
  }

  function drawFrame(n, place) {
    const kind = store.kind(n);
    if (kind === "data" && n >= store.named) onUnnamed(n);
    const selected = n === state.frame;
    const back = store.toClient(n);
    const number = store.stream(n) || store.exchange(n);
    const where = kinds.several ? `${store.connection(n)}·${number || "–"}` : number || "–";
    const what = store.exchange(n) ? "exchange" : "stream";
    const words = `${store.name(n)}, ${store.way(n)}, ${fmtDuration(store.time(n))}, ${what} ${where}: ${store.text(n)}`;
    return el(
      "div",
      {
        class: `gv-call-row gv-call-${kind} ${back ? "gv-call-back" : "gv-call-there"}`,
        role: "option",
        id: `${id}-${n}`,
        "aria-selected": String(selected),
        "aria-label": words,
        "aria-posinset": place + 1,
        "aria-setsize": length,
        "data-frame": n,
      },
      [
        el("span.gv-call-time", fmtDuration(store.time(n))),
        el("span.gv-call-lane", [
          arrow(kind, back),
          el("span.gv-call-label", [
            el("span.gv-call-chip", store.name(n)),
            el("bdi.gv-call-text", { title: store.text(n) }, store.text(n)),
          ]),
        ]),
        el("span.gv-call-stream", where),
        el("span.gv-call-size", store.size(n) ? fmtBytes(store.size(n)) : ""),
      ],
    );
  }

  let follow = store.head.open;
  let top = 0;
  node.addEventListener(
    "scroll",
    () => {
      if (node.scrollTop < top - 4) follow = false;
      else if (store.head.open && rows.atEnd()) follow = true;
      top = node.scrollTop;
    },
    { signal, passive: true },
  );

  const places = () => list.subarray(0, length);
  const at = () => (state.frame === null ? -1 : places().indexOf(state.frame));

  on(node, "click", signal, (event) => {
    const row = event.target.closest("[data-frame]");
    if (row) onSelect(Number(row.dataset.frame));
  });
  onKeys(node, signal, ({ key }) => {
    const page = Math.max(1, Math.floor((node.clientHeight - HEAD) / ROW) - 1);
    let to = placeAfter(key, at(), length, page);
    if (to === undefined) return false;
    if (list[to] < 0) to += ["ArrowUp", "PageUp"].includes(key) ? -1 : 1;
    rows.reveal(to);
    onSelect(list[to]);
    return true;
  });

  return {
    node,
    /** Shows what has come; while recording it stays at the end, unless someone has scrolled up. */
    update() {
      const again = extend();
      heads.replaceChildren(
        el("span.gv-call-time", "Time"),
        el("span.gv-call-ends", el("b", "Client"), el("b", "Server")),
        el("span.gv-call-stream", placeHeading(kinds.several, kinds.streams, kinds.exchanges)),
        el("span.gv-call-size", "Size"),
      );
      rows.refresh(again);
      if (follow && node.clientHeight) {
        rows.toEnd();
        top = node.scrollTop;
        follow = store.head.open;
      }
    },
    select() {
      node.setAttribute("aria-activedescendant", state.frame === null ? "" : `${id}-${state.frame}`);
      rows.refresh(true);
    },
    reveal() {
      const place = at();
      if (place >= 0) rows.reveal(place);
    },
  };
}

/** A line from rail to rail; the head's shape and the line's dashes depend on the kind, see style.css. */
function arrow(kind, back) {
  const shape =
    kind === "reset"
      ? "M-9 -5 L0 5 M-9 5 L0 -5"
      : kind === "control" || kind === "tcp"
        ? "M-8 -4 L-1 0 L-8 4"
        : "M-9 -5 L0 0 L-9 5 Z";
  return svg("svg.gv-call-arrow", { "aria-hidden": "true" }, [
    svg("line", { x1: 0, x2: "100%", y1: 14, y2: 14 }),
    svg("circle", { cx: back ? "100%" : 0, cy: 14, r: 3 }),
    svg("svg", { x: back ? 0 : "100%", y: 14, overflow: "visible" }, [
      svg("path", { d: shape, transform: back ? "scale(-1 1)" : null }),
    ]),
  ]);
}
