// The console's panel: the method, the request at the left, the answer at the right, history and copying below.
// Python reads what is typed, makes the calls and says what is to be shown; here it is drawn.

import { after, busyNote } from "../kit/busy.js";
import { copyText, el, find, on, setText, sign, uniqueId } from "../kit/dom.js";
import { widget } from "../kit/module.js";
import { visible } from "../kit/text.js";
import { answerPane } from "./answer.js";
import { requestPane } from "./request.js";

/**
 * @import { Act, App, ConsoleModel, Method, Received, Sent } from "./messages"
 * @import { View } from "../kit/types"
 */

const COPIED = `${sign(true)} Copied`;
const SELECTED = "The browser does not let a page copy. It is selected: press Ctrl+C or ⌘C.";

/** @param {View<ConsoleModel>} view */
function render({ model, el: host, signal }) {
  const view = uniqueId("console");
  const bar = addressPart(view, (address) => model.send({ do: "ask", address }), signal);
  const inside = el("div");
  const root = el("div.gv.gv-con", { role: "group", "aria-label": "Console" }, bar.node, inside);
  /** @type {ReturnType<typeof panel>} */
  let shown;
  let old = new AbortController();
  const draw = () => {
    old.abort();
    old = new AbortController();
    shown = panel(model, view, old.signal);
    bar.draw(model.get("spec").offered);
    inside.replaceChildren(...shown.nodes);
  };
  model.on("change:spec", draw); // another server was asked
  signal.addEventListener("abort", () => old.abort());
  host.append(el("div.gv-con-box", root));
  model.on("msg:custom", (content) => {
    if (content.kind === "who") model.send({ do: "here", view });
    else if (content.kind === "asked") bar.asked(content.problem);
    else {
      if (content.kind === "draft") bar.at(content.address);
      shown.hear(content);
    }
  });
  on(root, "keydown", signal, (event) => {
    const command = event.ctrlKey || event.metaKey;
    // JupyterLab's keys are for cells: on a button of ours, "d d" would delete the cell.
    if (!command || event.key === "Enter") event.stopPropagation();
    if (command && event.key === "Enter") {
      event.preventDefault();
      shown.primary();
    }
  });
  draw();
  return () => {
    try {
      model.send({ do: "bye", view });
    } catch {
      // The widget is closed already, and its calls with it.
    }
  };
}

/**
 * All of the console that belongs to one server: its methods, a request, an answer, history and copying.
 * @param {View<ConsoleModel>["model"]} model @param {string} view @param {AbortSignal} signal
 */
function panel(model, view, signal) {
  const spec = model.get("spec");
  const methods = new Map(spec.methods.map((method) => [method.path, method]));
  /** @type {any} the draft and its method come with the first message, the rest from `requestPane` */
  const rest = { draft: null, method: null };
  /** @type {App} */
  const app = { ...rest, id: view, spec, errors: {}, open: false, revision: 0, halfClosed: false, folded: new Set() };

  const busy = el("p.gv-con-busy", { role: "status" });
  const waiting = busyNote(busy, "Waiting for the kernel: it is busy with a cell, or gone.", 1500, signal);
  const say = (/** @type {Sent} */ message) => {
    model.send(message);
    waiting.wait();
  };
  const act = (/** @type {Act} */ message) => {
    check.cancel();
    app.revision += 1;
    say({ ...message, draft: app.draft, rev: app.revision });
  };
  /** What was typed is checked soon, and at once when a button is pressed. */
  const check = after(150, signal, () => act({ do: "check" }));
  const edited = () => {
    app.revision += 1;
    check();
  };
  const press = (what) => act({ do: "press", button: what });

  const request = requestPane(app, { edited, press, turn: (tab) => act({ do: "turn", tab }) });
  const answer = answerPane(app, { format: (form) => say({ do: "feed", form }) }, signal);
  const head = headPart(app, methods, (path) => say({ do: "choose", method: path }));
  const foot = footPart({
    load: (number) => say({ do: "load", number }),
    copy: (what) => act({ do: "copy", ...what }),
  });
  const problem = el("p.gv-con-problem", { role: "alert" });

  /** @type {{ [Kind in Exclude<Received["kind"], "who" | "asked">]: (message: any) => void }} */
  const hear = {
    draft({ draft, address }) {
      if (!methods.has(draft.method)) return; // of the server before
      app.draft = draft;
      app.method = /** @type {Method} */ (methods.get(draft.method));
      head.draw(address);
      request.draw();
      foot.forget();
    },
    check({ rev, errors, size, problem: text, pressed }) {
      if (rev !== null && rev !== app.revision) return; // something was typed meanwhile
      app.errors = errors;
      request.check(size, pressed);
      setText(problem, text);
    },
    call(content) {
      setText(problem, "");
      app.open = content.open;
      answer.show(content);
      request.buttons();
      head.draw();
      foot.history(content.history);
    },
    copy: (content) => foot.copied(content),
    problem: ({ text }) => {
      setText(problem, text);
    },
  };
  say({ do: "hello", view });
  return {
    nodes: [head.node, problem, el("div.gv-con-panes", request.node, answer.node), busy, foot.node],
    hear(content) {
      waiting.end();
      hear[content.kind]?.(content);
    },
    primary: () => request.primary(),
  };
}

/**
 * Which server is asked what it offers; hidden where modules say it.
 * @param {string} view @param {(address: string) => void} ask @param {AbortSignal} signal
 */
function addressPart(view, ask, signal) {
  const id = `${view}-address`;
  const input = el("input.gv-con-input.gv-con-address", {
    id,
    spellcheck: "false",
    autocomplete: "off",
    placeholder: "127.0.0.1:50051",
    "aria-describedby": `${id}-told`,
  });
  const button = el("button.gv-con-button", { type: "submit" }, "Ask");
  const told = el("p.gv-con-offered.gv-muted", { id: `${id}-told`, role: "status" });
  const problem = el("p.gv-con-problem", { role: "alert" });
  const busy = (/** @type {boolean} */ is) => {
    button.setAttribute("aria-disabled", String(is));
    setText(button, is ? "Asking" : "Ask");
  };
  const node = el("form.gv-con-ask", { hidden: true }, [
    el("label", { for: id }, "Address"),
    input,
    button,
    told,
    problem,
  ]);
  on(node, "submit", signal, (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    setText(problem, "");
    busy(true);
    ask(input.value);
  });
  return {
    node,
    /** @param {string | null} offered */
    draw(offered) {
      node.hidden = offered === null;
      setText(told, offered ?? "");
    },
    /** @param {string} address */
    at(address) {
      if (input !== document.activeElement) input.value = address;
    },
    /** @param {string} text */
    asked(text) {
      busy(false);
      setText(problem, text);
    },
  };
}

/**
 * The method's picker, grouped by service, and where calls go.
 * @param {App} app @param {Map<string, Method>} methods @param {(path: string) => void} choose
 */
function headPart(app, methods, choose) {
  const services = new Map();
  for (const m of methods.values()) services.set(m.service, [...(services.get(m.service) ?? []), m]);
  const options = (list) =>
    list.map((m) => el("option", { value: m.path }, `${m.name}\u2003${m.arrows}\u2003${m.kind}`));
  const select = el(
    "select.gv-con-method",
    { id: `${app.id}-method`, onchange: () => choose(select.value) },
    [...services].map(([service, list]) => el("optgroup", { label: service }, options(list))),
  );
  const where = el("code");
  const doc = el("p.gv-con-doc.gv-muted");
  const node = el("div.gv-con-head", [
    el("label.gv-sr", { for: select.id }, "Method"),
    select,
    el("span.gv-con-where.gv-muted", "at ", where),
    doc,
  ]);
  return {
    node,
    /** @param {string} [address] */
    draw(address) {
      if (address) setText(where, address);
      if (!app.method) return;
      select.value = app.method.path;
      select.disabled = app.open;
      select.title = app.open
        ? "A call is running: cancel it before you choose another method."
        : visible(app.method.path);
      setText(doc, app.method.doc);
      doc.hidden = !app.method.doc;
    },
  };
}

/** History, and the call as source to copy. */
function footPart({ load, copy }) {
  const list = el("ul.gv-con-history");
  const title = el("summary", "History");
  const past = el("details", { hidden: true }, title, list);
  const box = el("div.gv-con-copy", { hidden: true });
  const button = (what, label) => el("button.gv-con-button", { type: "button", onclick: () => copy({ what }) }, label);
  const python = button("python", "Copy as Python");
  const grpcurl = button("grpcurl", "Copy as grpcurl");
  const node = el("div.gv-con-foot", el("div.gv-con-footrow", past, el("span.gv-con-copies", python, grpcurl)), box);
  let known = "";
  const close = (what) => {
    box.hidden = true;
    (what === "grpcurl" ? grpcurl : python).focus();
  };
  return {
    node,
    forget() {
      box.hidden = true;
    },
    copied(content) {
      const { parts, take } = copyBox(content, copy, () => close(content.what));
      box.replaceChildren(...parts);
      box.hidden = false;
      past.open = false; // both at once would be higher than a screen
      find(box, content.problem ? "p" : ".gv-con-primary").focus();
      take?.();
    },
    history(entries) {
      const now = JSON.stringify(entries);
      if (now === known) return;
      known = now;
      past.hidden = entries.length === 0;
      setText(title, `History (${entries.length})`);
      list.replaceChildren(
        ...entries.map((entry) =>
          el("li", [
            el(
              "button.gv-con-past",
              { type: "button", onclick: () => load(entry.number), title: "Load this call's form again" },
              [
                el("span", { class: entry.ok ? "gv-con-ok" : "gv-con-bad", "aria-hidden": "true" }, sign(entry.ok)),
                el("span", entry.method),
                el("span.gv-muted", entry.status),
                el("span.gv-muted", entry.took),
                el("span.gv-muted", `→ ${entry.sent}  ← ${entry.received}`),
                el("span.gv-muted", entry.clock),
              ],
            ),
          ]),
        ),
      );
    },
  };
}

/** What is copied: the text, what came of it, a button to copy it again, and for grpcurl where the schema comes from. */
function copyBox({ what, text, problem, reflection }, copy, close) {
  const shut = el("button.gv-con-button", { type: "button", onclick: close }, "Close");
  if (problem) return { parts: [el("p.gv-con-error", { role: "alert", tabindex: "-1" }, problem), shut] };
  const code = el("pre", { tabindex: "0", "aria-label": what === "python" ? "Python source" : "grpcurl command" }, [
    text,
  ]);
  const told = el("span.gv-con-told", { role: "status" });
  const take = async () => {
    setText(told, "");
    setText(told, (await copyText(text, code)) ? COPIED : SELECTED);
  };
  const again = el("button.gv-con-button.gv-con-primary", { type: "button", onclick: take }, "Copy again");
  const box = el("input", {
    type: "checkbox",
    checked: reflection,
    onchange: () => copy({ what, reflection: box.checked }),
  });
  const from = what === "grpcurl" && el("label.gv-con-check", box, "the server tells its schema (reflection)");
  return { take, parts: [code, el("div.gv-con-footrow", el("span.gv-con-copies", again, shut, told), from)] };
}

export default widget({ render });
