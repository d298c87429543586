// The request's half of the console: the form or its JSON, metadata, deadline and the buttons.
/* global el, changed, errorLine, formFace, smallButton */

function requestPane(app, { edited, press, turn }) {
  const body = el("div", { class: "gv-con-body" });
  const size = el("span", { class: "gv-muted", title: "Size of the message on the wire, before compression" });
  const type = el("code", {});
  const face = (name, label) => el("button", {
    type: "button", class: "gv-con-tab", "data-face": name, onclick: () => app.draft.face !== name && turn(name),
  }, label);
  const tabs = el("span", { class: "gv-con-tabs", role: "group", "aria-label": "Write the request as" },
    face("form", "Form"), face("json", "JSON"));
  const bar = el("div", { class: "gv-con-bar" });
  const node = el("section", { class: "gv-con-pane", "aria-label": "Request" },
    el("div", { class: "gv-con-title" }, el("strong", {}, "Request"), type, tabs, size), body, bar);
  app.folded = new Set();
  app.edited = edited;
  app.redraw = () => keepingFocus(body, draw);
  app.focusOn = (key) => focusOn(body, key);

  function draw() {
    for (const tab of tabs.children) tab.setAttribute("aria-pressed", String(tab.dataset.face === app.draft.face));
    type.textContent = app.method.request.type.split(".").pop();
    type.title = app.method.request.type;
    const request = app.draft.face === "json" ? jsonFace(app) : formFace(app);
    body.replaceChildren(request, metadataPart(app));
    showErrors(app, body);
  }
  const buttons = () => {
    if (!app.method) return;
    const streams = app.method.clientStreams;
    const wanted = streams ? ["start", "send", "half-close", "cancel"] : ["call", "cancel"];
    const names = { call: "Call", start: "Start", send: "Send", "half-close": "Half-close", cancel: "Cancel" };
    const can = {
      call: !app.open, start: !app.open, send: app.open && !app.halfClosed,
      "half-close": app.open && !app.halfClosed, cancel: app.open,
    };
    if (bar.dataset.kind !== String(streams)) {
      bar.dataset.kind = String(streams);
      bar.replaceChildren(...wanted.map((name) => el("button", {
        type: "button", class: "gv-con-button", "data-do": name,
        onclick: (event) => event.currentTarget.getAttribute("aria-disabled") === "true" || press(name),
      }, names[name])), deadlinePart(app));
    }
    for (const button of bar.querySelectorAll("[data-do]")) {
      // Not `disabled`: the button just pressed would lose the focus to the notebook.
      button.setAttribute("aria-disabled", String(!can[button.dataset.do]));
      button.classList.toggle("gv-con-primary", button.dataset.do === primary());
    }
    const input = bar.querySelector("input");
    if (input !== document.activeElement) input.value = app.draft.deadline ?? "";
  };
  const primary = () => (!app.method.clientStreams ? "call" : app.open && !app.halfClosed ? "send" : "start");

  return {
    node,
    buttons,
    draw() {
      app.folded.clear();
      draw();
      buttons();
    },
    check(text, pressed) {
      size.textContent = text;
      showErrors(app, node);
      if (pressed) toFirstError(app, node);
    },
    primary: () => app.method && bar.querySelector(`[data-do=${primary()}]`).click(),
  };
}

function jsonFace(app) {
  const id = `${app.id}-json`;
  const area = el("textarea", {
    id, class: "gv-con-input gv-con-json", rows: 10, spellcheck: "false", "data-path": "json", "aria-describedby": `${id}-error`,
    oninput: () => { app.draft.json = area.value; app.edited(); },
  }, app.draft.json ?? "");
  return el("div", { class: "gv-con-form" }, el("label", { for: id, class: "gv-sr" }, "Request as JSON"), area, errorLine("json", id));
}

/** Metadata rows. */
function metadataPart(app) {
  const rows = app.draft.metadata;
  const add = smallButton("Add", "metadata#add", () => {
    rows.push({ key: "", value: "", as: "hex" });
    changed(app, `metadata/${rows.length - 1}/key`);
  }, "Add metadata");
  const input = (row, index, what) => {
    const path = `metadata/${index}/${what}`;
    const id = `${app.id}-${path}`;
    const binary = () => row.key.trim().endsWith("-bin");
    const node = el("input", {
      id, class: "gv-con-input", "data-path": path, "data-key": path, "aria-describedby": `${id}-error`, spellcheck: "false", autocomplete: "off",
      "aria-label": `Metadata ${what} ${index + 1}`, placeholder: what, value: row[what],
      oninput: () => {
        const was = binary();
        row[what] = node.value;
        if (was !== binary()) app.redraw();
        app.edited();
      },
    });
    const form = what === "value" && binary() && el("select", {
      class: "gv-con-input gv-con-as", "aria-label": `Metadata value ${index + 1} is`, "data-key": `${path}#as`,
      onchange: (event) => { row.as = event.target.value; app.edited(); },
    }, ["hex", "base64", "text"].map((as) => el("option", { selected: row.as === as }, as)));
    return el("div", { class: "gv-con-value" }, el("span", { class: "gv-con-inline" }, node, form), errorLine(path, id));
  };
  const remove = (index) => smallButton("×", `metadata/${index}#remove`, () => {
    rows.splice(index, 1);
    changed(app, "metadata#add");
  }, `Remove metadata ${index + 1}`);
  return el("fieldset", { class: "gv-con-metadata" }, el("legend", {}, "Metadata", rows.length ? "" : el("span", { class: "gv-muted" }, " none"), add),
    rows.map((row, index) => el("div", { class: "gv-con-item gv-con-entry" }, input(row, index, "key"), input(row, index, "value"),
      el("span", { class: "gv-con-tools" }, remove(index)))));
}

function deadlinePart(app) {
  const id = `${app.id}-deadline`;
  const input = el("input", {
    id, class: "gv-con-input", inputmode: "decimal", placeholder: "none", size: 6, autocomplete: "off", "data-path": "deadline", "aria-describedby": `${id}-error`,
    oninput: () => { app.draft.deadline = input.value; app.edited(); },
  });
  return el("div", { class: "gv-con-deadline" }, el("span", { class: "gv-con-inline" },
    el("label", { for: id }, "Deadline"), input, el("span", { class: "gv-muted" }, "s")), errorLine("deadline", id));
}

/** Draws anew; whoever had the focus has it afterwards, or the one who is to get it. */
function keepingFocus(body, draw) {
  const active = body.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.key ?? active?.dataset.path;
  const at = active?.selectionStart;
  const top = body.scrollTop;
  draw();
  body.scrollTop = top;
  if (key !== undefined) focusOn(body, key, at);
}

function focusOn(body, key, at) {
  const escaped = CSS.escape(key);
  const node = body.querySelector(`[data-key="${escaped}"]`) ?? body.querySelector(`[data-path="${escaped}"]`)
    ?? body.querySelector(`[data-path^="${escaped}/"]`);
  node?.focus({ preventScroll: false });
  if (node && at !== undefined && at !== null && node.setSelectionRange) node.setSelectionRange(at, at);
}

function showErrors(app, node) {
  for (const line of node.querySelectorAll("[data-error]")) {
    const text = app.errors[line.dataset.error] ?? "";
    if (line.textContent !== text) line.textContent = text;
  }
  for (const input of node.querySelectorAll("[data-path]")) {
    if (app.errors[input.dataset.path]) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const wrong = Object.keys(app.errors);
  for (const set of node.querySelectorAll("[data-group]")) {
    const inside = app.folded.has(set.dataset.group) && wrong.some((path) => path.startsWith(`${set.dataset.group}/`));
    set.classList.toggle("gv-con-wrong", inside);
  }
}

/** After a press on a button: unfold what hides the first error, and go there. */
function toFirstError(app, node) {
  const [path] = Object.keys(app.errors);
  if (path === undefined) return;
  for (const folded of [...app.folded]) if (path.startsWith(`${folded}/`)) app.folded.delete(folded);
  app.redraw();
  focusOn(node, path);
}
