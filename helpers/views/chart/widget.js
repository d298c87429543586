// The live chart. Python draws; here new pictures replace old ones part by part, and a cursor reads the values at a
// time, with the mouse or with the arrow keys. What it says stands in the table of values below the picture.

import { el, find, findAll, fromMarkup, on, patchParts, setAttributes, setText } from "../kit/dom.js";
import { onKeys, placeAfter } from "../kit/keys.js";

/** @import { Model, View } from "../kit/types" */

const INVITE = "Point at the chart, or press Tab and the arrow keys, to read the values at a time.";

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
  const choose = (/** @type {number | undefined} */ at) => {
    const row = at === undefined ? undefined : rows()[at];
    if (!row) return false;
    chosen = Number(row.dataset.time);
    show();
    return true;
  };

  const draw = () => {
    const before = stateOf(picture);
    const root = fromMarkup(model.get("html"));
    if (!patchParts(picture, root)) mount(root);
    const now = stateOf(picture);
    if (before === "running" && now !== "running")
      setText(news, `${find(picture, ".gv-chart-head").textContent} ${find(picture, ".gv-chart-legend").textContent}`);
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
