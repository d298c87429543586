// The inputs of the byte lab. Python reads them and draws; here the new picture replaces the old one after every key, and a screen reader is told once the typing rests.

import { after, busyNote, PICTURE_WAITS, together } from "../kit/busy.js";
import { el, find, fromMarkup, on, setText, uniqueId } from "../kit/dom.js";
import { widget } from "../kit/module.js";

/**
 * @import { Kind, LabModel, Typed } from "./messages"
 * @import { View } from "../kit/types"
 */

const KEY_PAUSE = 40; // ms: keys that come faster than this make one picture
const REST = 700; // ms without a key, then the change is read out

/** @param {View<LabModel>} view */
function render({ model, el: host, signal }) {
  /** @type {Partial<Typed>} */
  let typed = {}; // what the kernel has not been told yet
  const serial = uniqueId("bl");
  const id = (name) => `${serial}-${name}`;
  const kindOf = () => /** @type {Kind} */ (model.get("kinds").find((kind) => kind.name === model.get("type")));

  const type = el("select.gv-live-input.gv-bl-type", { id: id("type") }, groups(model.get("kinds")));
  const number = el("input", { ...plain("gv-bl-number"), id: id("number"), inputmode: "numeric" });
  const text = el("input", { ...plain("gv-bl-value"), id: id("value"), list: id("choices") });
  /** @type {[HTMLInputElement, "number" | "value"][]} */
  const texts = [
    [number, "number"],
    [text, "value"],
  ];
  const choices = el("datalist", { id: id("choices") });
  const hint = el("span.gv-muted", { id: id("hint") });
  const optional = el("input", { type: "checkbox", id: id("optional") });
  const words = el("label", { for: id("optional") }, "optional");
  const picture = el("div.gv-bl-picture");
  const busy = el("p.gv-bl-busy.gv-muted", { role: "status" });
  const news = el("div.gv-sr", { role: "status", id: id("news") });
  host.append(
    el("div.gv.gv-bl-live", [
      el("div.gv-bl-inputs", [
        el("div", el("label", { for: id("type") }, "Type"), type),
        el("div", el("label", { for: id("number") }, "Field number"), number),
        el("div.gv-bl-wide", el("label", { for: id("value") }, "Value"), hint, text, choices),
        el("div.gv-bl-tick", optional, words),
      ]),
      picture,
      busy,
      news,
    ]),
  );

  /** Tells the kernel of a change in a moment, with what comes until then. Only then the model learns of it,
      too: the echo of an earlier change could otherwise undo what has just been typed. */
  const change = (name, value) => {
    typed[name] = value;
    send();
  };
  const send = together(KEY_PAUSE, () => {
    const changes = { ...typed, asked: model.get("asked") + 1 };
    typed = {};
    model.set(changes);
    model.save_changes();
    waiting.wait();
  });
  const waiting = busyNote(busy, PICTURE_WAITS, 800, signal);
  const tell = after(REST, signal, (/** @type {string} */ text) => setText(news, text));
  on(type, "change", signal, () => change("type", type.value));
  on(number, "input", signal, () => change("number", number.value));
  on(text, "input", signal, () => change("value", text.value));
  on(optional, "change", signal, () => change("optional", optional.checked));
  for (const [input, name] of texts) {
    on(input, "keydown", signal, (event) => {
      const by = { ArrowUp: 1n, ArrowDown: -1n }[event.key];
      if (by === undefined || (input === text && !kindOf().counts)) return;
      const next = stepped(input.value, by);
      if (next === null) return;
      event.preventDefault();
      input.value = next;
      change(name, next);
    });
  }

  /** What the model says into the inputs, but for those where something newer is being typed. */
  const adopt = () => {
    const kind = kindOf();
    if (!("type" in typed)) type.value = kind.name;
    for (const [input, name] of texts) {
      if (!(name in typed) && input.value !== model.get(name)) input.value = model.get(name);
    }
    setText(hint, kind.hint);
    choices.replaceChildren(...kind.choices.map((choice) => el("option", { value: choice })));
    text.setAttribute("aria-describedby", `${id("hint")} ${id("news")}`);
    number.setAttribute("aria-describedby", id("news"));
    if (!("optional" in typed)) optional.checked = kind.optional && model.get("optional");
    optional.disabled = !kind.optional;
    words.title = optional.title = kind.optional ? "Send the field also with a zero" : "Not for this type";
  };

  const show = () => {
    const html = fromMarkup(model.get("html"));
    const { state, wrong, summary } = html.dataset;
    // The page must not jump while a value passes through something that has no bytes, such as a lone minus.
    picture.style.minHeight = state === "done" ? "" : `${picture.offsetHeight}px`;
    picture.replaceChildren(html);
    const steps = find(picture, ".gv-bl-steps");
    if (steps.scrollHeight > steps.clientHeight) steps.tabIndex = 0;
    number.setAttribute("aria-invalid", String(wrong === "number"));
    text.setAttribute("aria-invalid", String(wrong === "value"));
    tell(summary ?? "");
  };
  const answer = () => {
    if (model.get("answered") >= model.get("asked")) waiting.end();
  };

  // Whoever goes on to something else does not need the room that was kept.
  on(host, "focusout", signal, (event) => {
    if (!host.contains(/** @type {Node | null} */ (event.relatedTarget))) picture.style.minHeight = "";
  });

  for (const name of /** @type {const} */ (["type", "number", "value", "optional"])) model.on(`change:${name}`, adopt);
  model.on("change:html", show);
  model.on("change:answered", answer);
  adopt();
  show();
}

/** What all text inputs have: no help from a browser that knows names and spelling. */
function plain(name) {
  return {
    type: "text",
    class: `gv-live-input ${name}`,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  };
}

/**
 * The types, under the headings that say how a reader finds the end of each.
 * @param {Kind[]} kinds
 */
function groups(kinds) {
  return [...new Set(kinds.map((kind) => kind.group))].map((group) =>
    el("optgroup", { label: group }, [
      kinds.filter((kind) => kind.group === group).map((kind) => el("option", { value: kind.name }, kind.title)),
    ]),
  );
}

/**
 * A whole number one higher or lower, as text; null if there is none. BigInt, since 64 bits exceed a number.
 * @param {string} text @param {bigint} by
 */
export function stepped(text, by) {
  const digits = text.trim().replace("−", "-");
  return /^-?[0-9]{1,40}$/.test(digits) ? String(BigInt(digits) + by) : null;
}

export default widget({ render });
