// Long lists: only the rows in sight are in the page, whatever their number.
/* global el */

/**
 * Rows of one height inside a scrolling element. `count()` says how many there are, `draw(n)` makes row n. A
 * `height` that can change is a function; after a change, all rows must be drawn anew.
 * Returns { node, refresh(again), reveal(n), atEnd(), toEnd() }; `refresh(true)` draws the rows in sight anew.
 */
function virtualRows(scroller, { height, count, draw, signal, head = 0 }) {
  const drawn = new Map();
  const tall = typeof height === "function" ? height : () => height;
  const node = el("div", { class: "gv-rows" });
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
  whenResized(scroller, () => refresh(), signal);
  return { node, refresh, reveal, atEnd, toEnd };
}

/** Calls `act` when the size of a node changes, the first time when it is on the page. */
function whenResized(node, act, signal) {
  const watch = new ResizeObserver(() => act());
  watch.observe(node);
  signal.addEventListener("abort", () => watch.disconnect());
}

/** What moves a selection: the new place for a key, or undefined where the key means nothing here. */
function placeAfter(key, at, count, page) {
  const to = {
    ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1,
  }[key];
  return to === undefined || !count ? undefined : Math.max(0, Math.min(count - 1, to));
}

let uniqueIds = 0;

/** An id that no other view on the page has. */
function uniqueId(name) {
  uniqueIds += 1;
  return `gv-${name}-${uniqueIds}-${Math.random().toString(36).slice(2, 8)}`;
}
