// Elements of a page, made in one line each. Text is never markup, and every character of it can be seen.

import { unitsWhole, visible } from "./text.js";

/** @import { Attributes, Child, ElementOf, SvgOf } from "./types" */

/**
 * A DOM element: el("div.gv-row.gv-muted", { onclick: act, tabindex: 0 }, "text", child). The attributes may be left
 * out; a child that is null, undefined or false is nothing.
 * @template {string} const Name
 * @param {Name} name @param {(Attributes | Child | (Child | Child[])[])[]} rest @returns {ElementOf<Name>}
 */
export function el(name, ...rest) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElement(tag), classes, rest);
}

/**
 * The same for SVG.
 * @template {string} const Name
 * @param {Name} name @param {(Attributes | Child | (Child | Child[])[])[]} rest @returns {SvgOf<Name>}
 */
export function svg(name, ...rest) {
  const [tag, ...classes] = name.split(".");
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), classes, rest);
}

function filled(node, classes, rest) {
  if (classes.length) node.setAttribute("class", classes.join(" "));
  const [first] = rest;
  const plain = first?.constructor === Object;
  if (plain) setAttributes(node, first);
  const children = (plain ? rest.slice(1) : rest).flat(2);
  const given = children.filter((child) => child !== null && child !== undefined && child !== false);
  node.append(...given.map((child) => (child instanceof Node ? child : shown(node, child))));
  return node;
}

const SPOKEN = new Set(["title", "aria-label", "label", "placeholder"]);

/**
 * Sets attributes; a function is what listens to an event, true an attribute without a value.
 * @param {Element} node @param {Attributes} attributes
 */
export function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : SPOKEN.has(name) ? visible(value) : String(value));
  }
}

/**
 * Sets the text of a node, as `el` does; one that stays is left alone, so that it is not read out again.
 * @param {Element} node @param {string | number} text
 */
export function setText(node, text) {
  const next = shown(node, text);
  if (node.textContent !== next) node.textContent = next;
}

/** Text as it stands in a node: what may be edited stays as it is, what may be copied keeps its spaces. */
function shown(node, text) {
  const tag = node.localName;
  if (tag === "textarea") return String(text);
  return tag === "pre" || tag === "code" ? visible(text) : unitsWhole(visible(text));
}

/**
 * The element that a selector finds; that there is none is a mistake in this code.
 * @template {Element} [Found=HTMLElement] @param {Element} root @param {string} selector @returns {Found}
 */
export function find(root, selector) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return /** @type {Found} */ (found);
}

/**
 * All elements that a selector finds.
 * @param {Element} root @param {string} selector @returns {HTMLElement[]}
 */
export function findAll(root, selector) {
  return [...root.querySelectorAll(selector)].map((node) => /** @type {HTMLElement} */ (node));
}

/**
 * The part of a picture that Python has given this name.
 * @param {Element} root @param {string} name
 */
export function part(root, name) {
  return find(root, `[data-part=${name}]`);
}

/**
 * The element that Python has drawn: markup in which every text is escaped.
 * @param {string} markup
 */
export function fromMarkup(markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  return /** @type {HTMLElement} */ (template.content.firstElementChild);
}

const markups = new WeakMap();

/**
 * Puts what Python has drawn into a node; the same once more changes nothing.
 * @param {Element} node @param {string} markup
 */
export function setMarkup(node, markup) {
  if (markups.get(node) === markup) return;
  markups.set(node, markup);
  node.innerHTML = markup;
}

/**
 * Takes over from a new picture what is in its parts (`data-part`), their classes, and its state; the parts stay, and
 * with them the focus. False if the two pictures do not have the same parts.
 * @param {HTMLElement} picture @param {HTMLElement} root
 */
export function patchParts(picture, root) {
  const old = findAll(picture, "[data-part]");
  const fresh = findAll(root, "[data-part]");
  const same = old.length === fresh.length && old.every((part, i) => part.dataset.part === fresh[i].dataset.part);
  if (!old.length || !same) return false;
  find(picture, "[data-state]").dataset.state = root.dataset.state;
  old.forEach((part, i) => {
    part.className = fresh[i].className;
    if (part.innerHTML !== fresh[i].innerHTML) part.replaceChildren(...fresh[i].childNodes);
  });
  return true;
}

/**
 * Listens to an event as long as the picture is there.
 * @template {keyof (HTMLElementEventMap & WindowEventMap & DocumentEventMap)} Type @param {EventTarget} node @param {Type} type @param {AbortSignal} signal
 * @param {(event: (HTMLElementEventMap & WindowEventMap & DocumentEventMap)[Type] & { target: any }) => void} act
 */
export function on(node, type, signal, act) {
  node.addEventListener(type, /** @type {any} */ (act), { signal });
}

/**
 * The sign of an outcome, as in Python's text.
 * @param {boolean} ok
 */
export function sign(ok) {
  return ok ? "✓" : "✗";
}

/**
 * The sign before what folds.
 * @param {boolean} open
 */
export function foldSign(open) {
  return open ? "▾" : "▸";
}

let ids = 0;

/**
 * An id that no other view on the page has.
 * @param {string} name
 */
export function uniqueId(name) {
  ids += 1;
  return `gv-${name}-${ids}-${Math.random().toString(36).slice(2, 8)}`;
}

/**
 * Calls `act` when the size of a node changes, the first time when it is on the page.
 * @param {Element} node @param {AbortSignal} signal @param {() => void} act
 */
export function whenResized(node, signal, act) {
  const watch = new ResizeObserver(() => act());
  watch.observe(node);
  signal.addEventListener("abort", () => watch.disconnect());
}

/**
 * Copies text; where the browser does not let us, it is selected in `node`. Returns whether it was copied.
 * @param {string} text @param {HTMLElement} node
 */
export async function copyText(text, node) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    setText(node, text);
    node.hidden = false;
    getSelection()?.selectAllChildren(node);
    return document.execCommand?.("copy") ?? false;
  }
}

// A letter typed while a row or a button has the focus would be JupyterLab's shortcut ("x" cuts the cell). It looks
// for this attribute on the focused element itself before it looks at any ancestor.
function keepKeys(/** @type {Event} */ event) {
  if (event.target instanceof Element && event.target.closest(".gv")) {
    event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  }
}

if (globalThis.document && !globalThis.gvKeepsKeys) {
  globalThis.gvKeepsKeys = true;
  document.addEventListener("focusin", keepKeys);
}
