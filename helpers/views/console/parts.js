// What the form, its inputs and the rest of the request are made of.

import { el } from "../kit/dom.js";

/** @param {string} path @param {string} id */
export function errorLine(path, id) {
  return el("p.gv-con-error", { id: `${id}-error`, "data-error": path });
}

/**
 * A button beside an input; without `act` it is there and does nothing.
 * @param {string} sign @param {string} key @param {string} label @param {(() => void) | null} act
 */
export function smallButton(sign, key, label, act) {
  const title = label === sign ? null : label;
  const given = { type: "button", "data-key": key, "aria-label": title, title, "aria-disabled": act ? null : "true" };
  return el("button.gv-con-small", { ...given, onclick: act }, sign);
}
