// Bytes in hex, sixteen a row, colored by what they mean: one element for each run of bytes with one meaning.

import { el, on, svg, whenResized } from "../kit/dom.js";
import { virtualRows } from "../kit/virtual_rows.js";

/** @import { Node, Region } from "./messages" */

const HEX_ROW = 20;

/**
 * A tree as the kernel sends it ([start, end, kind, region, label, text, problem, children]) as nodes in order:
 * { id, start, end, kind, region, label, text, problem, depth, parent, children }.
 * @param {Region} tree
 */
export function readTree(tree) {
  const nodes = [];
  const read = ([start, end, kind, region, label, text, problem, children], parent, depth) => {
    const node = { id: nodes.length, start, end, kind, region, label, text, problem, depth, parent, children: [] };
    nodes.push(node);
    node.children = children.map((child) => read(child, node, depth + 1));
    return node;
  };
  read(tree, null, 0);
  return nodes;
}

/**
 * For each byte, the innermost node that covers it (0 is the root).
 * @param {Node[]} nodes @param {number} length
 */
export function owners(nodes, length) {
  const owner = new Uint16Array(length);
  // Parents come before their children, so that children win.
  for (const node of nodes) owner.fill(node.id, node.start, node.end);
  return owner;
}

/**
 * The hex pane: { node, show(bytes, nodes), mark(node, hovered) }. `onPoint(node, chosen)` is told of the mouse.
 * @param {(node: Node | null, chosen: boolean) => void} onPoint @param {AbortSignal} signal
 */
export function hexPane(onPoint, signal) {
  let bytes = new Uint8Array();
  let nodes = [];
  let owner = new Uint16Array();
  let digits = 4;
  const node = el("div.gv-hex.gv-scroll", { tabindex: 0, role: "group", "aria-label": "Bytes in hexadecimal" });
  const probe = el("span.gv-hex-probe", { "aria-hidden": "true" }, "0".repeat(50));
  const outline = svg("svg.gv-hex-marks", { "aria-hidden": "true" });
  const hovered = svg("path.gv-hex-hover");
  const chosen = svg("path.gv-hex-chosen");
  outline.append(hovered, chosen);
  const rows = virtualRows(node, { height: HEX_ROW, count: () => Math.ceil(bytes.length / 16), draw, signal });
  rows.node.append(outline);
  node.append(probe, rows.node);
  let marks = { chosen: null, hovered: null };

  function draw(n) {
    const start = 16 * n;
    const end = Math.min(bytes.length, start + 16);
    const hex = el("span.gv-hex-bytes");
    const text = el("span.gv-hex-text");
    for (let from = start; from < end; ) {
      let to = from + 1;
      while (to < end && owner[to] === owner[from]) to += 1;
      const { id, region } = nodes[owner[from]] ?? { id: 0, region: null };
      const part = bytes.subarray(from, to);
      const look = { class: region ? `gv-run gv-region-${region}` : "gv-run", "data-node": id };
      hex.append(el("span", look, hexOf(part, from - start)), to < end ? gap(to - start) : "");
      text.append(el("span", look, textOf(part)));
      from = to;
    }
    return el("div.gv-hex-row", el("span.gv-hex-offset", start.toString(16).padStart(digits, "0")), hex, text);
  }

  /** The outline of a range of bytes, around the hex and around the text. */
  function path(range) {
    if (!range) return "";
    const end = Math.min(range.end, bytes.length); // a long frame is shown in part
    if (range.start >= end) return "";
    const ch = probe.getBoundingClientRect().width / 50;
    const [left, right] = [digits + 2, digits + 2 + 16 * 3 + 2];
    const column = (byte) => left + 3 * byte + (byte > 7 ? 1 : 0);
    const shape = (x, x2) => outlinePath(range.start, end, x, x2, ch);
    return (
      shape(
        (b) => column(b) - 0.2,
        (b) => column(b) + 2.2,
      ) +
      shape(
        (b) => right + b,
        (b) => right + b + 1,
      )
    );
  }
  function redraw() {
    outline.style.height = `${Math.ceil(bytes.length / 16) * HEX_ROW}px`;
    chosen.setAttribute("d", path(marks.chosen));
    hovered.setAttribute("d", path(marks.hovered));
  }
  const nodeAt = (event) => nodes[event.target.closest("[data-node]")?.dataset.node] ?? null;
  on(node, "mouseover", signal, (event) => onPoint(nodeAt(event), false));
  on(node, "mouseleave", signal, () => onPoint(null, false));
  on(node, "click", signal, (event) => nodeAt(event) && onPoint(nodeAt(event), true));
  whenResized(probe, signal, redraw);

  return {
    node,
    show(newBytes, newNodes) {
      bytes = newBytes;
      nodes = newNodes;
      owner = owners(nodes, bytes.length);
      digits = bytes.length > 0x10000 ? 6 : 4;
      marks = { chosen: null, hovered: null };
      node.scrollTop = 0;
      rows.refresh(true);
      redraw();
    },
    mark(which, range, reveal) {
      marks[which] = range;
      redraw();
      if (range && reveal) rows.reveal(Math.floor(range.start / 16));
    },
  };
}

/** "0a 05 77", with the wider space after the eighth byte of a row; `at` is the place within the row. */
function hexOf(part, at) {
  let out = "";
  part.forEach((byte, n) => {
    if (n) out += gap(at + n);
    out += byte.toString(16).padStart(2, "0");
  });
  return out;
}

function gap(at) {
  return at === 8 ? "  " : " ";
}

function textOf(part) {
  return Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·")).join("");
}

/** A closed line around bytes start to end; `x` and `x2` are a byte's left and right edge in characters. */
function outlinePath(start, end, x, x2, ch) {
  const px = (value) => (value * ch).toFixed(1);
  const [top, bottom] = [Math.floor(start / 16), Math.floor((end - 1) / 16)];
  const [a, b] = [start % 16, (end - 1) % 16];
  const y = (row) => row * HEX_ROW + 1;
  const y2 = (row) => row * HEX_ROW + HEX_ROW - 1;
  const box = (row, from, to) => `M${px(x(from))} ${y(row)}H${px(x2(to))}V${y2(row)}H${px(x(from))}Z`;
  if (top === bottom) return box(top, a, b);
  if (bottom === top + 1 && b < a) return box(top, a, 15) + box(bottom, 0, b);
  return (
    `M${px(x(a))} ${y(top)}H${px(x2(15))}V${b === 15 ? y2(bottom) : y2(bottom - 1)}` +
    (b === 15 ? "" : `H${px(x2(b))}V${y2(bottom)}`) +
    `H${px(x(0))}V${a ? y(top + 1) : y(top)}` +
    (a ? `H${px(x(a))}` : "") +
    "Z"
  );
}
