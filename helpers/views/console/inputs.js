// One input for each kind of value. What it puts into its slot is what scalars.py and well_known.py read.

import { el, setText } from "../kit/dom.js";
import { smallButton } from "./parts.js";

/** @import { App, Field, Slot, Spec } from "./messages" */

/**
 * The input of one value. `field.presence` says that the value may be unset: then an input that is emptied unsets
 * it, except where empty is a value of its own, which a button sets and unsets.
 * @param {App} app @param {Field | Spec} field @param {Slot} slot @param {string} id @param {string} [label]
 * @returns {HTMLElement}
 */
export function leafInput(app, field, slot, id, label) {
  const make =
    { bool: boolInput, enum: enumInput, bytes: bytesInput, any: anyInput, wrapper: wrapperInput }[field.kind] ??
    textInput;
  return make(app, field, slot, {
    id,
    "data-path": slot.path,
    "data-key": slot.path,
    "aria-describedby": `${id}-error`,
    "aria-label": label ?? null,
  });
}

const LINES = { string: 1, json: 2 };
const PLACEHOLDERS = {
  timestamp: "2026-11-15T12:00:00Z",
  duration: "1.5s",
  mask: "field, other.field",
  json: "{}",
  string: "",
  double: "0",
  float: "0",
};

function textInput(app, field, slot, attributes) {
  const several = field.kind in LINES;
  const emptyIsSet = field.presence && ["string", "mask"].includes(field.kind);
  const words = field.kind in PLACEHOLDERS ? PLACEHOLDERS[field.kind] : "0";
  const hint = () =>
    !field.presence || (emptyIsSet && slot.get() !== undefined)
      ? (field.default ?? words)
      : `not set${field.default ? `; default ${field.default}` : ""}`;
  const node = el(several ? "textarea" : "input", {
    ...attributes,
    class: "gv-con-input",
    spellcheck: "false",
    autocomplete: "off",
    rows: LINES[field.kind] ?? null,
    inputmode: several || field.kind in PLACEHOLDERS ? null : "text",
    placeholder: hint(),
    oninput: () => {
      const keep = node.value !== "" || emptyIsSet || field.presence === undefined;
      slot.set(keep ? node.value : undefined);
      tool?.refresh();
      app.edited();
    },
  });
  node.value = slot.get() ?? "";
  const tool = emptyIsSet
    ? presenceButton(app, slot, "", node, () => {
        node.placeholder = hint();
      })
    : null;
  const now =
    field.kind === "timestamp" &&
    smallButton("Now", `${slot.path}#now`, "Now, in UTC", () => {
      node.value = new Date().toISOString();
      slot.set(node.value);
      app.edited();
    });
  return el("span.gv-con-inline", node, now, tool?.node);
}

/** Sets a value to `empty`, which its input cannot say, and unsets it again. */
function presenceButton(app, slot, empty, input, refreshed = () => {}) {
  const node = smallButton("", `${slot.path}#set`, "", () => {
    slot.set(slot.get() === undefined ? empty : undefined);
    if ("value" in input) input.value = "";
    refresh();
    app.edited();
  });
  const refresh = () => {
    const set = slot.get() !== undefined;
    setText(node, set ? "Unset" : "Set");
    node.title = set ? "Unset the field: it is not sent" : "Set the field to an empty value";
    node.removeAttribute("aria-label");
    refreshed();
  };
  refresh();
  return { node, refresh };
}

function boolInput(app, field, slot, attributes) {
  if (!field.presence) {
    const node = el("input", {
      ...attributes,
      type: "checkbox",
      checked: slot.get() === true,
      onchange: () => {
        slot.set(node.checked || field.presence === undefined ? node.checked : undefined);
        app.edited();
      },
    });
    return el("span.gv-con-inline", node);
  }
  const unset = field.default ? `not set (${field.default.toLowerCase()})` : "not set";
  const node = el(
    "select.gv-con-input.gv-con-pick",
    {
      ...attributes,
      onchange: () => {
        slot.set({ true: true, false: false }[node.value]);
        app.edited();
      },
    },
    ["", "true", "false"].map((value) =>
      el("option", { value, selected: String(slot.get() ?? "") === value }, value || unset),
    ),
  );
  return el("span.gv-con-inline", node);
}

const OTHER = "#other";

/** An enum: its names, and where it is open any number. */
function enumInput(app, field, slot, attributes) {
  const names = field.names.map(([name]) => name);
  const value = () => slot.get();
  const other = () => value() !== undefined && !names.includes(value());
  const number = el("input.gv-con-input.gv-con-number", {
    inputmode: "numeric",
    "aria-label": `Number for ${field.name ?? attributes["aria-label"]}`,
    "data-path": slot.path,
    hidden: !other(),
    oninput: () => {
      slot.set(number.value);
      app.edited();
    },
  });
  number.value = other() ? value() : "";
  const selected = () => (other() ? OTHER : (value() ?? (field.presence ? "" : names[0])));
  const options = field.names.map(([name, n]) => el("option", { value: name }, `${name} = ${n}`));
  if (field.presence)
    options.unshift(el("option", { value: "" }, field.default ? `not set (${field.default})` : "not set"));
  if (field.open) options.push(el("option", { value: OTHER }, "other number…"));
  const node = el(
    "select.gv-con-input.gv-con-pick",
    {
      ...attributes,
      onchange: () => {
        number.hidden = node.value !== OTHER;
        if (node.value === OTHER) {
          number.value = "";
          slot.set("");
          number.focus();
        } else {
          const isDefault = node.value === "" || (field.presence === false && node.value === names[0]);
          slot.set(isDefault ? undefined : node.value);
        }
        app.edited();
      },
    },
    [options],
  );
  node.value = selected();
  return el("span.gv-con-inline", node, number);
}

/** Bytes as text, hex or base64. */
function bytesInput(app, field, slot, attributes) {
  let as = slot.get()?.as ?? "text";
  const put = () => {
    const keep = node.value !== "" || field.presence !== false;
    slot.set(keep ? { as, text: node.value } : undefined);
    tool?.refresh();
    app.edited();
  };
  const node = el("textarea.gv-con-input", {
    ...attributes,
    rows: 1,
    spellcheck: "false",
    oninput: put,
    placeholder: field.presence ? "not set" : "",
  });
  node.value = slot.get()?.text ?? "";
  const form = el(
    "select.gv-con-input.gv-con-as",
    {
      "aria-label": `${field.name ?? "bytes"} written as`,
      "data-key": `${slot.path}#as`,
      onchange: () => {
        as = form.value;
        if (slot.get() !== undefined) put();
      },
    },
    ["text", "hex", "base64"].map((each) => el("option", { selected: each === as }, each)),
  );
  const tool = field.presence ? presenceButton(app, slot, { as, text: "" }, node) : null;
  return el("span.gv-con-inline", node, form, tool?.node);
}

/** A wrapper is its value, which may be unset. */
function wrapperInput(app, field, slot, attributes) {
  const inner = { ...field.value, name: field.name, presence: field.presence === undefined ? undefined : true };
  return leafInput(app, inner, slot, attributes.id, attributes["aria-label"] ?? undefined);
}

/** Any: the type of a message, and the message as JSON. */
function anyInput(app, field, slot, attributes) {
  const value = slot.get();
  const list = `${attributes.id}-types`;
  const bytes = value?.hex !== undefined;
  const put = () => {
    const next = { type: type.value };
    next[bytes ? "hex" : "json"] = text.value;
    slot.set(type.value || text.value || slot.get() !== undefined ? next : undefined);
    tool?.refresh();
    app.edited();
  };
  const type = el("input.gv-con-input", {
    ...attributes,
    "data-path": `${slot.path}/type`,
    list,
    placeholder: field.presence ? "not set; type of the message" : "type of the message",
    spellcheck: "false",
    autocomplete: "off",
    oninput: put,
  });
  type.value = value?.type ?? "";
  const text = el("textarea.gv-con-input", {
    rows: 2,
    spellcheck: "false",
    "data-path": `${slot.path}/json`,
    "aria-label": bytes ? "Bytes in hex" : "The message as JSON",
    placeholder: bytes ? "" : "{}",
    oninput: put,
  });
  text.value = (bytes ? value.hex : value?.json) ?? "";
  const unsetText = () => {
    if (slot.get() === undefined) text.value = "";
  };
  const tool = field.presence ? presenceButton(app, slot, { type: "", json: "" }, type, unsetText) : null;
  const error = (part) => el("p.gv-con-error", { "data-error": `${slot.path}/${part}` });
  return el("span.gv-con-any", [
    el("span.gv-con-inline", type, tool?.node),
    error("type"),
    el("datalist", { id: list }, [app.spec.known.map((name) => el("option", { value: name }))]),
    text,
    error("json"),
  ]);
}
