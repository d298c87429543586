// The form of a request: fields, and fields within them.
// A value lives in the draft; a "slot" reads and writes it, and knows its path, as form.py names it.

import { el, foldSign } from "../kit/dom.js";
import { leafInput } from "./inputs.js";
import { errorLine, smallButton } from "./parts.js";

/** @import { App, Field, Slot, Spec } from "./messages" */

/** @param {App} app */
export function formTab(app) {
  const slot = {
    path: "",
    get: () => app.draft.values ?? undefined,
    set: (value) => {
      app.draft.values = value ?? null;
    },
  };
  const request = app.method.request;
  if (request.kind !== "message") {
    return el("div.gv-con-form", leafRow(app, { ...request, name: "value", presence: true }, slot));
  }
  if (!slot.get()) slot.set({});
  return el("div.gv-con-form", messageFields(app, request.type, slot));
}

/**
 * The fields of a message; those of a oneof under its picker.
 * @param {App} app @param {string} type @param {Slot} slot @returns {(HTMLElement | null)[] | HTMLElement}
 */
function messageFields(app, type, slot) {
  const { fields } = app.spec.types[type];
  if (!fields.length) return el("p.gv-muted", "This message has no fields.");
  const drawn = new Set();
  return fields.map((field) => {
    if (!field.oneof) return fieldPart(app, field, slotIn(slot, field.name));
    if (drawn.has(field.oneof)) return null;
    drawn.add(field.oneof);
    return oneofPart(
      app,
      field.oneof,
      fields.filter((each) => each.oneof === field.oneof),
      slot,
    );
  });
}

/** @param {Slot} slot @param {string | number} key @returns {Slot} */
function slotIn(slot, key) {
  return {
    path: `${slot.path}/${key}`,
    get: () => slot.get()[key],
    set(value) {
      if (value === undefined) delete slot.get()[key];
      else slot.get()[key] = value;
    },
  };
}

/** @param {App} app @param {Field} field @param {Slot} slot @returns {HTMLElement} */
function fieldPart(app, field, slot) {
  if (field.kind === "list" || field.kind === "map") return itemsPart(app, field, slot);
  return field.kind === "message" ? messagePart(app, field, slot) : leafRow(app, field, slot);
}

/**
 * A field with one input: its name and type, the input, the schema's comment, what is wrong with it.
 * @param {App} app @param {Field} field @param {Slot} slot
 */
function leafRow(app, field, slot) {
  const id = `${app.id}${slot.path || "/"}`;
  return el("div.gv-con-row", [
    el("label.gv-con-label", { for: id }, fieldName(field)),
    el("div.gv-con-value", [
      leafInput(app, field, slot, id),
      errorLine(slot.path, id),
      field.doc && el("p.gv-con-hint", field.doc),
    ]),
  ]);
}

/** @param {Field} field */
function fieldName(field) {
  return [el("code", field.name), " ", el("span.gv-con-type", typeName(field), field.required && " required")];
}

/** @param {Spec & { required?: boolean }} spec @returns {string} */
function typeName(spec) {
  if (spec.kind === "list") return `repeated ${typeName(spec.value)}`;
  if (spec.kind === "map") return `map ${typeName(spec.key)} → ${typeName(spec.value)}`;
  return spec.type.split(".").pop() ?? "";
}

/**
 * A message within a message: unset, or a group of its fields that folds.
 * @param {App} app @param {Field} field @param {Slot} slot
 */
function messagePart(app, field, slot) {
  const set = slot.get() !== undefined;
  const toggle = smallButton(
    set ? "Unset" : "Set",
    `${slot.path}#set`,
    `${set ? "Unset" : "Set"} ${field.name}`,
    () => {
      slot.set(set ? undefined : {});
      changed(app);
    },
  );
  if (!set) {
    return el("div.gv-con-row", [
      el("span.gv-con-label", fieldName(field)),
      el("div.gv-con-value", [
        el("span.gv-con-inline", el("span.gv-muted", "not set"), toggle),
        errorLine(slot.path, `${app.id}${slot.path}`),
      ]),
    ]);
  }
  return group(app, field, slot.path, toggle, () => messageFields(app, field.type, slot), field.doc);
}

/** A fieldset that folds. */
function group(app, field, path, tools, content, doc) {
  const folded = app.folded.has(path);
  const fold = el(
    "button.gv-con-fold",
    {
      type: "button",
      "aria-expanded": String(!folded),
      "data-key": `${path}#fold`,
      onclick: () => {
        if (!app.folded.delete(path)) app.folded.add(path);
        app.redraw();
      },
    },
    [el("span", { "aria-hidden": "true" }, foldSign(!folded)), " ", fieldName(field)],
  );
  return el("fieldset.gv-con-group", { "data-group": path }, [
    el("legend", fold, tools),
    errorLine(path, `${app.id}${path}`),
    !folded && el("div.gv-con-inside", doc && el("p.gv-con-hint", doc), content()),
  ]);
}

/**
 * A repeated field or a map: rows that come and go; those of a repeated field also move.
 * @param {App} app @param {Field} field @param {Slot} slot
 */
function itemsPart(app, field, slot) {
  const items = () => slot.get() ?? [];
  const isMap = field.kind === "map";
  const put = (list, focus) => {
    slot.set(list.length ? list : undefined);
    changed(app, focus);
  };
  const count = items().length;
  const add = smallButton(isMap ? "Add entry" : "Add", `${slot.path}#add`, `Add to ${field.name}`, () => {
    const fresh = isMap ? [emptyValue(field.key), emptyValue(field.value)] : emptyValue(field.value);
    app.folded.delete(slot.path);
    put([...items(), fresh], `${slot.path}/${count}`);
  });
  const row = (_, index) => {
    const inner = slotIn({ ...slot, get: items }, index);
    const which = `item ${index + 1} of ${field.name}`;
    const remove = smallButton("×", `${inner.path}#remove`, `Remove ${which}`, () => {
      put(items().toSpliced(index, 1), `${slot.path}#add`);
    });
    const move = (to, sign, word) => {
      const act = () => put(items().with(index, items()[to]).with(to, items()[index]), `${slot.path}/${to}#${word}`);
      return smallButton(
        sign,
        `${inner.path}#${word}`,
        `Move ${which} ${word}`,
        items()[to] === undefined ? null : act,
      );
    };
    const tools = isMap ? [remove] : [move(index - 1, "↑", "up"), move(index + 1, "↓", "down"), remove];
    const parts = isMap
      ? [
          itemValue(app, field.key, slotIn(inner, 0), `${field.name} key ${index + 1}`),
          itemValue(app, field.value, slotIn(inner, 1), `${field.name} value ${index + 1}`),
        ]
      : [itemValue(app, field.value, inner, `${field.name} item ${index + 1}`)];
    return el("div", { class: isMap ? "gv-con-item gv-con-entry" : "gv-con-item" }, [
      parts,
      el("span.gv-con-tools", tools),
    ]);
  };
  if (!count) {
    return el("div.gv-con-row", [
      el("span.gv-con-label", fieldName(field)),
      el("div.gv-con-value", [
        el("span.gv-con-inline", el("span.gv-muted", "empty"), add),
        field.doc && el("p.gv-con-hint", field.doc),
      ]),
    ]);
  }
  return group(app, field, slot.path, [el("span.gv-muted", String(count)), add], () => items().map(row), field.doc);
}

/** @param {App} app @param {Spec} spec @param {Slot} slot @param {string} label */
function itemValue(app, spec, slot, label) {
  if (spec.kind === "message") {
    if (!slot.get()) slot.set({});
    return el("div.gv-con-nested", { role: "group", "aria-label": label }, [
      messageFields(app, spec.type, slot),
      errorLine(slot.path, `${app.id}${slot.path}`),
    ]);
  }
  const id = `${app.id}${slot.path}`;
  return el("div.gv-con-value", leafInput(app, spec, slot, id, label), errorLine(slot.path, id));
}

/**
 * What a new row starts with.
 * @param {Spec} spec
 */
function emptyValue(spec) {
  return (
    { bool: false, message: {}, bytes: { as: "text", text: "" }, any: { type: "", json: "" } }[spec.kind] ??
    (spec.kind === "enum" ? spec.names[0][0] : spec.kind === "json" ? "{}" : "")
  );
}

/**
 * A oneof: a picker, and the field that is picked.
 * @param {App} app @param {string} name @param {Field[]} fields @param {Slot} slot
 */
function oneofPart(app, name, fields, slot) {
  const chosen = fields.find((field) => slot.get()[field.name] !== undefined);
  const id = `${app.id}${slot.path}/${name}#oneof`;
  const select = el(
    "select.gv-con-input.gv-con-pick",
    {
      id,
      "data-key": `${slot.path}/${name}#oneof`,
      onchange: () => {
        for (const field of fields) slotIn(slot, field.name).set(undefined);
        const picked = fields.find((field) => field.name === select.value);
        if (picked) slotIn(slot, picked.name).set(startValue(picked));
        changed(app);
      },
    },
    [
      el("option", { value: "" }, "none of them"),
      fields.map((field) => el("option", { value: field.name, selected: field === chosen }, field.name)),
    ],
  );
  return el("fieldset.gv-con-oneof", [
    el("legend.gv-sr", `${name}, one of`),
    el("div.gv-con-row", [
      el("label.gv-con-label", { for: id }, el("code", name), " ", el("span.gv-con-type", "one of")),
      el("div.gv-con-value", select),
    ]),
    chosen && fieldPart(app, chosen, slotIn(slot, chosen.name)),
  ]);
}

/**
 * What a field is set to when it is picked: its default, which is the first thing one may want to change.
 * @param {Spec} field @returns {unknown}
 */
function startValue(field) {
  if (["double", "float"].includes(field.kind) || /^(s|u)?(int|fixed)\d\d$|^sfixed/.test(field.kind)) return "0";
  if (field.kind === "wrapper") return startValue(field.value);
  if (field.kind === "timestamp") return new Date().toISOString();
  return field.kind === "duration" ? "0s" : emptyValue(field);
}

/**
 * Something came, went or moved: draw it, and tell Python.
 * @param {App} app @param {string} [focus]
 */
export function changed(app, focus) {
  app.redraw();
  if (focus) app.focusOn(focus);
  app.edited();
}
