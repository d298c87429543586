// One message alone: its bytes in hex, and beside them what they mean.

import { el } from "../kit/dom.js";
import { widget } from "../kit/module.js";
import { fmtBytes } from "../kit/text.js";
import { bytesPanes } from "./tree.js";

/**
 * @import { BytesModel } from "./messages"
 * @import { View } from "../kit/types"
 */

/** @param {View<BytesModel>} view */
function render({ model, el: host, signal }) {
  const panes = bytesPanes(signal);
  const { title, notes, length, cut, tree, raw } = model.get("shown");
  const size = length ? fmtBytes(length) : "no bytes: every field has its default";
  host.append(
    el(
      "div.gv.gv-bytemap",
      el("p", el("bdi", el("strong", title)), `, ${size}`),
      ...notes.map((note) => el("p.gv-bytemap-note", note)),
      length ? panes.node : null,
    ),
  );
  if (length) panes.show(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength), tree, cut);
}

export default widget({ render });
