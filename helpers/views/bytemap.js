// One message alone: its bytes in hex, and beside them what they mean.
/* global el, fmtBytes, bytesPanes */

function render({ model, el: host }) {
  const stop = new AbortController();
  const panes = bytesPanes(stop.signal);
  const { title, length, cut, tree, raw } = model.get("shown");
  const size = length ? fmtBytes(length) : "no bytes: every field has its default";
  host.append(el("div", { class: "gv gv-bytemap" },
    el("p", {}, el("bdi", {}, el("strong", {}, title)), `, ${size}`), length ? panes.node : null));
  if (length) panes.show(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength), tree, cut);
  return () => stop.abort();
}

export default { render };
