// The inputs of the byte lab. Python reads them and draws (bytelab_face.py); here the new picture replaces
// the old one after every key, and a screen reader is told once the typing rests.
/* global el */

const KEY_PAUSE = 40; // ms: keys that come faster than this make one picture
const SILENCE = 800; // ms: after so long without an answer the kernel is busy or gone
const REST = 700; // ms without a key, then the change is read out
// Lumino looks at the focused element itself, not at what is around it.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };
const BUSY = "The picture waits for the kernel: it is busy or has stopped.";
let count = 0;

function render({ model, el: host }) {
  const stop = new AbortController();
  const { signal } = stop;
  const timers = {};
  let typed = {}; // what the kernel has not been told yet
  const id = (name) => `gv-bl-${name}-${serial}`;
  const serial = (count += 1);
  const kindOf = () => model.get("kinds").find((kind) => kind.name === model.get("type"));

  const type = el("select", { ...OWN_KEYS, class: "gv-live-input gv-bl-type", id: id("type") }, groups(model.get("kinds")));
  const number = el("input", { ...plain("gv-bl-number"), id: id("number"), inputmode: "numeric" });
  const text = el("input", { ...plain("gv-bl-value"), id: id("value"), list: id("choices") });
  const choices = el("datalist", { id: id("choices") });
  const hint = el("span", { class: "gv-muted", id: id("hint") });
  const optional = el("input", { ...OWN_KEYS, type: "checkbox", id: id("optional") });
  const words = el("label", { for: id("optional") }, "optional");
  const picture = el("div", { class: "gv-bl-picture" });
  const busy = el("p", { class: "gv-bl-busy gv-muted", role: "status" });
  const news = el("div", { class: "gv-sr", role: "status", id: id("news") });
  host.append(el("div", { class: "gv gv-bl-live" },
    el("div", { class: "gv-bl-inputs" },
      el("div", {}, el("label", { for: id("type") }, "Type"), type),
      el("div", {}, el("label", { for: id("number") }, "Field number"), number),
      el("div", { class: "gv-bl-wide" }, el("label", { for: id("value") }, "Value"), hint, text, choices),
      el("div", { class: "gv-bl-tick" }, optional, words)),
    picture, busy, news));

  /** Tells the kernel of a change in a moment, with what comes until then. Only then the model learns of it,
      too: the echo of an earlier change could otherwise undo what has just been typed. */
  const change = (name, value) => {
    typed[name] = value;
    timers.send ??= setTimeout(send, KEY_PAUSE);
  };
  const send = () => {
    timers.send = undefined;
    const changes = { ...typed, asked: model.get("asked") + 1 };
    typed = {};
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
    later("busy", SILENCE, () => { if (model.get("answered") < model.get("asked")) busy.textContent = BUSY; });
  };
  const later = (name, pause, what) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(what, pause);
  };
  type.addEventListener("change", () => change("type", type.value), { signal });
  number.addEventListener("input", () => change("number", number.value), { signal });
  text.addEventListener("input", () => change("value", text.value), { signal });
  optional.addEventListener("change", () => change("optional", optional.checked), { signal });
  for (const [input, name] of [[number, "number"], [text, "value"]]) {
    input.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1n, ArrowDown: -1n }[event.key];
      if (by === undefined || (input === text && !kindOf().counts)) return;
      const next = stepped(input.value, by);
      if (next === null) return;
      event.preventDefault();
      input.value = next;
      change(name, next);
    }, { signal });
  }

  /** What the model says into the inputs, but for those where something newer is being typed. */
  const adopt = () => {
    const kind = kindOf();
    if (!("type" in typed)) type.value = kind.name;
    for (const [input, name] of [[number, "number"], [text, "value"]]) {
      if (!(name in typed) && input.value !== model.get(name)) input.value = model.get(name);
    }
    hint.textContent = kind.hint;
    choices.replaceChildren(...kind.choices.map((choice) => el("option", { value: choice })));
    text.setAttribute("aria-describedby", `${id("hint")} ${id("news")}`);
    number.setAttribute("aria-describedby", id("news"));
    if (!("optional" in typed)) optional.checked = kind.optional && model.get("optional");
    optional.disabled = !kind.optional;
    words.title = optional.title = kind.optional ? "Send the field also with a zero" : "Not for this type";
  };

  const show = () => {
    const next = el("template");
    next.innerHTML = model.get("face"); // made by bytelab_face.py, which escapes every text
    const face = next.content.firstElementChild;
    const { state, wrong, summary } = face.dataset;
    // The page must not jump while a value passes through something that has no bytes, such as a lone minus.
    picture.style.minHeight = state === "done" ? "" : `${picture.offsetHeight}px`;
    picture.replaceChildren(face);
    const steps = picture.querySelector(".gv-bl-steps");
    if (steps.scrollHeight > steps.clientHeight) {
      steps.tabIndex = 0;
      steps.dataset.lmSuppressShortcuts = "true";
    }
    number.setAttribute("aria-invalid", String(wrong === "number"));
    text.setAttribute("aria-invalid", String(wrong === "value"));
    later("news", REST, () => { news.textContent = summary; });
  };
  const answer = () => {
    if (model.get("answered") >= model.get("asked")) busy.textContent = "";
  };

  // Whoever goes on to something else does not need the room that was kept.
  host.addEventListener("focusout", (event) => {
    if (!host.contains(event.relatedTarget)) picture.style.minHeight = "";
  }, { signal });

  const inputs = "change:type change:number change:value change:optional";
  model.on(inputs, adopt);
  model.on("change:face", show);
  model.on("change:answered", answer);
  adopt();
  show();
  return () => {
    model.off(inputs, adopt);
    model.off("change:face", show);
    model.off("change:answered", answer);
    Object.values(timers).forEach(clearTimeout);
    stop.abort();
  };
}

/** What all text inputs have: no help from a browser that knows names and spelling. */
function plain(name) {
  return {
    ...OWN_KEYS, type: "text", class: `gv-live-input ${name}`, autocomplete: "off", autocapitalize: "off",
    spellcheck: "false",
  };
}

/** The types, under the headings that say how a reader finds the end of each. */
function groups(kinds) {
  return [...new Set(kinds.map((kind) => kind.group))].map((group) => el("optgroup", { label: group },
    kinds.filter((kind) => kind.group === group).map((kind) => el("option", { value: kind.name }, kind.title))));
}

/** A whole number one higher or lower, as text; null if there is none. BigInt, since 64 bits exceed a number. */
function stepped(text, by) {
  const digits = text.trim().replace("−", "-");
  return /^-?[0-9]{1,40}$/.test(digits) ? String(BigInt(digits) + by) : null;
}

export default { render };
