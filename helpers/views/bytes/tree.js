// What the bytes mean, as a tree, and the two panes together: point at one, and the other shows the same.

import { el, findAll, foldSign, on, setText, uniqueId } from "../kit/dom.js";
import { onKeys, placeAfter } from "../kit/keys.js";
import { fmtBytes } from "../kit/text.js";
import { virtualRows } from "../kit/virtual_rows.js";
import { hexPane, readTree } from "./hex.js";

/** @import { Node } from "./messages" */

const TREE_ROW = 24;
const OPEN_ROWS = 28; // so many rows are unfolded at first

/**
 * The tree pane: { node, show(nodes), choose(node), hover(node) }.
 * @param {(node: Node | null, chosen: boolean) => void} onPoint @param {AbortSignal} signal
 */
function treePane(onPoint, signal) {
  const id = uniqueId("node");
  /** @type {Node[]} */
  let nodes = [];
  let open = new Set();
  /** @type {Node[]} */
  let list = [];
  /** @type {Node | null} */
  let chosen = null;
  /** @type {Node | null} */
  let pointed = null;
  const node = el("div.gv-tree.gv-scroll", { role: "tree", tabindex: 0, "aria-label": "What the bytes mean" });
  const rows = virtualRows(node, { height: TREE_ROW, count: () => list.length, draw, signal });
  node.append(rows.node);

  function flatten() {
    list = [];
    const walk = (each) => {
      list.push(each);
      if (open.has(each.id)) each.children.forEach(walk);
    };
    if (nodes.length) walk(nodes[0]);
  }

  function draw(n) {
    const each = list[n];
    const folds = each.children.length > 0;
    const size = each.end - each.start;
    const names = ["gv-tree-row"];
    if (each === pointed) names.push("gv-tree-pointed");
    if (each.problem) names.push("gv-tree-problem");
    return el(
      "div",
      {
        class: names.join(" "),
        role: "treeitem",
        id: `${id}-${each.id}`,
        "data-node": each.id,
        "aria-level": each.depth + 1,
        "aria-selected": String(each === chosen),
        "aria-expanded": folds ? String(open.has(each.id)) : null,
        style: `padding-left: ${8 + 14 * each.depth}px`,
      },
      [
        el("span.gv-tree-fold", { "aria-hidden": "true" }, folds && foldSign(open.has(each.id))),
        el("span", { class: `gv-tree-key${each.region ? ` gv-region-${each.region}` : ""}`, "aria-hidden": "true" }),
        el("bdi.gv-tree-label", each.label),
        each.problem ? null : el("bdi.gv-tree-text", { title: each.text }, each.text),
        each.problem ? el("bdi.gv-tree-wrong", `malformed: ${each.problem}`) : null,
        el("span.gv-tree-size", size ? fmtBytes(size) : ""),
      ],
    );
  }

  function fold(each, wanted) {
    if (wanted) open.add(each.id);
    else open.delete(each.id);
    flatten();
    rows.refresh(true);
  }

  on(node, "click", signal, (event) => {
    const each = nodes[event.target.closest("[data-node]")?.dataset.node];
    if (!each) return;
    if (event.target.closest(".gv-tree-fold") && each.children.length) fold(each, !open.has(each.id));
    else onPoint(each, true);
  });
  on(node, "mouseover", signal, (event) => {
    onPoint(nodes[event.target.closest("[data-node]")?.dataset.node] ?? null, false);
  });
  on(node, "mouseleave", signal, () => onPoint(null, false));
  onKeys(node, signal, ({ key }) => {
    if (!list.length) return false;
    const each = chosen ?? list[0];
    const isOpen = open.has(each.id);
    const place = placeAfter(key, chosen ? list.indexOf(chosen) : -1, list.length);
    let to = place === undefined ? undefined : list[place];
    if (key === "ArrowRight" && each.children.length) to = isOpen ? each.children[0] : each;
    else if (key === "ArrowLeft") to = isOpen && each.children.length ? each : (each.parent ?? each);
    if (!to) return false;
    if (key === "ArrowRight" && each.children.length && !isOpen) fold(each, true);
    if (key === "ArrowLeft" && isOpen && to === each) fold(each, false);
    onPoint(to, true);
    return true;
  });

  return {
    node,
    show(newNodes) {
      nodes = newNodes;
      chosen = pointed = null;
      open = firstOpen(nodes);
      flatten();
      node.scrollTop = 0;
      rows.refresh(true);
    },
    choose(each) {
      chosen = each;
      for (let above = each?.parent; above; above = above.parent) open.add(above.id);
      flatten();
      node.setAttribute("aria-activedescendant", each ? `${id}-${each.id}` : "");
      rows.refresh(true);
      if (each) rows.reveal(list.indexOf(each));
    },
    hover(each) {
      if (each === pointed) return;
      pointed = each;
      for (const row of findAll(rows.node, "[data-node]")) {
        row.classList.toggle("gv-tree-pointed", each !== null && row.dataset.node === String(each.id));
      }
    },
  };
}

/**
 * Unfolds level by level as long as there is room, the message before the frame header; headers stay a list.
 * @param {Node[]} nodes
 */
function firstOpen(nodes) {
  const open = new Set();
  let rows = 1;
  const first = (each) => (each.kind === "message" || each.kind === "field" ? 0 : each.kind === "frame-header" ? 1 : 2);
  let level = nodes.slice(0, 1);
  while (level.length) {
    const next = [];
    for (const each of [...level].sort((a, b) => first(a) - first(b))) {
      if (!each.children.length || each.kind === "hpack" || rows + each.children.length > OPEN_ROWS) continue;
      rows += each.children.length;
      open.add(each.id);
      next.push(...each.children);
    }
    level = next;
  }
  return open;
}

/**
 * Hex and tree side by side, linked: { node, show(bytes, tree, cut) }.
 * @param {AbortSignal} signal
 */
export function bytesPanes(signal) {
  const onPoint = (each, choose) => {
    if (!choose) {
      hex.mark("hovered", each);
      tree.hover(each);
      return;
    }
    hex.mark("chosen", each, true);
    tree.choose(each);
  };
  const hex = hexPane(onPoint, signal);
  const tree = treePane(onPoint, signal);
  const more = el("p.gv-muted.gv-hex-more");
  return {
    node: el("div.gv-bytes", el("div.gv-hex-box", hex.node, more), tree.node),
    show(bytes, encoded, cut = 0) {
      const nodes = readTree(encoded);
      hex.show(bytes, nodes);
      tree.show(nodes);
      setText(more, cut ? `… ${fmtBytes(cut)} more` : "");
      more.hidden = !cut;
    },
  };
}
