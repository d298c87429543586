// Second tab: one lane a stream or HTTP/1.1 exchange, time to the right; requests above the line, answers beneath.

import { el, on, setText, svg, whenResized } from "../kit/dom.js";
import { onKeys, placeAfter } from "../kit/keys.js";
import { counted, fmtDuration } from "../kit/text.js";
import { virtualRows } from "../kit/virtual_rows.js";
import { KINDS, listKey, placeHeading, samePlace } from "./store.js";

/**
 * @import { Place, State } from "./messages"
 * @typedef {Place & { frames: number[] }} Lane
 */

const LANE_HEAD = 28;
const MANY = 7; // more lanes than this are low, so that twenty are on a screen
const GAP = 3; // pixels between two marks that are drawn apart

/**
 * Returns { node, update(), select(), reveal() }, like the diagram.
 * @param {State} state @param {(frame: number) => void} onSelect @param {AbortSignal} signal
 */
export function callLanes(state, onSelect, signal) {
  const { store } = state;
  /** @type {Lane[]} */
  let made = []; // all lanes there are
  /** @type {Lane[]} */
  let lanes = []; // those that are drawn
  let index = new Map();
  let seen = 0;
  let madeFor = "";
  let from = 0;
  let to = 1;
  /** @type {number[]} */
  let ticks = [];

  const scroller = el("div.gv-call-lanes.gv-scroll", {
    tabindex: 0,
    role: "group",
    "aria-label": "Streams and exchanges over time; the arrow keys go through the frames",
  });
  const axis = el("div.gv-call-axis", { "aria-hidden": "true" });
  const low = () => lanes.length > MANY;
  const laneHeight = () => (low() ? 22 : 36);
  const rows = virtualRows(scroller, { height: laneHeight, count: () => lanes.length, draw, signal, head: LANE_HEAD });
  scroller.append(axis, rows.node);
  const pace = el("p.gv-muted");
  const legend = el("p.gv-call-legend");
  const node = el("div", scroller, el("div.gv-call-beneath", pace, legend));

  function extend() {
    const key = listKey(state);
    if (key !== madeFor) {
      made = [];
      index = new Map();
      seen = 0;
      from = Infinity;
      to = 0;
    }
    madeFor = key;
    const before = made.length;
    for (; seen < store.count; seen++) {
      if (!store.shown(seen, state)) continue;
      const place = { connection: store.connection(seen), stream: store.stream(seen), exchange: store.exchange(seen) };
      const name = `${place.connection}/${place.stream}/${place.exchange}`;
      let lane = index.get(name);
      if (!lane) {
        lane = { ...place, frames: [] };
        index.set(name, lane);
        made.push(lane);
      }
      lane.frames.push(seen);
      from = Math.min(from, store.time(seen));
      to = Math.max(to, store.time(seen));
    }
    const order = (a, b) => a.connection - b.connection || a.exchange - b.exchange || a.stream - b.stream;
    if (made.length > before) made.sort(order);
    lanes = made.filter(worthwhile);
    if (!lanes.length) lanes = made;
  }

  /** Of many connections, those that were opened and closed and nothing else need no lane for that. */
  function worthwhile(lane) {
    return (
      lane.stream ||
      lane.exchange ||
      state.control ||
      made[0].connection === made[made.length - 1].connection ||
      lane.frames.some((n) => store.kind(n) !== "tcp")
    );
  }

  let [width, labelWidth] = [80, 104]; // pixels: of the drawing, and of what stands before it
  let scale = 1; // pixels a second
  const x = (time) => 10 + (time - from) * scale;
  const several = () => lanes.length > 0 && lanes[lanes.length - 1].connection !== lanes[0].connection;

  function draw(n) {
    const lane = lanes[n];
    const call = store.head.calls.find((each) => samePlace(each, lane));
    const first = n === 0 || lanes[n - 1].connection !== lane.connection;
    return el("div", { class: `gv-call-lanerow${first ? " gv-call-first" : ""}`, "data-lane": n }, [
      el(
        "div",
        { class: `gv-call-lanename${low() ? " gv-call-oneline" : ""}`, style: nameStyle(call) },
        name(lane, call),
      ),
      picture(lane, call),
    ]);
  }

  const narrow = () => labelWidth < 200;
  const nameStyle = (call) => {
    const columns =
      !low() || !call
        ? ""
        : `; grid-template-columns: ${several() || narrow() ? 40 : call.exchange ? 92 : 76}px minmax(0, 1fr) auto`;
    return `width: ${labelWidth}px${columns}`;
  };

  /** What stands before a lane: where, what, and how it ended; in a narrow picture the numbers and signs of it. */
  function name(lane, call) {
    const number = lane.stream || lane.exchange;
    const kind = lane.stream ? "stream" : "exchange";
    const of = several() ? `${lane.connection}·` : "";
    const where = !number
      ? `connection ${lane.connection}`
      : low() && (of || narrow())
        ? `${of}${number}`
        : `${of ? `connection ${lane.connection}, ` : ""}${kind} ${number}`;
    if (!call) return [el("span", { class: number ? "gv-muted" : "gv-call-name" }, where)];
    const what = el("bdi.gv-call-name", { title: call.method }, call.method);
    const end = el("span", { class: `gv-call-outcome gv-call-is-${call.state}` }, [
      call.sign,
      low() && narrow() ? "" : el("bdi", ` ${call.short}`),
    ]);
    return low() ? [el("span.gv-muted", where), what, end] : [what, el("span.gv-muted", `${where} `, end)];
  }

  function picture(lane, call) {
    const spots = places(lane);
    const paths = KINDS.map(() => /** @type {string[]} */ ([]));
    const last = new Float64Array(2 * KINDS.length).fill(-Infinity);
    for (let place = 0; place < lane.frames.length; place++) {
      const n = lane.frames[place];
      const [kind, back] = [KINDS.indexOf(store.kind(n)), store.toClient(n)];
      const key = 2 * kind + Number(back);
      const at = spots(place);
      // Marks that would lie on each other are one: a long stream becomes a solid band.
      if (at - last[key] < GAP) continue;
      last[key] = at;
      paths[kind].push(mark(KINDS[kind], at, back, laneHeight()));
    }
    const [began, ended] = [store.time(lane.frames[0]), store.time(lane.frames[lane.frames.length - 1])];
    const chosen = state.frame === null ? -1 : lane.frames.indexOf(state.frame);
    const high = laneHeight();
    const side = high * 0.22;
    return svg(
      "svg.gv-call-lanesvg",
      { width: width, height: high, role: "img", "aria-label": words(lane, call, began, ended) },
      [
        ...ticks.map((time) => svg("line.gv-call-grid", { x1: x(time), x2: x(time), y1: 0, y2: high })),
        svg("line.gv-call-life", { x1: x(began), x2: x(ended), y1: high / 2, y2: high / 2 }),
        call?.line
          ? svg("line.gv-call-queue", { x1: x(call.line[0]), x2: x(call.line[1]), y1: high / 2, y2: high / 2 })
          : null,
        ...paths.map(
          (marks, kind) => marks.length > 0 && svg("path", { class: `gv-call-mark-${KINDS[kind]}`, d: marks.join("") }),
        ),
        chosen < 0
          ? null
          : svg("circle.gv-call-ring", {
              cx: spots(chosen),
              cy: high / 2 + (store.toClient(lane.frames[chosen]) ? side : -side),
              r: high * 0.22,
            }),
      ],
    );
  }

  function words(lane, call, began, ended) {
    const number = lane.stream || lane.exchange;
    const where = number ? `${lane.stream ? "stream" : "exchange"} ${number}` : `connection ${lane.connection}`;
    const queued = call?.line ? `, waited in line ${fmtDuration(call.line[1] - call.line[0])}` : "";
    return `${call ? `${call.method}, ${call.word}, ` : ""}${where}: ${counted(lane.frames.length, "frame")} from ${fmtDuration(began)} to ${fmtDuration(ended)}${queued}`;
  }

  /** Where the marks of a lane are: few marks make room for each other, by a few pixels. */
  function places(lane) {
    if (lane.frames.length > 60) return (place) => 10 + (store.time(lane.frames[place]) - from) * scale;
    const last = [-Infinity, -Infinity];
    const spots = lane.frames.map((n) => {
      const side = store.toClient(n) ? 1 : 0;
      const at = x(store.time(n));
      last[side] = Math.max(at, Math.min(last[side] + 8, at + 24));
      return last[side];
    });
    return (place) => spots[place];
  }

  function nearest(event) {
    const lane = lanes[event.target.closest("[data-lane]")?.dataset.lane];
    const drawing = event.target.closest("[data-lane]")?.querySelector("svg");
    if (!lane || !drawing) return null;
    const box = drawing.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const spots = places(lane);
    /** @type {number | null} */
    let best = null;
    let least = Infinity;
    lane.frames.forEach((n, place) => {
      const far = Math.abs(spots(place) - px) + (store.toClient(n) === py > laneHeight() / 2 ? 0 : 12);
      if (far < least) [best, least] = [n, far];
    });
    return best;
  }
  on(scroller, "click", signal, (event) => {
    const n = nearest(event);
    if (n !== null) onSelect(n);
  });
  onKeys(scroller, signal, (event) => {
    const key = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" }[event.key] ?? event.key;
    const all = [];
    for (let n = 0; n < store.count; n++) if (store.shown(n, state)) all.push(n);
    const place = placeAfter(key, state.frame === null ? -1 : all.indexOf(state.frame), all.length, 20);
    if (place === undefined) return false;
    onSelect(all[place]);
    api.reveal();
    return true;
  });
  whenResized(scroller, signal, () => api.update());

  const api = {
    node,
    update() {
      if (!scroller.isConnected) return;
      extend();
      const room = scroller.clientWidth;
      labelWidth = room < 560 ? (low() ? 152 : 104) : room < 800 ? 240 : 352;
      width = Math.max(80, room - labelWidth - 28);
      scale = (width - 20) / (to - from || 1);
      ticks = lanes.length ? timeTicks(from, to, width) : [];
      const heading = placeHeading(
        several(),
        lanes.some((lane) => lane.stream),
        lanes.some((lane) => lane.exchange),
      );
      axis.replaceChildren(
        el("span.gv-call-lanename", { style: `width: ${labelWidth}px` }, heading),
        svg(
          "svg",
          { width: width, height: LANE_HEAD },
          ticks.map((time) =>
            svg(
              "text",
              { x: x(time), y: 18, "text-anchor": x(time) < 24 ? "start" : x(time) > width - 24 ? "end" : "middle" },
              [fmtDuration(time)],
            ),
          ),
        ),
      );
      setText(pace, state.call ? "" : store.head.pace);
      legend.replaceChildren(...laneLegend(store.head.calls.some((call) => call.line)));
      rows.refresh(true);
    },
    select: () => rows.refresh(true),
    reveal() {
      const place = lanes.findIndex((lane) => lane.frames.some((n) => n === state.frame));
      if (place >= 0) rows.reveal(place);
    },
  };
  return api;
}

function laneLegend(queued) {
  const sample = (shape, text) =>
    el("span.gv-call-sample", [
      svg("svg", { width: 16, height: 12, viewBox: "-8 -6 16 12", "aria-hidden": "true" }, shape),
      text,
    ]);
  const head = (back) => svg("path.gv-call-mark-headers", { d: mark("headers", 0, back, 0) });
  return [
    sample(head(false), "to the server, above the line"),
    sample(head(true), "to the client, beneath it"),
    sample(svg("path.gv-call-mark-data", { d: mark("data", 0, false, 0) }), "data"),
    ...(queued ? [sample(svg("line.gv-call-queue", { x1: -8, x2: 8, y1: 0, y2: 0 }), "waits in line")] : []),
  ];
}

/**
 * Requests are above the line and point right, answers beneath it and point left; the shape tells the kind.
 * @param {string} kind @param {number} x @param {boolean} back @param {number} high
 */
function mark(kind, x, back, high) {
  const r = high > 30 ? 6 : 4;
  const y = high / 2 + high * (back ? 0.22 : -0.22);
  const at = x.toFixed(1);
  const way = (back ? -1 : 1) * Math.round(r * 0.7);
  if (kind === "data") return `M${at} ${y - r}h0v${2 * r}h0z`;
  if (kind === "reset" || kind === "malformed")
    return `M${(x - r + 1).toFixed(1)} ${y - r + 1}l${2 * r - 2} ${2 * r - 2}m0 ${2 - 2 * r}l${2 - 2 * r} ${2 * r - 2}`;
  if (kind === "control" || kind === "tcp") return `M${at} ${y - r / 2}v${r}`;
  return `M${(x - way).toFixed(1)} ${y - r}l${2 * way} ${r}l${-2 * way} ${r}z`;
}

/**
 * Round times between two, so many that their labels have room on `width` pixels.
 * @param {number} from @param {number} to @param {number} width
 */
export function timeTicks(from, to, width) {
  if (!(to > from)) return [from];
  const rough = (to - from) / Math.max(1, width / 90);
  const scale = 10 ** Math.floor(Math.log10(rough));
  const step = scale * ([1, 2, 5].find((each) => each * scale >= rough) ?? 10);
  const ticks = [];
  for (let n = Math.ceil(from / step); n * step <= to + step / 1e6; n++) ticks.push(n * step);
  return ticks;
}
