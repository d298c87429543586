// The live picture of a city map. Python draws; here its parts replace old ones, and the learner's pen is added.

import { acknowledged, after } from "../kit/busy.js";
import { el, find, part, setAttributes, setMarkup, setText } from "../kit/dom.js";
import { widget } from "../kit/module.js";
import { pen } from "../kit/pen.js";

/**
 * @import { CityModel } from "./messages"
 * @import { View } from "../kit/types"
 */

const CITY_HINT =
  "Draw a route: drag over the map. With the keyboard: arrow keys move the pen (Shift: farther), " +
  "Enter puts it down and lifts it.";

/** @param {View<CityModel>} view */
function render({ model, el: host, signal }) {
  const root = el("div");
  const news = el("div.gv-sr", { "aria-live": "polite" });
  const told = el("div.gv-sr.gv-pen-told", { "aria-live": "polite" });
  host.append(root);
  setMarkup(root, model.get("snapshot"));
  find(root, ".gv").append(news, told);
  /** @type {SVGSVGElement} */
  const map = find(root, ".gv-city-map");
  /** @type {ReturnType<typeof pen> | null} */
  let drawing = null;
  let moved = false;

  const show = (change) => {
    const content = model.get("content");
    if (change && !moved && !drawing) comeIntoView(root); // under a pen nothing scrolls
    moved = moved || Boolean(change);
    for (const [name, markup] of Object.entries(content.parts ?? {})) {
      setMarkup(part(root, name), markup);
    }
    if (content.ended) drawing?.forget(content.ended);
    announce();
  };

  // The line below is read out when it has been still for a moment, not ten times a second.
  const sayNews = after(600, signal, (/** @type {string} */ text) => setText(news, text));
  const sayPen = after(300, signal, (/** @type {string} */ text) => setText(told, text));
  let status = part(root, "status").textContent;
  const announce = () => {
    const text = part(root, "status").textContent;
    if (text === status) return;
    status = text;
    sayNews(text);
  };

  const offer = () => {
    if (drawing || !model.get("drawable")) return;
    const [width, height] = model.get("extent");
    const inside = (number, most) => Math.round(1000 * Math.min(Math.max(number, 0), most)) / 1000;
    setAttributes(map, {
      class: "gv-city-map gv-city-drawable",
      tabindex: "0",
      role: "application",
      "aria-roledescription": "drawing surface",
      "aria-label": `${map.getAttribute("aria-label")}. ${CITY_HINT}`,
    });
    const send = acknowledged(model, find(root, ".gv-city"), signal);
    drawing = pen(map, {
      toUnits: ([x, y]) => [inside(x / 100, width), inside(height - y / 100, height)],
      toView: ([x, y]) => [x * 100, (height - y) * 100],
      step: 25,
      home: [width / 2, Math.ceil(height / 2)],
      least: 0.03,
      send: (message) => send({ type: "pen", ...message }, message.phase === "down"),
      tell: (what, [x, y]) => sayPen(`${what}, ${x.toFixed(2)}, ${y.toFixed(2)} km`),
      signal,
    });
    const draw = () => {
      map.scrollIntoView({ block: "nearest" });
      drawing?.play(model.get("sample"), 4);
    };
    find(root, ".gv-city-below").append(
      el("button.gv-live-button", { type: "button", onclick: draw }, "Draw a route for me"),
    );
    find(root, ".gv-city").append(el("p.gv-muted", CITY_HINT));
  };

  model.on("change:content", show);
  model.on("change:drawable", offer);
  show();
  offer();
}

/**
 * Scrolls a picture into view when something first moves in it, where its cell is the one that was run: JupyterLab
 * looks at the next cell by then. Whoever is elsewhere in the notebook stays there.
 * @param {HTMLElement} node
 */
function comeIntoView(node) {
  const cell = node.closest(".jp-Cell");
  const active = cell?.parentElement?.querySelector(":scope > .jp-Cell.jp-mod-active");
  if (!cell || (active !== cell && active !== cell.nextElementSibling)) return;
  node.scrollIntoView({ block: "nearest", behavior: "auto" });
}

export default widget({ render });
