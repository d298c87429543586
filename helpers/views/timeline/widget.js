// The live picture of a timeline. Python draws; here new pictures replace old ones part by part, so that focus,
// selection and scroll position stay, and the selected call is told in words.

import { el, find, findAll, fromMarkup, patchParts, setText } from "../kit/dom.js";
import { selectableRows } from "../kit/keys.js";
import { widget } from "../kit/module.js";

/** @import { Model, View } from "../kit/types" */

const INVITE = "Select a call (click, or Tab and the arrow keys) to read what happened to it.";

/** @param {View<Model<{ html: string }>>} view */
function render({ model, el: host, signal }) {
  const picture = el("div");
  const detail = el("p.gv-tl-detail", { "aria-live": "polite" });
  const news = el("div.gv-sr", { role: "status" });
  host.append(el("div.gv.gv-tl-live", picture, detail, news));

  const rows = () => findAll(picture, ".gv-tl-calls tbody tr");
  const words = (row) => row?.querySelector("title")?.textContent;
  const tell = () => {
    const selected = rows().find((row) => row.getAttribute("aria-selected") === "true");
    const text = words(selected) ?? (rows().length ? INVITE : "");
    setText(detail, text);
  };
  const selection = selectableRows(picture, rows, tell, signal);

  const stateOf = () => findAll(picture, "[data-state]")[0]?.dataset.state;
  const show = () => {
    const before = stateOf();
    const root = fromMarkup(model.get("html"));
    if (!patchParts(picture, root)) picture.replaceChildren(root);
    const now = stateOf();
    picture.querySelector(".gv-tl-calls")?.setAttribute("role", "grid");
    // Every step read out would be noise; the end is news.
    detail.setAttribute("aria-live", now === "running" ? "off" : "polite");
    if (before === "running" && now !== "running") setText(news, find(picture, ".gv-tl-summary").textContent);
    selection.refresh();
    tell();
  };

  model.on("change:html", show);
  show();
}

export default widget({ render });
