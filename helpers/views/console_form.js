// The form of a request: fields, and fields within them.
// A value lives in the draft; a "slot" reads and writes it, and knows its path, as console_form.py names it.
/* global el, leafInput */

function formFace(app) {
  const slot = { path: "", get: () => app.draft.values ?? undefined, set: (value) => { app.draft.values = value ?? null; } };
  const request = app.method.request;
  if (request.kind !== "message") {
    return el("div", { class: "gv-con-form" }, leafRow(app, { ...request, name: "value", presence: true }, slot));
  }
  if (!slot.get()) slot.set({});
  return el("div", { class: "gv-con-form" }, messageFields(app, request.type, slot));
}

/** The fields of a message; those of a oneof under its picker. */
function messageFields(app, type, slot) {
  const { fields } = app.spec.types[type];
  if (!fields.length) return el("p", { class: "gv-muted" }, "This message has no fields.");
  const drawn = new Set();
  return fields.map((field) => {
    if (!field.oneof) return fieldPart(app, field, slotIn(slot, field.name));
    if (drawn.has(field.oneof)) return null;
    drawn.add(field.oneof);
    return oneofPart(app, field.oneof, fields.filter((each) => each.oneof === field.oneof), slot);
  });
}

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

function fieldPart(app, field, slot) {
  if (field.kind === "list" || field.kind === "map") return itemsPart(app, field, slot);
  return field.kind === "message" ? messagePart(app, field, slot) : leafRow(app, field, slot);
}

/** A field with one input: its name and type, the input, the schema's comment, what is wrong with it. */
function leafRow(app, field, slot) {
  const id = `${app.id}${slot.path || "/"}`;
  return el("div", { class: "gv-con-row" },
    el("label", { for: id, class: "gv-con-label" }, fieldName(field)),
    el("div", { class: "gv-con-value" }, leafInput(app, field, slot, id), errorLine(slot.path, id),
      field.doc && el("p", { class: "gv-con-hint" }, field.doc)));
}

function fieldName(field) {
  return [el("code", {}, field.name), " ", el("span", { class: "gv-con-type" }, typeName(field), field.required && " required")];
}

function typeName(spec) {
  if (spec.kind === "list") return `repeated ${typeName(spec.value)}`;
  if (spec.kind === "map") return `map ${typeName(spec.key)} → ${typeName(spec.value)}`;
  return spec.type.split(".").pop();
}

function errorLine(path, id) {
  return el("p", { class: "gv-con-error", id: `${id}-error`, "data-error": path });
}

/** A message within a message: unset, or a group of its fields that folds. */
function messagePart(app, field, slot) {
  const set = slot.get() !== undefined;
  const toggle = smallButton(set ? "Unset" : "Set", `${slot.path}#set`, () => {
    slot.set(set ? undefined : {});
    changed(app);
  }, `${set ? "Unset" : "Set"} ${field.name}`);
  if (!set) {
    return el("div", { class: "gv-con-row" }, el("span", { class: "gv-con-label" }, fieldName(field)),
      el("div", { class: "gv-con-value" }, el("span", { class: "gv-con-inline" }, el("span", { class: "gv-muted" }, "not set"), toggle),
        errorLine(slot.path, `${app.id}${slot.path}`)));
  }
  return group(app, field, slot.path, toggle, () => messageFields(app, field.type, slot), field.doc);
}

/** A fieldset that folds. */
function group(app, field, path, tools, content, doc) {
  const folded = app.folded.has(path);
  const fold = el("button", {
    type: "button", class: "gv-con-fold", "aria-expanded": String(!folded), "data-key": `${path}#fold`,
    onclick: () => {
      if (!app.folded.delete(path)) app.folded.add(path);
      app.redraw();
    },
  }, el("span", { "aria-hidden": "true" }, folded ? "▸" : "▾"), " ", fieldName(field));
  return el("fieldset", { class: "gv-con-group", "data-group": path },
    el("legend", {}, fold, tools), errorLine(path, `${app.id}${path}`),
    !folded && el("div", { class: "gv-con-inside" }, doc && el("p", { class: "gv-con-hint" }, doc), content()));
}

/** A repeated field or a map: rows that come and go; those of a repeated field also move. */
function itemsPart(app, field, slot) {
  const items = () => slot.get() ?? [];
  const isMap = field.kind === "map";
  const put = (list, focus) => {
    slot.set(list.length ? list : undefined);
    changed(app, focus);
  };
  const count = items().length;
  const add = smallButton(isMap ? "Add entry" : "Add", `${slot.path}#add`, () => {
    const fresh = isMap ? [emptyValue(field.key), emptyValue(field.value)] : emptyValue(field.value);
    app.folded.delete(slot.path);
    put([...items(), fresh], `${slot.path}/${count}`);
  }, `Add to ${field.name}`);
  const row = (value, index) => {
    const inner = slotIn({ path: slot.path, get: items }, index);
    const remove = smallButton("×", `${inner.path}#remove`, () => put(items().filter((_, i) => i !== index), `${slot.path}#add`),
      `Remove item ${index + 1} of ${field.name}`);
    const move = (by, sign, word) => smallButton(sign, `${inner.path}#${word}`, () => {
      const list = [...items()];
      [list[index], list[index + by]] = [list[index + by], list[index]];
      put(list, `${slot.path}/${index + by}#${word}`);
    }, `Move item ${index + 1} of ${field.name} ${word}`, index + by < 0 || index + by >= count);
    const tools = isMap ? [remove] : [move(-1, "↑", "up"), move(1, "↓", "down"), remove];
    const parts = isMap
      ? [itemValue(app, field.key, slotIn(inner, 0), `${field.name} key ${index + 1}`), itemValue(app, field.value, slotIn(inner, 1), `${field.name} value ${index + 1}`)]
      : [itemValue(app, field.value, inner, `${field.name} item ${index + 1}`)];
    return el("div", { class: isMap ? "gv-con-item gv-con-entry" : "gv-con-item" }, parts, el("span", { class: "gv-con-tools" }, tools));
  };
  if (!count) {
    return el("div", { class: "gv-con-row" }, el("span", { class: "gv-con-label" }, fieldName(field)),
      el("div", { class: "gv-con-value" }, el("span", { class: "gv-con-inline" }, el("span", { class: "gv-muted" }, "empty"), add),
        field.doc && el("p", { class: "gv-con-hint" }, field.doc)));
  }
  return group(app, field, slot.path, [el("span", { class: "gv-muted" }, String(count)), add], () => items().map(row), field.doc);
}

function itemValue(app, spec, slot, label) {
  if (spec.kind === "message") {
    if (!slot.get()) slot.set({});
    return el("div", { class: "gv-con-nested", role: "group", "aria-label": label }, messageFields(app, spec.type, slot), errorLine(slot.path, `${app.id}${slot.path}`));
  }
  const id = `${app.id}${slot.path}`;
  return el("div", { class: "gv-con-value" }, leafInput(app, spec, slot, id, label), errorLine(slot.path, id));
}

/** What a new row starts with. */
function emptyValue(spec) {
  return { bool: false, message: {}, bytes: { as: "text", text: "" }, any: { type: "", json: "" } }[spec.kind]
    ?? (spec.kind === "enum" ? spec.names[0][0] : spec.kind === "json" ? "{}" : "");
}

/** A oneof: a picker, and the field that is picked. */
function oneofPart(app, name, fields, slot) {
  const chosen = fields.find((field) => slot.get()[field.name] !== undefined);
  const id = `${app.id}${slot.path}/${name}#oneof`;
  const select = el("select", {
    id, class: "gv-con-input gv-con-pick", "data-key": `${slot.path}/${name}#oneof`,
    onchange: () => {
      for (const field of fields) slotIn(slot, field.name).set(undefined);
      const picked = fields.find((field) => field.name === select.value);
      if (picked) slotIn(slot, picked.name).set(startValue(picked));
      changed(app);
    },
  }, el("option", { value: "" }, "none of them"), fields.map((field) => el("option", { value: field.name, selected: field === chosen }, field.name)));
  return el("fieldset", { class: "gv-con-oneof" }, el("legend", { class: "gv-sr" }, `${name}, one of`),
    el("div", { class: "gv-con-row" }, el("label", { class: "gv-con-label", for: id }, el("code", {}, name), " ", el("span", { class: "gv-con-type" }, "one of")),
      el("div", { class: "gv-con-value" }, select)),
    chosen && fieldPart(app, chosen, slotIn(slot, chosen.name)));
}

/** What a field is set to when it is picked: its default, which is the first thing one may want to change. */
function startValue(field) {
  if (["double", "float"].includes(field.kind) || /^(s|u)?(int|fixed)\d\d$|^sfixed/.test(field.kind)) return "0";
  if (field.kind === "wrapper") return startValue(field.value);
  if (field.kind === "timestamp") return new Date().toISOString();
  return field.kind === "duration" ? "0s" : emptyValue(field);
}

function smallButton(sign, key, onclick, label, off = false) {
  return el("button", {
    type: "button", class: "gv-con-small", "data-key": key, "aria-label": label === sign ? null : label, title: label === sign ? null : label,
    "aria-disabled": off ? "true" : null, onclick: off ? null : onclick,
  }, sign);
}

/** Something came, went or moved: draw it, and tell Python. */
function changed(app, focus) {
  app.redraw();
  if (focus) app.focusOn(focus);
  app.edited();
}
