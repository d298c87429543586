// The console's panel: the method, the request at the left, the answer at the right, history and copying below.
// Python (console.py) reads what is typed, makes the calls and says what is to be shown; here it is drawn.
/* global el, requestPane, answerPane */

const SLOW = 1500; // ms without an answer after which the kernel is said to be busy
let panels = 0;

function render({ model, el: host }) {
  const view = `console-${Date.now().toString(36)}-${(panels += 1)}`;
  const spec = model.get("spec");
  const methods = new Map(spec.methods.map((method) => [method.path, method]));
  const app = { id: view, spec, draft: null, errors: {}, open: false, method: null, revision: 0 };
  const stop = new AbortController();
  let slow = null;
  let timer = null;

  const busy = el("p", { class: "gv-con-busy", role: "status" });
  const say = (message) => {
    model.send(message);
    clearTimeout(slow);
    slow = setTimeout(() => { busy.textContent = "Waiting for the kernel: it is busy with a cell, or gone."; }, SLOW);
  };
  const act = (message) => {
    clearTimeout(timer);
    app.revision += 1;
    say({ ...message, draft: app.draft, rev: app.revision });
  };
  /** What was typed is checked soon, and at once when a button is pressed. */
  const edited = () => {
    app.revision += 1;
    clearTimeout(timer);
    timer = setTimeout(() => act({ do: "check" }), 150);
  };
  const press = (what) => {
    act({ do: "press", button: what });
  };

  const request = requestPane(app, { edited, press, turn: (face) => act({ do: "turn", face }) });
  const answer = answerPane(app, { format: (form) => say({ do: "feed", form }) });
  const head = headPart(app, methods, (path) => say({ do: "choose", method: path }));
  const foot = footPart(app, { load: (number) => say({ do: "load", number }), copy: (what) => act({ do: "copy", ...what }) });
  const problem = el("p", { class: "gv-con-problem", role: "alert" });
  const root = el("div", { class: "gv gv-con", role: "group", "aria-label": "Console" },
    head.node, problem, el("div", { class: "gv-con-panes" }, request.node, answer.node), busy, foot.node);
  host.append(el("div", { class: "gv-con-box" }, root));

  const hear = {
    draft({ draft, address }) {
      app.draft = draft;
      app.method = methods.get(draft.method);
      head.draw(address);
      request.draw();
      foot.forget();
    },
    check({ rev, errors, size, problem: text, pressed }) {
      if (rev !== null && rev !== app.revision) return; // something was typed meanwhile
      app.errors = errors;
      request.check(size, pressed);
      problem.textContent = text;
    },
    call(content) {
      problem.textContent = "";
      app.open = content.open;
      answer.show(content);
      request.buttons();
      head.draw();
      foot.history(content.history);
    },
    copy: (content) => foot.copied(content),
    problem: ({ text }) => { problem.textContent = text; },
    who: () => model.send({ do: "here", view }),
  };
  const onMessage = (content) => {
    clearTimeout(slow);
    busy.textContent = "";
    hear[content.kind]?.(content);
  };
  model.on("msg:custom", onMessage);
  root.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    // JupyterLab's keys are for cells: on a button of ours, "d d" would delete the cell.
    if (!command || event.key === "Enter") event.stopPropagation();
    if (command && event.key === "Enter") {
      event.preventDefault();
      request.primary();
    }
  }, { signal: stop.signal });
  say({ do: "hello", view });
  return () => {
    model.off("msg:custom", onMessage);
    stop.abort();
    clearTimeout(slow);
    clearTimeout(timer);
    answer.stop();
    try {
      model.send({ do: "bye", view });
    } catch {
      // The widget is closed already, and its calls with it.
    }
  };
}

/** The method's picker, grouped by service, and where calls go. */
function headPart(app, methods, choose) {
  const services = new Map();
  for (const m of methods.values()) services.set(m.service, [...(services.get(m.service) ?? []), m]);
  const options = (list) => list.map((m) => el("option", { value: m.path }, `${m.name}\u2003${m.arrows}\u2003${m.kind}`));
  const select = el("select", { id: `${app.id}-method`, class: "gv-con-method", onchange: () => choose(select.value) },
    [...services].map(([service, list]) => el("optgroup", { label: service }, options(list))));
  const where = el("code", {});
  const doc = el("p", { class: "gv-con-doc gv-muted" });
  const node = el("div", { class: "gv-con-head" },
    el("label", { for: select.id, class: "gv-sr" }, "Method"), select,
    el("span", { class: "gv-con-where gv-muted" }, "at ", where), doc);
  return {
    node,
    draw(address) {
      if (address) where.textContent = address;
      if (!app.method) return;
      select.value = app.method.path;
      select.disabled = app.open;
      select.title = app.open ? "A call is running: cancel it before you choose another method." : app.method.path;
      doc.textContent = app.method.doc;
      doc.hidden = !app.method.doc;
    },
  };
}

/** History, and the call as source to copy. */
function footPart(app, { load, copy }) {
  const list = el("ul", { class: "gv-con-history" });
  const title = el("summary", {}, "History");
  const past = el("details", { hidden: true }, title, list);
  const box = el("div", { class: "gv-con-copy", hidden: true });
  const button = (what, label) => el("button", { type: "button", class: "gv-con-button", onclick: () => copy({ what }) }, label);
  const python = button("python", "Copy as Python");
  const grpcurl = button("grpcurl", "Copy as grpcurl");
  const node = el("div", { class: "gv-con-foot" },
    el("div", { class: "gv-con-footrow" }, past, el("span", { class: "gv-con-copies" }, python, grpcurl)), box);
  let known = "";
  const close = (what) => {
    box.hidden = true;
    (what === "grpcurl" ? grpcurl : python).focus();
  };
  return {
    node,
    forget() { box.hidden = true; },
    copied(content) {
      box.replaceChildren(...copyBox(content, copy, () => close(content.what)));
      box.hidden = false;
      past.open = false; // both at once would be higher than a screen
      box.querySelector(content.problem ? "p" : ".gv-con-primary").focus();
    },
    history(entries) {
      const now = JSON.stringify(entries);
      if (now === known) return;
      known = now;
      past.hidden = entries.length === 0;
      title.textContent = `History (${entries.length})`;
      list.replaceChildren(...entries.map((entry) => el("li", {}, el("button", {
        type: "button", class: "gv-con-past", onclick: () => load(entry.number), title: "Load this call's form again",
      },
      el("span", { class: entry.ok ? "gv-con-ok" : "gv-con-bad", "aria-hidden": "true" }, entry.ok ? "✓" : "✗"),
      el("span", {}, entry.method), el("span", { class: "gv-muted" }, entry.status),
      el("span", { class: "gv-muted" }, entry.took),
      el("span", { class: "gv-muted" }, `→ ${entry.sent}  ← ${entry.received}`),
      el("span", { class: "gv-muted" }, entry.clock)))));
    },
  };
}

/** What can be copied: the text, a button that copies it, and for grpcurl where the schema comes from. */
function copyBox({ what, text, problem, reflection }, copy, close) {
  const shut = el("button", { type: "button", class: "gv-con-button", onclick: close }, "Close");
  if (problem) return [el("p", { class: "gv-con-error", role: "alert", tabindex: "-1" }, problem), shut];
  const code = el("pre", { tabindex: "0", "aria-label": what === "python" ? "Python source" : "grpcurl command" }, text);
  const told = el("span", { class: "gv-muted", role: "status" });
  const take = el("button", {
    type: "button", class: "gv-con-button gv-con-primary", onclick: () => copyText(text, code).then((words) => { told.textContent = words; }),
  }, "Copy");
  const box = el("input", { type: "checkbox", checked: reflection, onchange: () => copy({ what, reflection: box.checked }) });
  const from = what === "grpcurl" && el("label", { class: "gv-con-check" }, box, "the server tells its schema (reflection)");
  return [code, el("div", { class: "gv-con-footrow" }, el("span", { class: "gv-con-copies" }, take, shut, told), from)];
}

/** Copies text; where the browser does not let us, it is selected. Returns what to say. */
async function copyText(text, node) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch {
    const selection = getSelection();
    selection.selectAllChildren(node);
    if (document.execCommand?.("copy")) return "Copied.";
    return "Selected: press Ctrl+C or ⌘C.";
  }
}

export default { render };
