// The live picture of a trace. Python draws; here new pictures replace old ones part by part, so that focus and
// selection stay, and a call that is opened has its frames beneath.

import { busyNote } from "../kit/busy.js";
import { el, findAll, fromMarkup, on, patchParts, setText } from "../kit/dom.js";
import { onKeys, selectableRows } from "../kit/keys.js";
import { widget } from "../kit/module.js";

/**
 * @import { View } from "../kit/types"
 * @import { TraceModel } from "./messages"
 */

const INVITE =
  "Select a call (click, or Tab and the arrow keys) to read what happened to it; click or Enter shows its frames.";
const FRAMES_WAIT = "The frames come from the kernel, which is busy or gone. They are shown when it answers.";

/** @param {View<TraceModel>} view */
function render({ model, el: host, signal }) {
  const picture = el("div");
  const detail = el("p.gv-tr-detail", { "aria-live": "polite" });
  const note = el("p.gv-tr-wait", { role: "status" });
  const news = el("div.gv-sr", { role: "status" });
  host.append(el("div.gv.gv-tr-live", picture, detail, note, news));
  const waiting = busyNote(note, FRAMES_WAIT, 1000, signal);

  const rows = () => findAll(picture, "[data-call]");
  const rowOf = (event) => event.target.closest("[data-call]");
  const tell = () => {
    const selected = rows().find((row) => row.getAttribute("aria-selected") === "true");
    setText(detail, selected?.querySelector("title")?.textContent ?? (rows().length ? INVITE : ""));
  };
  const open = (row) => {
    if (!row) return false;
    waiting.wait();
    model.send({ type: "frames", call: row.dataset.call });
    return true;
  };
  const selection = selectableRows(picture, rows, tell, signal);
  on(picture, "click", signal, (event) => open(rowOf(event)));
  onKeys(picture, signal, (event) => ["Enter", " "].includes(event.key) && open(rowOf(event)));

  const mark = () => {
    const opened = model.get("opened");
    for (const row of rows()) row.setAttribute("aria-expanded", String(row.dataset.call === opened));
  };
  const stateOf = () => findAll(picture, "[data-state]")[0]?.dataset.state;
  const show = () => {
    const before = stateOf();
    const root = fromMarkup(model.get("html"));
    if (!patchParts(picture, root)) replace(picture, root, selection.select);
    picture.querySelector(".gv-tr-calls")?.setAttribute("role", "grid");
    selection.refresh();
    mark();
    // Every step read out would be noise; the end is news.
    detail.setAttribute("aria-live", stateOf() === "running" ? "off" : "polite");
    if (before === "running" && stateOf() !== "running")
      setText(news, picture.querySelector(".gv-tr-summary")?.textContent ?? "");
    tell();
  };
  model.on("change:html", show);
  model.on("change:opened", () => {
    waiting.end();
    mark();
  });
  show();
}

/**
 * What the kernel would answer, where there is none: the frames of a call, beneath (`saved` in widget.py).
 * @param {TraceModel & { beneath: (view: { module: string, traits: object } | null) => void }} model
 * @param {import("./messages").Sent} message
 */
function answer(model, { call }) {
  const opened = call === model.get("opened") ? "" : call;
  const { server = "", place } = model.get("frames")?.[opened] ?? {};
  const capture = model.get("captures")?.[server];
  model.beneath(capture ? { ...capture, traits: { ...capture.traits, place } } : null);
  model.set({ opened });
}

/**
 * Puts a picture with other calls in the place of an old one; the call that was selected stays so, and keeps the focus.
 * @param {HTMLElement} picture @param {HTMLElement} root @param {(row: HTMLElement) => void} select
 */
function replace(picture, root, select) {
  const [selected] = findAll(picture, '[aria-selected="true"]');
  const focused = selected?.contains(document.activeElement);
  picture.replaceChildren(root);
  const again = findAll(picture, "[data-call]").find((row) => row.dataset.call === selected?.dataset.call);
  if (again) select(again);
  if (again && focused) again.focus();
}

export default widget({ render, answer });
