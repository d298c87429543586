// The header tables, to step through. Python draws one block at a time; here the new one replaces the old, the entry that was looked at stays selected by its name, and entries and table rows light up together.

import { busyNote, PICTURE_WAITS } from "../kit/busy.js";
import { el, findAll, on, setText, whenResized } from "../kit/dom.js";
import { onKeys, selectableRows } from "../kit/keys.js";
import { widget } from "../kit/module.js";
import { grouped } from "../kit/text.js";

/**
 * @import { TablesModel } from "./messages"
 * @import { View } from "../kit/types"
 */

const PAGE = 40; // as many blocks as there are bars at a time
const NOT_SAVED = "This page has the first blocks of each direction. In the notebook you can see them all.";

/** @param {View<TablesModel>} view */
function render({ model, el: host, signal }) {
  let waits = false; // whether what was asked last is still to come
  let mouse = {}; // where it was, and over what
  let chosen = { name: null, place: 0 }; // the selected entry

  const button = (title, words, act) =>
    el("button.gv-live-button", { type: "button", "aria-label": words, onclick: act }, title);
  const connection = el("select.gv-live-input", { "aria-label": "Connection" });
  const ways = el("div.gv-hpack-ways", { role: "group", "aria-label": "Direction" });
  const back = button("‹", "Previous header block", () => go(model.get("block") - 1));
  const next = button("›", "Next header block", () => go(model.get("block") + 1));
  const number = el("input.gv-live-input.gv-hpack-number", { type: "number", min: 1, "aria-label": "Header block" });
  const total = el("span.gv-muted");
  const again = button("Look again", "Look again for what was recorded since", () => ask({}));
  const stepper = el("div.gv-hpack-stepper", back, number, total, next, again);
  const strip = el("div.gv-hpack-slider", {
    role: "slider",
    tabindex: 0,
    "aria-label": "Header block",
    "aria-valuemin": 1,
  });
  const picture = el("div.gv-hpack-picture");
  const busy = el("p.gv-muted.gv-hpack-busy", { role: "status" });
  const waiting = busyNote(busy, PICTURE_WAITS, 800, signal);
  const news = el("div.gv-sr", { role: "status" });
  const node = el("div.gv.gv-hpack.gv-hpack-live", [
    el("div.gv-hpack-controls", connection, ways, stepper),
    strip,
    picture,
    busy,
    news,
  ]);
  host.append(node);

  /** Asks for another picture. Only the last wish is sent when the kernel is slow. */
  function ask(changes) {
    model.set({ ...changes, asked: model.get("asked") + 1 });
    model.save_changes();
    waits = true;
    waiting.wait();
    place();
  }
  function go(block) {
    const { count } = model.get("content");
    const to = Math.max(1, Math.min(count, block));
    if (to !== model.get("block")) ask({ block: to });
    else place();
  }
  /** Shows which block is wanted, before it is there. */
  function place() {
    const { count } = model.get("content");
    const block = model.get("block");
    number.value = String(block);
    // A button that is disabled would lose the focus.
    back.setAttribute("aria-disabled", String(block <= 1));
    next.setAttribute("aria-disabled", String(block >= count));
    strip.setAttribute("aria-valuenow", String(block));
    for (const bar of findAll(strip, "[data-go]")) {
      bar.classList.toggle("gv-hpack-chosen", bar.dataset.go === String(block));
    }
  }

  const entries = () => findAll(picture, "[data-entry]");
  const rowsOf = (entry) => new Set(entry?.dataset.rows?.split(" ").filter(Boolean));
  const selected = () => entries().find((entry) => entry.getAttribute("aria-selected") === "true");
  const selection = selectableRows(picture, entries, choose, signal);

  function choose(entry) {
    chosen = { name: entry.dataset.name, place: Number(entry.dataset.entry) };
    for (const bits of findAll(picture, "[data-bits]")) {
      bits.hidden = bits.dataset.bits !== entry.dataset.entry;
    }
    light(rowsOf(entry));
    revealBoth();
  }
  function revealBoth() {
    reveal(selected());
    reveal(findAll(picture, ".gv-hpack-table .gv-hpack-lit")[0]);
  }
  /** Marks rows of the table, by their numbers, and with `both` the entries that touched them. */
  function light(numbers, both = false) {
    for (const row of findAll(picture, "[data-row]")) {
      row.classList.toggle("gv-hpack-lit", numbers.has(row.dataset.row));
    }
    for (const entry of entries()) {
      entry.classList.toggle("gv-hpack-lit", both && [...rowsOf(entry)].some((each) => numbers.has(each)));
    }
  }
  /** A mouse that rests is not heard, though browsers tell of it when the picture changes under it. */
  function point(event) {
    const [entry, row] = [event.target.closest("[data-entry]"), event.target.closest("[data-row]")];
    const over = row ?? entry;
    const rests = event.clientX === mouse.x && event.clientY === mouse.y;
    const same = rests || over === mouse.over;
    mouse = { x: event.clientX, y: event.clientY, over: rests ? mouse.over : over };
    if (same) return;
    if (row) light(new Set([row.dataset.row]), true);
    else light(rowsOf(entry ?? selected()));
  }

  function show() {
    const content = model.get("content");
    const focused =
      picture.contains(document.activeElement) && Boolean(document.activeElement?.closest("[data-entry]"));
    node.dataset.state = content.state;
    node.dataset.shown = content.shown.join(" ");
    const empty = content.count === 0;
    stepper.hidden = strip.hidden = empty;
    ways.hidden = content.connections.length === 0;
    again.hidden = !content.open;
    if (empty && content.open) picture.after(again);
    else stepper.append(again);
    connection.hidden = content.connections.length < 2;
    connection.replaceChildren(
      ...content.connections.map((each) =>
        el("option", { value: each, selected: each === content.shown[0] }, `Connection ${each}`),
      ),
    );
    directions(content);
    number.max = String(content.count);
    setText(total, `of ${grouped(content.count)}`);
    strip.innerHTML = content.strip; // made by html.py, which escapes every text, as is the picture
    strip.setAttribute("aria-valuemax", String(content.count));
    strip.setAttribute("aria-valuetext", content.words);
    picture.innerHTML = content.html;
    dress();
    place();
    const all = entries();
    const same = all.filter((entry) => entry.dataset.name === chosen.name);
    const target = same[0] ?? all[Math.min(chosen.place, all.length - 1)];
    selection.refresh();
    if (target) {
      const keep = chosen;
      selection.select(target);
      if (!same.length && keep.name !== null) chosen = keep; // it may be in the next block again
      if (focused) target.focus({ preventScroll: true });
    }
    if (content.asked >= model.get("asked")) {
      waiting.end();
      if (waits && document.activeElement !== strip) setText(news, content.words);
      waits = false;
    }
  }
  /** The two directions as buttons; they stay, so that the focus does. */
  function directions(content) {
    if (ways.childElementCount !== content.ways.length) {
      ways.replaceChildren(
        ...content.ways.map(([way]) =>
          el("button.gv-live-button", { type: "button", onclick: () => ask({ direction: way }) }),
        ),
      );
    }
    content.ways.forEach(([way, title, count], place) => {
      setText(ways.children[place], `${title} (${grouped(count)})`);
      ways.children[place].setAttribute("aria-pressed", String(way === content.shown[1]));
    });
  }
  /** What a page that can be clicked says more than one that cannot. */
  function dress() {
    const list = picture.querySelector(".gv-hpack-entries");
    list?.setAttribute("role", "listbox");
    for (const entry of entries()) {
      entry.setAttribute("role", "option");
      entry.setAttribute("aria-label", entry.dataset.words ?? "");
    }
  }

  const typed = () => go(Math.round(Number(number.value)) || 1);
  on(number, "change", signal, typed);
  on(number, "keydown", signal, ({ key }) => key === "Enter" && typed());
  on(connection, "change", signal, () => ask({ connection: Number(connection.value) }));
  on(strip, "click", signal, (event) => {
    const bar = event.target.closest("[data-go]");
    if (bar) go(Number(bar.dataset.go));
  });
  const step = (/** @type {string} */ key, /** @type {Record<string, number>} */ steps) => {
    if (!(key in steps)) return false;
    go(steps[key]);
    return true;
  };
  onKeys(strip, signal, ({ key }) => {
    const block = model.get("block");
    return step(key, {
      ArrowRight: block + 1,
      ArrowUp: block + 1,
      ArrowLeft: block - 1,
      ArrowDown: block - 1,
      PageUp: block + PAGE,
      PageDown: block - PAGE,
      Home: 1,
      End: model.get("content").count,
    });
  });
  onKeys(picture, signal, ({ key, target }) => {
    const block = model.get("block");
    return target.closest("[data-entry]") && step(key, { ArrowRight: block + 1, ArrowLeft: block - 1 });
  });
  on(picture, "mousemove", signal, point);
  on(picture, "mouseleave", signal, () => {
    mouse = {};
    light(rowsOf(selected()));
  });

  // A narrower page has other boxes, with other parts of them in sight.
  whenResized(node, signal, revealBoth);
  model.on("change:content", show);
  model.on("change:block", place);
  show();
}

/**
 * What the kernel would answer, where there is none: one of the blocks that were saved (`_saved_traits` in widget.py).
 * @param {TablesModel} model
 */
function answer(model) {
  const seen = model.get("content");
  const [connection, direction] = [model.get("connection"), model.get("direction")];
  let block = model.get("block");
  if (block === seen.shown[2] && connection !== seen.shown[0]) block = 1;
  else if (block === seen.shown[2] && direction !== seen.shown[1]) block = seen.across ?? 1;
  const all = (model.get("contents") ?? []).filter(({ shown: [c, d] }) => c === connection && d === direction);
  const saved = all.find(({ shown }) => shown[2] === block) ?? all.at(-1) ?? seen;
  const html = saved.shown[2] === block ? saved.html : `<p class="gv-muted">${NOT_SAVED}</p>${saved.html}`;
  const [nextConnection, nextDirection, nextBlock] = saved.shown;
  model.set({ connection: nextConnection, direction: nextDirection, block: nextBlock });
  model.set({ content: { ...saved, html, asked: model.get("asked") } });
}

/**
 * Scrolls the box around a row, and nothing else, until the row is seen, with whole rows in sight from the top.
 * @param {HTMLElement | null | undefined} row
 */
function reveal(row) {
  /** @type {HTMLElement | null | undefined} */
  const box = row?.closest(".gv-scroll");
  if (!row || !box) return;
  const outer = box.getBoundingClientRect();
  const start = outer.top + (box.querySelector("thead")?.offsetHeight ?? 0);
  const above = (/** @type {Element} */ each) => each.getBoundingClientRect().top - start;
  const beneath = row.getBoundingClientRect().bottom - outer.bottom;
  let by = Math.min(0, above(row));
  if (!by && beneath > 0) {
    const first = [...(row.parentElement?.children ?? [])].find((each) => above(each) >= beneath || each === row);
    by = above(first ?? row);
    // At the end of the rows there may be too few beneath to scroll so far.
    const lacks = by - (box.scrollHeight - box.clientHeight - box.scrollTop);
    if (lacks > 0) box.style.paddingBottom = `${(parseFloat(box.style.paddingBottom) || 0) + lacks}px`;
  }
  box.scrollTop += by;
}

export default widget({ render, answer });
