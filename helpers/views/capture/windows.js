// Third tab: flow control. How much a sender may still send, over time; at zero it must wait.

import { el, svg, whenResized } from "../kit/dom.js";
import { fmtBytes, fmtDuration } from "../kit/text.js";
import { timeTicks } from "./lanes.js";
import { samePlace } from "./store.js";

/**
 * @import { State, WindowLine } from "./messages"
 * @import { CallStore } from "./store"
 */

const PLOT = 132;
const STRIP = 60; // of one window among several
const AXIS = 20;
const MARGIN = { left: 68, right: 16, top: 10, bottom: 24 };
const DASHES = ["", "6 3"];

/**
 * Returns { node, update() }.
 * @param {State} state @param {AbortSignal} signal
 */
export function callWindows(state, signal) {
  const { store } = state;
  const node = el("div.gv-call-windows.gv-scroll", {
    tabindex: 0,
    role: "group",
    "aria-label": "Flow-control windows over time",
  });
  const update = () => {
    if (!node.isConnected) return;
    if (!store.windows) {
      node.replaceChildren(el("p.gv-muted.gv-call-hint", "Asking the kernel for the windows…"));
      return;
    }
    const series = store.windows.series.filter(
      (line) =>
        !state.call ||
        (line.connection === state.call.connection && (line.stream === 0 || line.stream === state.call.stream)),
    );
    const panels = new Map();
    for (const line of series) {
      const key = `${line.connection} ${line.toServer}`;
      (panels.get(key) ?? panels.set(key, []).get(key)).push(line);
    }
    // A direction in which only the connection's window moved had no data to speak of.
    const several = new Set(series.map((line) => line.connection)).size > 1;
    const width = Math.max(320, node.clientWidth - 24);
    const drawn = [...panels.values()]
      .sort((a, b) => tightest(a).share - tightest(b).share)
      .map((lines) => panel(store, lines, width, several));
    const more = store.windows.more;
    node.replaceChildren(
      ...(drawn.length ? drawn : [el("p.gv-muted.gv-call-hint", nothing(store))]),
      more ? el("p.gv-muted", `${more} more streams, with more room than these.`) : "",
    );
  };
  whenResized(node, signal, update);
  return { node, update, select() {}, reveal() {} };
}

/** @param {CallStore} store */
function nothing({ head }) {
  const plain = head.calls.length > 0 && head.calls.every((call) => call.exchange);
  return plain
    ? "HTTP/1.1 has no windows of its own: TCP alone holds a sender back."
    : "No data was sent, so no window has moved.";
}

/**
 * Where the sender came closest to having no room: the bytes left, of how many, and the share.
 * @param {WindowLine[]} lines
 */
export function tightest(lines) {
  let found = { left: 0, of: 0, share: Infinity };
  for (const line of lines) {
    let of = -Infinity;
    for (const left of line.w) {
      of = Math.max(of, left);
      if (left / of < found.share) found = { left, of, share: left / of };
    }
  }
  return found;
}

/**
 * The stretches of time in which a line was at or below zero, as [from, to] in seconds.
 * @param {WindowLine} line
 */
export function waits(line) {
  const found = [];
  for (let n = 0; n + 1 < line.t.length; n++) {
    if (line.w[n] > 0 || line.t[n + 1] <= line.t[n]) continue;
    const last = found[found.length - 1];
    if (last && last[1] === line.t[n]) last[1] = line.t[n + 1];
    else found.push([line.t[n], line.t[n + 1]]);
  }
  return found;
}

/** @param {CallStore} store @param {WindowLine[]} lines @param {number} width @param {boolean} several */
function panel(store, lines, width, several) {
  const waited = covered(lines.flatMap(waits));
  const tight = tightest(lines);
  const [sender, receiver] = lines[0].toServer ? ["client", "server"] : ["server", "client"];
  const where = several ? ` on connection ${lines[0].connection}` : "";
  const title = el("strong", `What the ${sender} may still send to the ${receiver}${where}`);
  const all = { lines, width, sender, title, names: lines.map((line) => lineName(store, line)), waited };
  if (tight.share > 0.9) {
    return el("section.gv-call-panel", title, el("p.gv-muted", verdict(lines, sender)));
  }
  // Two lines can be told apart in one plot, more of them cover each other.
  return el("section.gv-call-panel", ...(lines.length > 2 ? strips(all) : overlay(all)));
}

/** @param {CallStore} store @param {WindowLine} line */
function lineName(store, line) {
  if (!line.stream) return "whole connection";
  const call = store.head.calls.find((each) => samePlace(each, { ...line, exchange: 0 }));
  return `stream ${line.stream}${call ? `, ${call.method}` : ""}`;
}

/**
 * How it went for the sender, in a sentence.
 * @param {WindowLine[]} lines @param {string} sender
 */
function verdict(lines, sender) {
  const waited = covered(lines.flatMap(waits));
  const tight = tightest(lines);
  return waited > 0
    ? `The ${sender} had to wait ${fmtDuration(waited)}: no room was left.`
    : `At the least, ${fmtBytes(tight.left)} of ${fmtBytes(tight.of)} were left: the ${sender} never had to wait.`;
}

/** All windows in one plot. */
function overlay({ lines, width, sender, title, names, waited }) {
  const told = verdict(lines, sender);
  const frame = plotFrame(lines, width, PLOT);
  return [
    el("div.gv-call-line", title, legend(lines, names, waited > 0)),
    svg(
      "svg.gv-call-plot",
      { width, height: PLOT, role: "img", "aria-label": `${title.textContent}: ${names.join(", ")}. ${told}` },
      [
        ...waitBands(lines, frame),
        ...grid(frame, width, [0, frame.high / 2, frame.high]),
        ...times(frame, width, PLOT - 6),
        ...lines.map((line, n) => plotLine(line, n, frame)),
      ],
    ),
    el("p", { class: waited > 0 ? "gv-call-waited" : "gv-muted" }, told),
  ];
}

/** A strip for each window, on one scale, with one time axis beneath them. */
function strips({ lines, width, sender, title, names, waited }) {
  const frame = plotFrame(lines, width, STRIP, 4);
  const parts = lines.map((line, n) => {
    const told = verdict([line], sender);
    return [
      el("div.gv-call-line.gv-call-strip", [
        el("span", names[n]),
        el("span", { class: waits(line).length ? "gv-call-waited" : "gv-muted" }, told),
      ]),
      svg(
        "svg.gv-call-plot",
        { width, height: STRIP, role: "img", "aria-label": `${title.textContent}, ${names[n]}. ${told}` },
        [
          ...waitBands([line], frame),
          ...grid(frame, width, [0, frame.high]),
          plotLine(line, line.stream ? 1 : 0, frame),
        ],
      ),
    ];
  });
  return [
    el("div.gv-call-line", title, legend([], [], waited > 0)),
    ...parts.flat(),
    svg("svg.gv-call-plot", { width, height: AXIS, "aria-hidden": "true" }, ...times(frame, width, AXIS - 6)),
  ];
}

/** The scales of a plot: from times and sizes to pixels. */
function plotFrame(lines, width, height, bottom = MARGIN.bottom) {
  const from = Math.min(...lines.map((line) => line.t[0]));
  const to = Math.max(...lines.map((line) => line.t[line.t.length - 1]));
  const high = Math.max(1, ...lines.map((line) => Math.max(...line.w)));
  const least = Math.min(0, ...lines.map((line) => Math.min(...line.w)));
  const [inner, drop] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - bottom];
  const x = (time) => MARGIN.left + ((time - from) / (to - from || 1)) * inner;
  const y = (size) => MARGIN.top + (1 - (size - least) / (high - least)) * drop;
  return { from, to, high, inner, drop, x, y };
}

function waitBands(lines, { x, drop }) {
  return lines
    .flatMap(waits)
    .map(([start, end]) =>
      svg("rect.gv-call-wait", { x: x(start), width: Math.max(1, x(end) - x(start)), y: MARGIN.top, height: drop }),
    );
}

function grid({ y }, width, sizes) {
  return sizes.flatMap((size) => [
    svg("line", {
      class: size ? "gv-call-grid" : "gv-call-zero",
      x1: MARGIN.left,
      x2: width - MARGIN.right,
      y1: y(size),
      y2: y(size),
    }),
    svg("text", { x: MARGIN.left - 8, y: y(size) + 4, "text-anchor": "end" }, fmtBytes(Math.round(size))),
  ]);
}

function times({ from, to, inner, x }, width, y) {
  return timeTicks(from, to, inner).map((time) =>
    svg("text", { x: x(time), y, "text-anchor": x(time) > width - 40 ? "end" : "middle" }, fmtDuration(time)),
  );
}

function plotLine(line, n, { x, y }) {
  return svg("path", { class: lineClass(line, n), "stroke-dasharray": dashes(line, n), d: steps(line, x, y) });
}

function steps(line, x, y) {
  let path = `M${x(line.t[0]).toFixed(1)} ${y(line.w[0]).toFixed(1)}`;
  for (let n = 1; n < line.t.length; n++) path += `H${x(line.t[n]).toFixed(1)}V${y(line.w[n]).toFixed(1)}`;
  return path;
}

/**
 * Seconds covered by stretches that may overlap.
 * @param {[from: number, to: number][]} stretches
 */
export function covered(stretches) {
  let sum = 0;
  let end = -Infinity;
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}

const lineClass = (line, n) =>
  line.stream ? `gv-call-window gv-call-window-${n % 2 ? "a" : "b"}` : "gv-call-window gv-call-shared";
const dashes = (line, n) => (line.stream ? DASHES[(n + 1) % 2] || null : null);

function legend(lines, names, waited) {
  const sample = (shape, text) =>
    el("span.gv-call-sample", svg("svg", { width: 24, height: 12, "aria-hidden": "true" }, shape), text);
  const shown = lines.map((line, n) =>
    sample(
      svg("line", { class: lineClass(line, n), "stroke-dasharray": dashes(line, n), x1: 0, x2: 24, y1: 6, y2: 6 }),
      names[n],
    ),
  );
  if (waited) shown.push(sample(svg("rect.gv-call-wait", { width: 24, height: 12 }), "sender must wait"));
  return el("span.gv-call-legend", ...shown);
}
