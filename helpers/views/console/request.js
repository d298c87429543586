// The request's half of the console: the form or its JSON, metadata, deadline and the buttons.

import { el, find, findAll, setText } from "../kit/dom.js";
import { changed, formTab } from "./form.js";
import { errorLine, smallButton } from "./parts.js";

/** @import { App, Draft } from "./messages" */

/** @param {App} app @param {{ edited(): void, press(button: string): void, turn(tab: Draft["tab"]): void }} act */
export function requestPane(app, { edited, press, turn }) {
  const body = el("div.gv-con-body");
  const size = el("span.gv-muted", { title: "Size of the message on the wire, before compression" });
  const type = el("code");
  const tab = (name, label) =>
    el("button.gv-con-tab", { type: "button", "data-tab": name, onclick: () => app.draft.tab !== name && turn(name) }, [
      label,
    ]);
  const tabs = el("span.gv-con-tabs", { role: "group", "aria-label": "Write the request as" }, [
    tab("form", "Form"),
    tab("json", "JSON"),
  ]);
  const bar = el("div.gv-con-bar");
  const node = el("section.gv-con-pane", { "aria-label": "Request" }, [
    el("div.gv-con-title", el("strong", "Request"), type, tabs, size),
    body,
    bar,
  ]);
  app.edited = edited;
  app.redraw = () => keepingFocus(body, draw);
  app.focusOn = (key) => focusOn(body, key);

  function draw() {
    for (const tab of findAll(tabs, "button"))
      tab.setAttribute("aria-pressed", String(tab.dataset.tab === app.draft.tab));
    setText(type, app.method.request.type.split(".").pop() ?? "");
    type.title = app.method.request.type;
    const request = app.draft.tab === "json" ? jsonTab(app) : formTab(app);
    body.replaceChildren(request, metadataPart(app));
    showErrors(app, body);
  }
  const buttons = () => {
    if (!app.method) return;
    const streams = app.method.clientStreams;
    const wanted = streams ? ["start", "send", "half-close", "cancel"] : ["call", "cancel"];
    const names = { call: "Call", start: "Start", send: "Send", "half-close": "Half-close", cancel: "Cancel" };
    const can = {
      call: !app.open,
      start: !app.open,
      send: app.open && !app.halfClosed,
      "half-close": app.open && !app.halfClosed,
      cancel: app.open,
    };
    if (bar.dataset.kind !== String(streams)) {
      bar.dataset.kind = String(streams);
      bar.replaceChildren(
        ...wanted.map((name) =>
          el(
            "button.gv-con-button",
            {
              type: "button",
              "data-do": name,
              onclick: (event) => event.currentTarget.getAttribute("aria-disabled") === "true" || press(name),
            },
            [names[name]],
          ),
        ),
        deadlinePart(app),
      );
    }
    for (const button of findAll(bar, "[data-do]")) {
      // Not `disabled`: the button just pressed would lose the focus to the notebook.
      button.setAttribute("aria-disabled", String(!can[button.dataset.do ?? ""]));
      button.classList.toggle("gv-con-primary", button.dataset.do === primary());
    }
    /** @type {HTMLInputElement} */
    const input = find(bar, "input");
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
      setText(size, text);
      showErrors(app, node);
      if (pressed) toFirstError(app, node);
    },
    primary: () => app.method && find(bar, `[data-do=${primary()}]`).click(),
  };
}

/** @param {App} app */
function jsonTab(app) {
  const id = `${app.id}-json`;
  const area = el(
    "textarea.gv-con-input.gv-con-json",
    {
      id,
      rows: 10,
      spellcheck: "false",
      "data-path": "json",
      "aria-describedby": `${id}-error`,
      oninput: () => {
        app.draft.json = area.value;
        app.edited();
      },
    },
    [app.draft.json ?? ""],
  );
  return el("div.gv-con-form", el("label.gv-sr", { for: id }, "Request as JSON"), area, errorLine("json", id));
}

/**
 * Metadata rows.
 * @param {App} app
 */
function metadataPart(app) {
  const rows = app.draft.metadata;
  const add = smallButton("Add", "metadata#add", "Add metadata", () => {
    rows.push({ key: "", value: "", as: "hex" });
    changed(app, `metadata/${rows.length - 1}/key`);
  });
  const input = (row, index, what) => {
    const path = `metadata/${index}/${what}`;
    const id = `${app.id}-${path}`;
    const binary = () => row.key.trim().endsWith("-bin");
    const node = el("input.gv-con-input", {
      id,
      "data-path": path,
      "data-key": path,
      "aria-describedby": `${id}-error`,
      spellcheck: "false",
      autocomplete: "off",
      "aria-label": `Metadata ${what} ${index + 1}`,
      placeholder: what,
      value: row[what],
      oninput: () => {
        const was = binary();
        row[what] = node.value;
        if (was !== binary()) app.redraw();
        app.edited();
      },
    });
    const form =
      what === "value" &&
      binary() &&
      el(
        "select.gv-con-input.gv-con-as",
        {
          "aria-label": `Metadata value ${index + 1} is`,
          "data-key": `${path}#as`,
          onchange: (event) => {
            row.as = event.target.value;
            app.edited();
          },
        },
        ["hex", "base64", "text"].map((as) => el("option", { selected: row.as === as }, as)),
      );
    return el("div.gv-con-value", el("span.gv-con-inline", node, form), errorLine(path, id));
  };
  const remove = (index) =>
    smallButton("×", `metadata/${index}#remove`, `Remove metadata ${index + 1}`, () => {
      rows.splice(index, 1);
      changed(app, "metadata#add");
    });
  return el("fieldset.gv-con-metadata", [
    el("legend", "Metadata", rows.length ? "" : el("span.gv-muted", " none"), add),
    rows.map((row, index) =>
      el("div.gv-con-item.gv-con-entry", [
        input(row, index, "key"),
        input(row, index, "value"),
        el("span.gv-con-tools", remove(index)),
      ]),
    ),
  ]);
}

/** @param {App} app */
function deadlinePart(app) {
  const id = `${app.id}-deadline`;
  const input = el("input.gv-con-input", {
    id,
    inputmode: "decimal",
    placeholder: "none",
    size: 6,
    autocomplete: "off",
    "data-path": "deadline",
    "aria-describedby": `${id}-error`,
    oninput: () => {
      app.draft.deadline = input.value;
      app.edited();
    },
  });
  return el("div.gv-con-deadline", [
    el("span.gv-con-inline", el("label", { for: id }, "Deadline"), input, el("span.gv-muted", "s")),
    errorLine("deadline", id),
  ]);
}

/**
 * Draws anew; whoever had the focus has it afterwards, or the one who is to get it.
 * @param {HTMLElement} body @param {() => void} draw
 */
function keepingFocus(body, draw) {
  const active = /** @type {HTMLInputElement | null} */ (document.activeElement);
  const { key, path } = (body.contains(active) && active?.dataset) || {};
  const at = active?.selectionStart;
  const top = body.scrollTop;
  draw();
  body.scrollTop = top;
  const wanted = key ?? path;
  if (wanted !== undefined) focusOn(body, wanted, at);
}

/** @param {HTMLElement} body @param {string} key @param {number | null} [at] */
function focusOn(body, key, at) {
  const escaped = CSS.escape(key);
  const [node] = [`[data-key="${escaped}"]`, `[data-path="${escaped}"]`, `[data-path^="${escaped}/"]`].flatMap(
    (selector) => /** @type {HTMLInputElement[]} */ (findAll(body, selector)),
  );
  node?.focus({ preventScroll: false });
  if (at !== undefined && at !== null) node?.setSelectionRange?.(at, at);
}

/** @param {App} app @param {HTMLElement} node */
function showErrors(app, node) {
  for (const line of findAll(node, "[data-error]")) setText(line, app.errors[line.dataset.error ?? ""] ?? "");
  for (const input of findAll(node, "[data-path]")) {
    if (app.errors[input.dataset.path ?? ""]) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const wrong = Object.keys(app.errors);
  for (const set of findAll(node, "[data-group]")) {
    const { group = "" } = set.dataset;
    const inside = app.folded.has(group) && wrong.some((path) => path.startsWith(`${group}/`));
    set.classList.toggle("gv-con-wrong", inside);
  }
}

/**
 * After a press on a button: unfold what hides the first error, and go there.
 * @param {App} app @param {HTMLElement} node
 */
function toFirstError(app, node) {
  const [path] = Object.keys(app.errors);
  if (path === undefined) return;
  for (const folded of [...app.folded]) if (path.startsWith(`${folded}/`)) app.folded.delete(folded);
  app.redraw();
  focusOn(node, path);
}
