// Second face: one lane a stream, time to the right; requests above the line, responses beneath it.
/* global el, svg, fmtDuration, virtualRows, placeAfter, whenResized, KINDS */

const LANE = 36;
const LANE_HEAD = 28;
const GAP = 3; // pixels between two marks that are drawn apart

/** Returns { node, update(), select(), reveal() }, like the diagram. */
function callLanes(state, onSelect, signal) {
  const { store } = state;
  let lanes = [];
  let index = new Map();
  let seen = 0;
  let made = "";
  let from = 0;
  let to = 1;

  const node = el("div", {
    class: "gv-call-lanes gv-scroll", tabindex: 0, role: "group", "data-lm-suppress-shortcuts": "true",
    "aria-label": "Streams over time; the arrow keys go through the frames",
  });
  const axis = el("div", { class: "gv-call-axis", "aria-hidden": "true" });
  const rows = virtualRows(node, { height: LANE, count: () => lanes.length, draw, signal, head: LANE_HEAD });
  node.append(axis, rows.node);

  function extend() {
    const key = `${state.call?.connection}/${state.call?.stream}/${state.control}/${store.replaced}`;
    if (key !== made) {
      lanes = [];
      index = new Map();
      seen = 0;
      from = Infinity;
      to = 0;
    }
    made = key;
    for (; seen < store.count; seen++) {
      if (!store.shown(seen, state)) continue;
      const name = store.connection(seen) * 0x100000000 + store.stream(seen);
      let lane = index.get(name);
      if (!lane) {
        lane = { connection: store.connection(seen), stream: store.stream(seen), frames: [] };
        index.set(name, lane);
        lanes.push(lane);
        lanes.sort((a, b) => a.connection - b.connection || a.stream - b.stream);
      }
      lane.frames.push(seen);
      from = Math.min(from, store.time(seen));
      to = Math.max(to, store.time(seen));
    }
  }

  let [width, labelWidth] = [80, 104]; // pixels: of the drawing, and of what stands before it
  let scale = 1; // pixels a second
  const x = (time) => 10 + (time - from) * scale;

  function draw(n) {
    const lane = lanes[n];
    const call = store.head.calls.find((each) => each.connection === lane.connection && each.stream === lane.stream);
    const first = n === 0 || lanes[n - 1].connection !== lane.connection;
    return el("div", { class: `gv-call-lanerow${first ? " gv-call-first" : ""}`, "data-lane": n },
      el("span", { class: "gv-call-lanename", style: `width: ${labelWidth}px` },
        el("bdi", { class: "gv-call-name" }, call ? call.method : lane.stream ? `stream ${lane.stream}` : "connection"),
        el("span", { class: "gv-muted" }, laneNote(lane, call))),
      picture(lane, call));
  }

  function laneNote(lane, call) {
    const several = lanes.length && lanes[lanes.length - 1].connection !== lanes[0].connection;
    const place = [several || !lane.stream ? `connection ${lane.connection}` : "", call ? `stream ${lane.stream}` : ""];
    return `${place.filter(Boolean).join(", ")}${call ? ` ${call.sign}` : ""}`;
  }

  function picture(lane, call) {
    const spots = places(lane);
    const paths = KINDS.map(() => []);
    const last = new Float64Array(2 * KINDS.length).fill(-Infinity);
    for (let place = 0; place < lane.frames.length; place++) {
      const bits = store.bits(lane.frames[place]);
      const [kind, back] = [bits & 0xff, (bits & 0x100) !== 0];
      const key = 2 * kind + back;
      const at = spots(place);
      // Marks that would lie on each other are one: a long stream becomes a solid band.
      if (at - last[key] < GAP) continue;
      last[key] = at;
      paths[kind].push(mark(KINDS[kind], at, back));
    }
    const start = x(store.time(lane.frames[0]));
    const end = x(store.time(lane.frames[lane.frames.length - 1]));
    const chosen = state.frame === null ? -1 : lane.frames.indexOf(state.frame);
    const words = `${call ? `${call.method}, ${call.word}, ` : ""}stream ${lane.stream}: ${lane.frames.length} frames`;
    return svg("svg", { class: "gv-call-lanesvg", width: width, height: LANE, role: "img", "aria-label": words },
      svg("line", { class: "gv-call-life", x1: start, x2: end, y1: LANE / 2, y2: LANE / 2 }),
      ...paths.map((marks, kind) => marks.length > 0
        && svg("path", { class: `gv-call-mark-${KINDS[kind]}`, d: marks.join("") })),
      chosen < 0 ? null : svg("circle", {
        class: "gv-call-ring", cx: spots(chosen), cy: LANE / 2 + (store.toClient(state.frame) ? 8 : -8), r: 8,
      }));
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
    let [best, least] = [null, Infinity];
    lane.frames.forEach((n, place) => {
      const far = Math.abs(spots(place) - px) + (store.toClient(n) === py > LANE / 2 ? 0 : 12);
      if (far < least) [best, least] = [n, far];
    });
    return best;
  }
  node.addEventListener("click", (event) => {
    const n = nearest(event);
    if (n !== null) onSelect(n);
  }, { signal });
  node.addEventListener("keydown", (event) => {
    const key = { ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" }[event.key] ?? event.key;
    const all = [];
    for (let n = 0; n < store.count; n++) if (store.shown(n, state)) all.push(n);
    const place = placeAfter(key, state.frame === null ? -1 : all.indexOf(state.frame), all.length, 20);
    if (place === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onSelect(all[place]);
  }, { signal });
  whenResized(node, () => api.update(), signal);

  const api = {
    node,
    update() {
      if (!node.isConnected) return;
      extend();
      labelWidth = node.clientWidth < 560 ? 104 : 176;
      width = Math.max(80, node.clientWidth - labelWidth - 28);
      scale = (width - 20) / (to - from || 1);
      const ticks = lanes.length ? timeTicks(from, to, width) : [];
      axis.replaceChildren(el("span", { class: "gv-call-lanename", style: `width: ${labelWidth}px` }, "Stream"),
        svg("svg", { width: width, height: LANE_HEAD }, ...ticks.map((time) => svg("text", {
          x: x(time), y: 18, "text-anchor": x(time) < 24 ? "start" : x(time) > width - 24 ? "end" : "middle",
        }, fmtDuration(time)))));
      rows.refresh(true);
    },
    select: () => rows.refresh(true),
    reveal() {
      const place = lanes.findIndex((lane) => lane.frames.includes(state.frame));
      if (place >= 0) rows.reveal(place);
    },
  };
  return api;
}

/** Requests are above the line and point right, responses beneath it and point left; the shape tells the kind. */
function mark(kind, x, back) {
  const y = LANE / 2 + (back ? 8 : -8);
  const at = x.toFixed(1);
  const way = back ? -1 : 1;
  if (kind === "data") return `M${at} ${y - 6}h0v12h0z`;
  if (kind === "reset" || kind === "malformed") return `M${(x - 5).toFixed(1)} ${y - 5}l10 10m0 -10l-10 10`;
  if (kind === "control" || kind === "tcp") return `M${at} ${y - 3}v6`;
  return `M${(x - 4 * way).toFixed(1)} ${y - 6}l${8 * way} 6l${-8 * way} 6z`;
}

/** Round times between two, so many that their labels have room on `width` pixels. */
function timeTicks(from, to, width) {
  if (!(to > from)) return [from];
  const rough = (to - from) / Math.max(1, width / 90);
  const scale = 10 ** Math.floor(Math.log10(rough));
  const step = scale * ([1, 2, 5].find((each) => each * scale >= rough) ?? 10);
  const ticks = [];
  for (let n = Math.ceil(from / step); n * step <= to + step / 1e6; n++) ticks.push(n * step);
  return ticks;
}
