// What the widgets of this folder share. `style.esm` appends it to a view's own file, hence function
// declarations only: they are known in the whole module, whatever their place.

/** A DOM element: el("div", { class: "gv-row", onclick: f, tabindex: 0 }, "text", child). Text is never markup. */
function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** "640 B", "38.6 kB": as `fmt_bytes` in style.py. */
function fmtBytes(count) {
  if (count === null || count === undefined) return "–";
  if (Math.abs(count) < 1000) return `${count} B`;
  return scaled(count, [[1e3, "kB", 1000], [1e6, "MB", 1000], [1e9, "GB", 1000], [1e12, "TB", Infinity]]);
}

/** Seconds as "1.24 ms": as `fmt_duration` in style.py. */
function fmtDuration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (Math.abs(seconds) < 0.5e-9) return "0 s";
  return scaled(seconds, [
    [1e-9, "ns", 1000], [1e-6, "µs", 1000], [1e-3, "ms", 1000], [1, "s", 600], [60, "min", 600], [3600, "h", Infinity],
  ]);
}

/** `value` in the first unit that is large enough, also after rounding: three significant digits. */
function scaled(value, units) {
  for (const [scale, unit, below] of units) {
    const number = value / scale;
    const text = number.toFixed(Math.abs(number) < 9.995 ? 2 : Math.abs(number) < 99.95 ? 1 : 0);
    if (Math.abs(text) < below) return `${text} ${unit}`;
  }
}

/**
 * Makes the rows of a container selectable: one of them takes the Tab key, the arrow keys, Home and End
 * move, a click selects. `rows()` returns the rows there are now; `onSelect(row)` is told. Keys are kept
 * from JupyterLab, which would move between cells. Returns { select(row), refresh() }; call refresh after
 * rows came or went. `signal` (an AbortSignal) takes the listeners off again.
 */
function selectableRows(container, rows, onSelect, signal) {
  let current = null;
  container.setAttribute("data-lm-suppress-shortcuts", "true");
  const refresh = () => {
    const all = rows();
    if (!all.includes(current)) current = null;
    for (const row of all) {
      row.tabIndex = row === (current ?? all[0]) ? 0 : -1;
      row.setAttribute("aria-selected", String(row === current));
    }
  };
  const select = (row) => {
    current = row;
    refresh();
    onSelect(row);
  };
  const rowOf = (event) => rows().find((row) => row.contains(event.target));
  container.addEventListener("click", (event) => {
    const row = rowOf(event);
    if (row) select(row);
  }, { signal });
  container.addEventListener("focusin", (event) => {
    if (rowOf(event) === event.target && event.target !== current) select(event.target);
  }, { signal });
  container.addEventListener("keydown", (event) => {
    const all = rows();
    const at = all.indexOf(rowOf(event));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    all[Math.max(0, Math.min(all.length - 1, to))].focus();
  }, { signal });
  refresh();
  return { select, refresh };
}

// A letter typed while a row or a button has the focus would be JupyterLab's shortcut ("x" cuts the cell). It looks
// for this attribute on the focused element itself before it looks at any ancestor.
function keepKeys(event) {
  if (event.target instanceof Element && event.target.closest(".gv")) {
    event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

if (globalThis.document && !globalThis.gvKeepsKeys) {
  globalThis.gvKeepsKeys = true;
  document.addEventListener("focusin", keepKeys);
}
