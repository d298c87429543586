// Drawing surfaces side by side. Python makes the frame and keeps the ink; here it is drawn, and the learner's
// own pen on each panel.
/* global el, svg, pen, followJournal, kernelEar */

const BOARD_KEEP = 8000; // as MOST_SEGMENTS in whiteboard_face.py
const BOARD_LOOKS = 5;
const BOARD_HINT =
  "Draw with the mouse, a finger or the keyboard: arrow keys move the pen (Shift: farther), " +
  "Enter puts it down and lifts it.";

function render({ model, el: host }) {
  const stop = new AbortController();
  host.innerHTML = model.get("html"); // made by whiteboard_face.py, which escapes every text
  const root = host.firstElementChild;
  const news = el("div", { class: "gv-sr", "aria-live": "polite" });
  const problem = root.querySelector("[data-part=problem]");
  let timer = null;
  const say = (text) => {
    clearTimeout(timer);
    timer = setTimeout(() => { news.textContent = text; }, 400);
  };

  const ear = kernelEar(model, root);
  stop.signal.addEventListener("abort", ear.end);
  const panels = [...root.querySelectorAll(".gv-board-panel")].map((node, number) =>
    boardPanel(node, number, { model, ear, say, signal: stop.signal }));
  const wipe = () => ear.send({ type: "clear" });
  root.append(
    el("div", { class: "gv-board-below" },
      el("span", { class: "gv-muted" }, BOARD_HINT),
      el("button", { class: "gv-live-button", type: "button", onclick: wipe }, "Clear all")),
    news,
  );

  const end = followJournal(model, {
    clear: () => panels.forEach((panel) => panel.clear()),
    add: (items, first) => items.forEach((item, n) => panels[item.panel].add(item, first + n)),
    status: (piece) => {
      panels.forEach((panel, n) => panel.status(piece, n));
      if (problem.shown !== piece.problem) problem.innerHTML = problem.shown = piece.problem;
    },
  });
  return () => {
    end();
    clearTimeout(timer);
    stop.abort();
  };
}

function boardPanel(node, number, { model, ear, say, signal }) {
  const surface = node.querySelector(".gv-board-surface");
  const part = (name) => node.querySelector(`[data-part=${name}]`);
  const name = surface.getAttribute("aria-label");
  Object.entries({
    class: `gv-board-surface gv-board-drawable gv-board-look-${number % BOARD_LOOKS}`,
    tabindex: "0",
    role: "application",
    "aria-roledescription": "drawing surface",
    "aria-label": `${name}. ${BOARD_HINT}`,
    "data-lm-suppress-shortcuts": "true",
  }).forEach(([key, value]) => surface.setAttribute(key, value));
  const clamp = ([x, y]) => [Math.min(Math.max(Math.round(x), 0), 1000), Math.min(Math.max(Math.round(y), 0), 700)];
  const own = pen(surface, {
    toUnits: clamp,
    toView: (units) => units,
    step: 20,
    home: [500, 350],
    least: 10,
    send: (message) => (message.phase === "down" ? ear : model).send({ type: "pen", panel: number, ...message }),
    tell: (what, [x, y]) => say(`${what}, ${x} to the right, ${y} down`),
    signal,
  });
  node.querySelector(".gv-board-foot").append(
    el("button", { class: "gv-live-button", type: "button", onclick: () => own.play(model.get("sample"), 4) },
      "Draw for me"),
  );

  let lines = []; // { author, end: "x,y", node, last: number of the newest segment in it }
  let authors = [];
  const add = (item, at) => {
    if (!authors.includes(item.author)) authors.push(item.author);
    // The ink of this page's own pen is there already.
    const local = item.key && own.line(item.key);
    const points = item.line;
    const [startKey, endKey] = [points.slice(0, 2).join(), points.slice(-2).join()];
    let line = lines.findLast((known) => known.author === item.author);
    if (local) {
      line = lines.find((known) => known.node === local);
      if (!line) lines.push((line = { author: item.author, node: local }));
    } else if (!line || line.end !== startKey || own.owns(line.node)) {
      const path = svg("path", { class: `gv-board-line gv-board-look-${item.author % BOARD_LOOKS}` });
      part("ink").append(path);
      lines.push((line = { author: item.author, node: path, d: `M${points[0]} ${points[1]}h0` }));
    }
    if (!local) {
      for (let n = 2; n < points.length; n += 2) line.d += `L${points[n]} ${points[n + 1]}`;
      line.node.setAttribute("d", line.d);
    }
    line.end = endKey;
    line.last = at;
  };
  const clear = () => {
    lines = [];
    authors = [];
    part("ink").replaceChildren();
    own.forget();
  };
  const status = (piece) => {
    const gone = lines.filter((line) => line.last < piece.count - BOARD_KEEP);
    gone.forEach((line) => line.node.remove());
    if (gone.length) lines = lines.filter((line) => !gone.includes(line));
    const [drawn, received] = piece.counts[number];
    const said = piece.said[number];
    part("status").textContent = `${drawn.toLocaleString("en")} segment${drawn === 1 ? "" : "s"} drawn, ` +
      `${received.toLocaleString("en")} received${said ? ` · ${said}` : ""}`;
    const keys = authors.map((author) => piece.authors[author]);
    if (part("keys").shown === keys.join("\n")) return;
    part("keys").shown = keys.join("\n");
    part("keys").replaceChildren(...authors.map((author) => el("li", {},
      svg("svg", { class: "gv-board-key", viewBox: "0 0 48 12", "aria-hidden": "true" },
        svg("path", { class: `gv-board-line gv-board-look-${author % BOARD_LOOKS}`, d: "M2 6h44" })),
      piece.authors[author])));
  };
  return { add, clear, status };
}

export default { render };
