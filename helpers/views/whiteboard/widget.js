// Drawing surfaces side by side. Python makes the frame and keeps the ink; here it is drawn, and the learner's
// own pen on each panel.

import { acknowledged, after } from "../kit/busy.js";
import { el, find, findAll, part, setAttributes, setMarkup, setText, svg } from "../kit/dom.js";
import { followEvents } from "../kit/event_log.js";
import { widget } from "../kit/module.js";
import { pen } from "../kit/pen.js";
import { counted, grouped } from "../kit/text.js";

/**
 * @import { BoardModel, Segment, Sent, Status } from "./messages"
 * @import { View } from "../kit/types"
 */

const BOARD_KEEP = 8000; // as MOST_SEGMENTS in html.py
const BOARD_LOOKS = 5;
const BOARD_HINT =
  "Draw with the mouse, a finger or the keyboard: arrow keys move the pen (Shift: farther), " +
  "Enter puts it down and lifts it.";

/** @param {View<BoardModel>} view */
function render({ model, el: host, signal }) {
  setMarkup(host, model.get("html"));
  const root = find(host, ".gv");
  const news = el("div.gv-sr", { "aria-live": "polite" });
  const problem = part(root, "problem");
  const say = after(400, signal, (/** @type {string} */ text) => setText(news, text));
  const send = acknowledged(model, root, signal);
  const panels = findAll(root, ".gv-board-panel").map((node, number) =>
    boardPanel(node, number, { model, send, say, signal }),
  );
  const wipe = () => send({ type: "clear" });
  root.append(
    el("div.gv-board-below", [
      el("span.gv-muted", BOARD_HINT),
      el("button.gv-live-button", { type: "button", onclick: wipe }, "Clear all"),
    ]),
    news,
  );

  followEvents(model, {
    clear: () => {
      for (const panel of panels) panel.clear();
    },
    add: (items, first) => {
      for (const [n, item] of items.entries()) panels[item.panel].add(item, first + n);
    },
    status: (piece) => {
      for (const panel of panels) panel.status(piece);
      setMarkup(problem, piece.problem);
    },
  });
}

/**
 * @param {HTMLElement} node @param {number} number
 * @param {{ model: BoardModel, send(message: Sent, answer?: boolean): void, say(text: string): void, signal: AbortSignal }} app
 */
function boardPanel(node, number, { model, send, say, signal }) {
  /** @type {SVGSVGElement} */
  const surface = find(node, ".gv-board-surface");
  const name = surface.getAttribute("aria-label");
  setAttributes(surface, {
    class: `gv-board-surface gv-board-drawable gv-board-look-${number % BOARD_LOOKS}`,
    tabindex: "0",
    role: "application",
    "aria-roledescription": "drawing surface",
    "aria-label": `${name}. ${BOARD_HINT}`,
  });
  /** @type {(place: [number, number]) => [number, number]} */
  const clamp = ([x, y]) => [Math.min(Math.max(Math.round(x), 0), 1000), Math.min(Math.max(Math.round(y), 0), 700)];
  const own = pen(surface, {
    toUnits: clamp,
    toView: (units) => units,
    step: 20,
    home: [500, 350],
    least: 10,
    send: (message) => send({ type: "pen", panel: number, ...message }, message.phase === "down"),
    tell: (what, [x, y]) => say(`${what}, ${x} to the right, ${y} down`),
    signal,
  });
  find(node, ".gv-board-foot").append(
    el("button.gv-live-button", { type: "button", onclick: () => own.play(model.get("sample"), 4) }, "Draw for me"),
  );

  let lines = []; // { author, end: "x,y", node, last: number of the newest segment in it }
  let authors = [];
  let keysShown = "";
  const add = (/** @type {Segment} */ item, /** @type {number} */ at) => {
    if (!authors.includes(item.author)) authors.push(item.author);
    // The ink of this page's own pen is there already.
    const local = item.key && own.line(item.key);
    const points = item.line;
    const [startKey, endKey] = [points.slice(0, 2).join(), points.slice(-2).join()];
    let line = lines.findLast((known) => known.author === item.author);
    if (local) {
      line = lines.find((known) => known.node === local);
      if (!line) {
        line = { author: item.author, node: local };
        lines.push(line);
      }
    } else if (!line || line.end !== startKey || own.owns(line.node)) {
      line = { author: item.author, node: inkOf(item.author), d: `M${points[0]} ${points[1]}h0` };
      part(node, "ink").append(line.node);
      lines.push(line);
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
    part(node, "ink").replaceChildren();
    own.forget();
  };
  const status = (/** @type {Status} */ piece) => {
    const gone = lines.filter((line) => line.last < piece.count - BOARD_KEEP);
    for (const line of gone) line.node.remove();
    if (gone.length) lines = lines.filter((line) => !gone.includes(line));
    const [made, received] = piece.counts[number];
    const said = piece.said[number];
    setText(
      part(node, "status"),
      `${counted(made, "segment")} drawn, ${grouped(received)} received${said ? ` · ${said}` : ""}`,
    );
    const keys = authors.map((author) => piece.authors[author]);
    if (keysShown === keys.join("\n")) return;
    keysShown = keys.join("\n");
    part(node, "keys").replaceChildren(
      ...authors.map((author) =>
        el("li", [
          svg("svg.gv-board-key", { viewBox: "0 0 48 12", "aria-hidden": "true" }, inkOf(author, "M2 6h44")),
          piece.authors[author],
        ]),
      ),
    );
  };
  return { add, clear, status };
}

/**
 * A line in the look of one author.
 * @param {number} author @param {string | null} d
 */
function inkOf(author, d = null) {
  return svg("path", { class: `gv-board-line gv-board-look-${author % BOARD_LOOKS}`, d });
}

export default widget({ render });
