// The live picture of a progress bar: Python draws it, here it is replaced.

import { el, findAll, setMarkup, setText } from "../kit/dom.js";
import { widget } from "../kit/module.js";

/** @import { Model, View } from "../kit/types" */

/** @param {View<Model<{ html: string }>>} view */
function render({ model, el: host }) {
  const bar = el("div");
  const news = el("div.gv-sr", { role: "status" });
  host.append(bar, el("div.gv", news));
  const show = () => {
    setMarkup(bar, model.get("html"));
    const [root] = findAll(bar, "[data-state]");
    if (["done", "failed"].includes(root?.dataset.state ?? "")) setText(news, root.textContent);
  };
  model.on("change:html", show);
  show();
}

export default widget({ render });
