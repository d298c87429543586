// Keys: a picture takes those it has a use for, and keeps all others from JupyterLab's shortcuts.

import { on } from "./dom.js";

/**
 * Calls `act` for each key; one that it has used, which it says by returning true, goes no further.
 * @param {Element} node @param {AbortSignal} signal @param {(event: KeyboardEvent & { target: any }) => boolean} act
 */
export function onKeys(node, signal, act) {
  on(node, "keydown", signal, (/** @type {any} */ event) => {
    if (!act(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * Where a key moves the selection in a list, or undefined where it means nothing there.
 * @param {string} key @param {number} at @param {number} count @returns {number | undefined}
 */
export function placeAfter(key, at, count, page = 10) {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }[
    key
  ];
  return to === undefined || !count ? undefined : Math.max(0, Math.min(count - 1, to));
}

/**
 * Makes the rows of a container selectable: one of them takes the Tab key, the arrow keys, Home and End
 * move, a click selects. `rows()` returns the rows there are now; `onSelect(row)` is told.
 * Returns { select(row), refresh() }; call refresh after rows came or went.
 * @param {HTMLElement} container @param {() => HTMLElement[]} rows @param {(row: HTMLElement) => void} onSelect
 * @param {AbortSignal} signal
 */
export function selectableRows(container, rows, onSelect, signal) {
  /** @type {HTMLElement | null} */
  let current = null;
  const refresh = () => {
    const all = rows();
    if (current && !all.includes(current)) current = null;
    for (const row of all) {
      row.tabIndex = row === (current ?? all[0]) ? 0 : -1;
      row.setAttribute("aria-selected", String(row === current));
    }
  };
  const select = (/** @type {HTMLElement} */ row) => {
    current = row;
    refresh();
    onSelect(row);
  };
  const rowOf = (/** @type {any} */ event) => rows().find((row) => row.contains(event.target));
  on(container, "click", signal, (event) => {
    const row = rowOf(event);
    if (row) select(row);
  });
  on(container, "focusin", signal, (event) => {
    if (rowOf(event) === event.target && event.target !== current) select(event.target);
  });
  onKeys(container, signal, (event) => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(event.target));
    const to = event.key.startsWith("Page") || at < 0 ? undefined : placeAfter(event.key, at, all.length);
    if (to === undefined) return false;
    all[to].focus();
    return true;
  });
  refresh();
  return { select, refresh };
}
