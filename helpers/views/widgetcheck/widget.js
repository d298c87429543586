// Says to Python that it has been drawn.

import { setMarkup } from "../kit/dom.js";
import { widget } from "../kit/module.js";

/** @import { Model, View } from "../kit/types" */

/** @param {View<Model<{ html: string, drawn: boolean }>>} view */
function render({ model, el: host }) {
  setMarkup(host, model.get("html"));
  model.set("drawn", true);
  model.save_changes();
}

export default widget({ render });
