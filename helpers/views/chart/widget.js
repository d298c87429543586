// The live chart. Python draws; here new pictures replace old ones part by part, and a cursor reads the values at a
// time, with the mouse or with the arrow keys. What it says stands in the table of values below the picture.

import { after } from "../kit/busy.js";
import { el, find, findAll, fromMarkup, on, patchParts, setAttributes, setText } from "../kit/dom.js";
import { onKeys, placeAfter } from "../kit/keys.js";

/** @import { Model, View } from "../kit/types" */

const INVITE = "Point at the chart, or press Tab and the arrow keys, to read the values at a time.";

/** What each chart was last seen doing, and since when; at its end Python displays it anew, which makes another view. */
const states = new Map();
const ANEW = 2000; // milliseconds within which the other view is there

/** @param {View<Model<{ html: string }>>} view */
function render({ model, el: host, signal }) {
  const picture = el("div");
  const told = el("p.gv-chart-told");
  const news = el("div.gv-sr", { role: "status" });
  const cursor = el("div.gv-chart-cursor");
  cursor.hidden = true;
  host.append(el("div.gv.gv-chart-live", picture, told, news));
  /** @type {number | null} the time at which the values are read, in seconds */
  let chosen = null;

  const rows = () => findAll(picture, "tr[data-at]");
  const nearest = (/** @type {"at" | "time"} */ what, /** @type {number} */ to) => {
    const away = rows().map((row) => Math.abs(Number(row.dataset[what]) - to));
    return away.indexOf(Math.min(...away));
  };
  const show = () => {
    const all = rows();
    const area = find(picture, ".gv-chart-area");
    area.tabIndex = all.length ? 0 : -1;
    const at = chosen === null ? -1 : nearest("time", chosen);
    for (const [n, row] of all.entries()) row.classList[n === at ? "add" : "remove"]("gv-chart-here");
    const row = all[at];
    cursor.hidden = !row;
    const words = row ? inWords(picture, row) : all.length ? INVITE : "";
    setText(told, words);
    const now = Math.max(at, 0);
    setAttributes(area, {
      "aria-valuemax": Math.max(all.length - 1, 0),
      "aria-valuenow": now,
      "aria-valuetext": words,
    });
    if (!row) return;
    const plot = find(picture, ".gv-chart-plot").getBoundingClientRect();
    const left = plot.left - area.getBoundingClientRect().left + Number(row.dataset.at) * plot.width;
    cursor.style.left = `${left}px`;
  };
  // A region that has only just come is not read out.
  const tellTheEnd = after(100, signal, () => {
    setText(news, `${find(picture, ".gv-chart-head").textContent} ${find(picture, ".gv-chart-legend").textContent}`);
  });
  const choose = (/** @type {number | undefined} */ at) => {
    const row = at === undefined ? undefined : rows()[at];
    if (!row) return false;
    chosen = Number(row.dataset.time);
    show();
    return true;
  };

  const draw = () => {
    const root = fromMarkup(model.get("html"));
    if (!patchParts(picture, root)) mount(root);
    if (hasJustEnded(root.dataset.chart ?? "", stateOf(picture) ?? "")) tellTheEnd();
    show();
  };
  const mount = (/** @type {HTMLElement} */ root) => {
    picture.replaceChildren(root);
    const area = find(picture, ".gv-chart-area");
    setAttributes(area, { role: "slider", "aria-label": "Time", "aria-valuemin": 0 });
    area.append(cursor);
    on(area, "pointermove", signal, (event) => {
      const plot = find(picture, ".gv-chart-area").querySelector(".gv-chart-plot")?.getBoundingClientRect();
      if (plot?.width) choose(nearest("at", (event.clientX - plot.left) / plot.width));
    });
    onKeys(area, signal, (event) => {
      const key = { ArrowLeft: "ArrowUp", ArrowRight: "ArrowDown" }[event.key] ?? event.key;
      const at = chosen === null ? -1 : nearest("time", chosen);
      return choose(placeAfter(key, at, rows().length, 5));
    });
  };

  model.on("change:html", draw);
  draw();
}

/** @param {string} key @param {string} state */
function hasJustEnded(key, state) {
  const now = performance.now();
  const before = states.get(key);
  if (before?.state !== state) states.set(key, { state, since: now, ran: before?.state === "running" });
  const { since, ran } = states.get(key);
  return ran && ["done", "failed"].includes(state) && now - since < ANEW;
}

/** @param {HTMLElement} picture */
function stateOf(picture) {
  return findAll(picture, "[data-state]")[0]?.dataset.state;
}

/** A row of the table of values as a sentence. @param {HTMLElement} picture @param {HTMLElement} row */
function inWords(picture, row) {
  const names = findAll(picture, "thead th").slice(1);
  const values = findAll(row, "td").map((cell, n) => `${names[n]?.textContent} ${cell.textContent}`);
  return `${findAll(row, "th")[0]?.textContent}: ${values.join(", ")}`;
}

export default { render };
