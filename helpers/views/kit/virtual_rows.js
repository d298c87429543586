// Long lists: only the rows in sight are in the page, whatever their number.

import { el, whenResized } from "./dom.js";

/**
 * Rows of one height inside a scrolling element. `count()` says how many there are, `draw(n)` makes row n. A
 * `height` that can change is a function; after a change, all rows must be drawn anew.
 * Returns { node, refresh(again), reveal(n), atEnd(), toEnd() }; `refresh(true)` draws the rows in sight anew.
 */
export function virtualRows(scroller, { height, count, draw, signal, head = 0 }) {
  const drawn = new Map();
  const tall = typeof height === "function" ? height : () => height;
  const node = el("div.gv-rows");
  let total = -1;

  const refresh = (again = false) => {
    const rows = count();
    const high = tall();
    if (rows * high !== total) node.style.height = `${rows * high}px`;
    total = rows * high;
    const top = Math.max(0, scroller.scrollTop - head);
    const first = Math.max(0, Math.floor(top / high) - 4);
    const last = Math.min(rows, Math.ceil((top + (scroller.clientHeight || 400)) / high) + 4);
    for (const [n, row] of drawn) {
      if (again || n < first || n >= last) {
        row.remove();
        drawn.delete(n);
      }
    }
    // In the page they stand in their order, for those who hear them.
    const [above, below] = [document.createDocumentFragment(), document.createDocumentFragment()];
    const lowest = Math.min(...drawn.keys());
    for (let n = first; n < last; n++) {
      if (drawn.has(n)) continue;
      const row = draw(n);
      row.style.top = `${n * high}px`;
      row.style.height = `${high}px`;
      (n < lowest && lowest < Infinity ? above : below).append(row);
      drawn.set(n, row);
    }
    node.prepend(above);
    node.append(below);
  };
  const reveal = (n) => {
    const high = tall();
    const top = n * high;
    const room = scroller.clientHeight - head;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + high > scroller.scrollTop + room) scroller.scrollTop = top + high - room;
    refresh();
  };
  const atEnd = () => scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 8;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    refresh();
  };
  scroller.addEventListener("scroll", () => refresh(), { signal, passive: true });
  whenResized(scroller, signal, () => refresh());
  return { node, refresh, reveal, atEnd, toEnd };
}
