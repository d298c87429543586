// A pen for drawing surfaces: mouse, finger or keyboard. What is drawn is sent while it is drawn.
/* global svg */

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
 */
function pen(surface, { toUnits, toView, step, home, least, send, tell, signal }) {
  const ink = svg("g", { "aria-hidden": "true" });
  const nib = svg("circle", { class: "gv-pen-nib", r: 12 });
  surface.append(ink, nib);
  let at = home;
  let stroke = null;

  const place = (units) => {
    const [x, y] = toView(units);
    nib.setAttribute("transform", `translate(${x} ${y})`);
  };
  const flush = () => {
    if (!stroke || !stroke.waiting.length) return;
    send({ phase: "move", key: stroke.key, points: stroke.waiting });
    stroke.waiting = [];
    stroke.spoke = performance.now();
  };
  const add = (units) => {
    if (stroke.count >= PEN_MOST) return up();
    stroke.count += 1;
    stroke.last = units;
    stroke.waiting.push([...units, (performance.now() - stroke.began) / 1000]);
    const [x, y] = toView(units);
    stroke.path += `${stroke.path ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    stroke.line.setAttribute("d", stroke.count === 1 ? `${stroke.path}h0` : stroke.path);
    at = units;
    place(at);
  };
  const down = (units) => {
    up();
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    const line = svg("path", { class: "gv-pen-ink", "data-key": key });
    ink.append(line);
    const now = performance.now();
    stroke = { key, line, path: "", began: now, spoke: now, count: 0, waiting: [], last: units };
    send({ phase: "down", key, points: [] });
    add(units);
    surface.classList.add("gv-pen-down");
    stroke.timer = setInterval(() => {
      flush();
      if (performance.now() - stroke.spoke < PEN_ALIVE) return;
      stroke.spoke = performance.now();
      send({ phase: "move", key: stroke.key, points: [] });
    }, PEN_BATCH);
    return stroke;
  };
  const move = (units) => {
    if (Math.hypot(units[0] - stroke.last[0], units[1] - stroke.last[1]) >= least) add(units);
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
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(surface.getScreenCTM().inverse());
    return toUnits([point.x, point.y]);
  };
  const on = (type, listener, options = {}) => surface.addEventListener(type, listener, { ...options, signal });
  on("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault(); // no text selection, and the notebook does not take the focus away
    surface.focus({ preventScroll: true });
    surface.setPointerCapture(event.pointerId);
    surface.classList.add("gv-pen-pointer");
    down(units(event));
    stroke.pointer = event.pointerId;
  });
  on("pointermove", (event) => {
    if (stroke?.pointer === event.pointerId) move(units(event));
  });
  for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) {
    on(type, (event) => stroke?.pointer === event.pointerId && up());
  }
  on("keydown", (event) => {
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
      if (event.repeat) return;
      if (stroke) up();
      else down(at);
      tell(stroke ? "Pen down" : "Pen up, the stroke has ended", at);
    } else if (event.key === "Escape" && stroke) {
      up();
      tell("Pen up, the stroke has ended", at);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
  on("blur", () => stroke && stroke.pointer === undefined && !stroke.played && up());
  document.addEventListener("visibilitychange", () => document.hidden && up(), { signal });
  window.addEventListener("pagehide", up, { signal });
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
  const line = (key) => [...ink.children].find((node) => node.dataset.key === key);
  /** Takes away the ink of a stroke and of those before it, or of all; a stroke that is being drawn goes on. */
  const forget = (key) => {
    const nodes = [...ink.children];
    const last = key === undefined ? nodes.length - 1 : nodes.indexOf(line(key));
    for (const node of nodes.slice(0, last + 1)) if (node !== stroke?.line) node.remove();
  };
  const owns = (node) => node.parentNode === ink;
  return { play, forget, line, owns };
}
