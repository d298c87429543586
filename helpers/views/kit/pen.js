// A pen for drawing surfaces: mouse, finger or keyboard. What is drawn is sent while it is drawn.

import { findAll, on, svg } from "./dom.js";
import { onKeys } from "./keys.js";

/**
 * @import { PenMessage } from "./types"
 * @typedef {[x: number, y: number]} Point
 * @typedef {object} Stroke
 * @property {string} key
 * @property {SVGPathElement} line
 * @property {string} path what is drawn of it
 * @property {number} count how many points it has
 * @property {PenMessage["points"]} waiting points that are not sent yet
 * @property {Point} last
 * @property {number} began
 * @property {number} spoke when the last message was sent
 * @property {ReturnType<typeof setInterval>} timer
 * @property {number} [pointer] the mouse or finger that draws it
 * @property {boolean} [played] whether the page draws it for the learner
 */

const PEN_BATCH = 50; // milliseconds: twenty batches a second at most
const PEN_ALIVE = 500; // milliseconds: how often a page says that its pen is still down
const PEN_MOST = 5000; // points of one stroke

/**
 * Makes an SVG drawable. The ink stays on the surface until `forget(key)`.
 *
 * surface  the <svg>; it gets the focus, its role and its label are the caller's
 * toUnits  place in the drawing -> [x, y] to send; toView is the inverse
 * step     how far an arrow key moves the pen, in units; `home` is where it starts
 * least    the shortest distance, in units, between two points of a stroke
 * send     sends { phase: "down" | "move" | "up", key, points: [[x, y, seconds]] }
 * tell     says in words what the keyboard's pen does
 * @param {SVGSVGElement} surface
 * @param {{ toUnits(place: Point): Point, toView(units: Point): Point, step: number, home: Point, least: number,
 *   send(message: PenMessage): void, tell(what: string, units: Point): void, signal: AbortSignal }} options
 */
export function pen(surface, { toUnits, toView, step, home, least, send, tell, signal }) {
  const ink = svg("g", { "aria-hidden": "true" });
  const nib = svg("circle.gv-pen-nib", { r: 12 });
  surface.append(ink, nib);
  let at = home;
  /** @type {Stroke | null} */
  let stroke = null;

  const place = (/** @type {Point} */ units) => {
    const [x, y] = toView(units);
    nib.setAttribute("transform", `translate(${x} ${y})`);
  };
  const flush = () => {
    if (!stroke?.waiting.length) return;
    send({ phase: "move", key: stroke.key, points: stroke.waiting });
    stroke.waiting = [];
    stroke.spoke = performance.now();
  };
  const add = (/** @type {Point} */ units) => {
    if (!stroke || stroke.count >= PEN_MOST) return up();
    stroke.count += 1;
    stroke.last = units;
    stroke.waiting.push([...units, (performance.now() - stroke.began) / 1000]);
    const [x, y] = toView(units);
    stroke.path += `${stroke.path ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    stroke.line.setAttribute("d", stroke.count === 1 ? `${stroke.path}h0` : stroke.path);
    at = units;
    place(at);
  };
  const down = (/** @type {Point} */ units) => {
    up();
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const line = svg("path.gv-pen-ink", { "data-key": key });
    ink.append(line);
    const now = performance.now();
    const timer = setInterval(() => {
      flush();
      if (performance.now() - begun.spoke < PEN_ALIVE) return;
      begun.spoke = performance.now();
      send({ phase: "move", key, points: [] });
    }, PEN_BATCH);
    /** @type {Stroke} */
    const begun = { key, line, path: "", began: now, spoke: now, count: 0, waiting: [], last: units, timer };
    stroke = begun;
    send({ phase: "down", key, points: [] });
    add(units);
    surface.classList.add("gv-pen-down");
    return begun;
  };
  const move = (/** @type {Point} */ units) => {
    if (stroke && Math.hypot(units[0] - stroke.last[0], units[1] - stroke.last[1]) >= least) add(units);
  };
  const up = () => {
    if (!stroke) return;
    const ended = stroke;
    stroke = null;
    clearInterval(ended.timer);
    send({ phase: "up", key: ended.key, points: ended.waiting });
    surface.classList.remove("gv-pen-down");
  };

  const units = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(surface.getScreenCTM()?.inverse());
    return toUnits([point.x, point.y]);
  };
  on(surface, "pointerdown", signal, (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault(); // no text selection, and the notebook does not take the focus away
    surface.focus({ preventScroll: true });
    surface.setPointerCapture(event.pointerId);
    surface.classList.add("gv-pen-pointer");
    down(units(event)).pointer = event.pointerId;
  });
  on(surface, "pointermove", signal, (event) => {
    if (stroke?.pointer === event.pointerId) move(units(event));
  });
  for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    on(surface, type, signal, (event) => stroke?.pointer === event.pointerId && up());
  }
  onKeys(surface, signal, (event) => {
    surface.classList.remove("gv-pen-pointer");
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (dx !== undefined) {
      const [x, y] = toView(at);
      const far = step * (event.shiftKey ? 4 : 1);
      const to = toUnits([x + dx * far, y + dy * far]);
      if (stroke) move(to);
      at = to;
      place(at);
      tell(stroke ? "Drawing" : "Pen up", at);
    } else if (event.key === "Enter" || event.key === " ") {
      if (event.repeat) return false;
      if (stroke) up();
      else down(at);
      tell(stroke ? "Pen down" : "Pen up, the stroke has ended", at);
    } else if (event.key === "Escape" && stroke) {
      up();
      tell("Pen up, the stroke has ended", at);
    } else {
      return false;
    }
    return true;
  });
  on(surface, "blur", signal, () => stroke && stroke.pointer === undefined && !stroke.played && up());
  on(document, "visibilitychange", signal, () => document.hidden && up());
  on(window, "pagehide", signal, up);
  signal.addEventListener("abort", up);
  place(at);

  /** Draws `points` over `seconds`, as a hand would; a touch of the learner's own pen ends it. */
  const play = (points, seconds) => {
    const played = down(points[0]);
    played.played = true;
    const began = performance.now();
    let next = 1;
    const timer = setInterval(() => {
      if (stroke !== played) return clearInterval(timer);
      const share = (performance.now() - began) / (1000 * seconds);
      while (next < points.length && next / (points.length - 1) <= share) add(points[next++]);
      if (next < points.length) return;
      clearInterval(timer);
      up();
    }, 40);
  };
  /** The ink of a stroke, where it was drawn here. */
  const line = (/** @type {string} */ key) => findAll(ink, "path").find((node) => node.dataset.key === key);
  /** Takes away the ink of a stroke and of those before it, or of all; a stroke that is being drawn goes on. */
  const forget = (/** @type {string} */ key = "") => {
    const nodes = findAll(ink, "path");
    const last = key === "" ? nodes.length - 1 : nodes.findIndex((node) => node.dataset.key === key);
    for (const node of nodes.slice(0, last + 1))
      if (node !== /** @type {Element | undefined} */ (stroke?.line)) node.remove();
  };
  const owns = (node) => node.parentNode === ink;
  return { play, forget, line, owns };
}
