// What the bytes mean, as a tree, and the two panes together: point at one, and the other shows the same.
/* global el, fmtBytes, placeAfter, uniqueId, hexPane, readTree, virtualRows */

const TREE_ROW = 24;
const OPEN_ROWS = 28; // so many rows are unfolded at first

/** The tree pane: { node, show(nodes), choose(node), hover(node) }. */
function treePane(onPoint, signal) {
  const id = uniqueId("node");
  let nodes = [];
  let open = new Set();
  let list = [];
  let chosen = null;
  let pointed = null;
  const node = el("div", {
    class: "gv-tree gv-scroll", role: "tree", tabindex: 0, "aria-label": "What the bytes mean",
    "data-lm-suppress-shortcuts": "true",
  });
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
    return el("div", {
      class: names.join(" "), role: "treeitem", id: `${id}-${each.id}`, "data-node": each.id,
      "aria-level": each.depth + 1, "aria-selected": String(each === chosen),
      "aria-expanded": folds ? String(open.has(each.id)) : null,
      style: `padding-left: ${8 + 14 * each.depth}px`,
    },
    el("span", { class: "gv-tree-fold", "aria-hidden": "true" }, folds ? (open.has(each.id) ? "▾" : "▸") : ""),
    el("span", { class: `gv-tree-key${each.region ? ` gv-region-${each.region}` : ""}`, "aria-hidden": "true" }),
    el("bdi", { class: "gv-tree-label" }, each.label),
    each.problem ? null : el("bdi", { class: "gv-tree-text", title: each.text }, each.text),
    each.problem ? el("bdi", { class: "gv-tree-wrong" }, `malformed: ${each.problem}`) : null,
    el("span", { class: "gv-tree-size" }, size ? fmtBytes(size) : ""));
  }

  function fold(each, wanted) {
    if (wanted) open.add(each.id);
    else open.delete(each.id);
    flatten();
    rows.refresh(true);
  }

  node.addEventListener("click", (event) => {
    const each = nodes[event.target.closest("[data-node]")?.dataset.node];
    if (!each) return;
    if (event.target.closest(".gv-tree-fold") && each.children.length) fold(each, !open.has(each.id));
    else onPoint(each, true);
  }, { signal });
  node.addEventListener("mouseover", (event) => {
    onPoint(nodes[event.target.closest("[data-node]")?.dataset.node] ?? null, false);
  }, { signal });
  node.addEventListener("mouseleave", () => onPoint(null, false), { signal });
  node.addEventListener("keydown", (event) => {
    if (!list.length) return;
    const each = chosen ?? list[0];
    const isOpen = open.has(each.id);
    let to = list[placeAfter(event.key, chosen ? list.indexOf(chosen) : -1, list.length, 10)];
    if (event.key === "ArrowRight" && each.children.length) to = isOpen ? each.children[0] : each;
    else if (event.key === "ArrowLeft") to = isOpen && each.children.length ? each : each.parent ?? each;
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "ArrowRight" && each.children.length && !isOpen) fold(each, true);
    if (event.key === "ArrowLeft" && isOpen && to === each) fold(each, false);
    onPoint(to, true);
  }, { signal });

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
      for (const row of rows.node.children) {
        row.classList.toggle("gv-tree-pointed", each !== null && row.dataset.node === String(each.id));
      }
    },
  };
}

/** Unfolds level by level as long as there is room, the message before the frame header; headers stay a list. */
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

/** Hex and tree side by side, linked: { node, show(bytes, tree, cut) }. */
function bytesPanes(signal) {
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
  const more = el("p", { class: "gv-muted gv-hex-more" });
  return {
    node: el("div", { class: "gv-bytes" }, el("div", { class: "gv-hex-box" }, hex.node, more), tree.node),
    show(bytes, encoded, cut = 0) {
      const nodes = readTree(encoded);
      hex.show(bytes, nodes);
      tree.show(nodes);
      more.textContent = cut ? `… ${fmtBytes(cut)} more` : "";
      more.hidden = !cut;
    },
  };
}
