// The header tables, to step through. Python draws one block at a time (hpack_face.py); here the new one replaces
// the old, the entry that was looked at stays selected by its name, and entries and table rows light up together.
/* global el, selectableRows */

const SILENCE = 800; // ms: after so long without an answer the kernel is busy or gone
const PAGE = 40; // as many blocks as there are bars at a time
const BUSY = "The picture waits for the kernel: it is busy or has stopped.";
// Lumino looks at the focused element itself, not at what is around it.
const OWN_KEYS = { "data-lm-suppress-shortcuts": "true" };

function render({ model, el: host }) {
  const stop = new AbortController();
  const { signal } = stop;
  let timer = null;
  let waits = false; // whether what was asked last is still to come
  let mouse = {}; // where it was, and over what
  let chosen = { name: null, place: 0 }; // the selected entry

  const button = (title, words, act) => el("button", {
    ...OWN_KEYS, type: "button", class: "gv-live-button", "aria-label": words, onclick: act,
  }, title);
  const connection = el("select", { ...OWN_KEYS, class: "gv-live-input", "aria-label": "Connection" });
  const ways = el("div", { class: "gv-hpack-ways", role: "group", "aria-label": "Direction" });
  const back = button("‹", "Previous header block", () => go(model.get("block") - 1));
  const next = button("›", "Next header block", () => go(model.get("block") + 1));
  const number = el("input", {
    ...OWN_KEYS, type: "number", min: 1, class: "gv-live-input gv-hpack-number", "aria-label": "Header block",
  });
  const total = el("span", { class: "gv-muted" });
  const again = button("Look again", "Look again for what was recorded since", () => ask({}));
  const stepper = el("div", { class: "gv-hpack-stepper" }, back, number, total, next, again);
  const strip = el("div", {
    ...OWN_KEYS, class: "gv-hpack-slider", role: "slider", tabindex: 0, "aria-label": "Header block", "aria-valuemin": 1,
  });
  const picture = el("div", { class: "gv-hpack-picture" });
  const busy = el("p", { class: "gv-muted gv-hpack-busy", role: "status" });
  const news = el("div", { class: "gv-sr", role: "status" });
  const node = el("div", { class: "gv gv-hpack gv-hpack-live" },
    el("div", { class: "gv-hpack-controls" }, connection, ways, stepper), strip, picture, busy, news);
  host.append(node);

  /** Asks for another picture. Only the last wish is sent when the kernel is slow. */
  function ask(changes) {
    for (const [name, value] of Object.entries({ ...changes, asked: model.get("asked") + 1 })) model.set(name, value);
    model.save_changes();
    waits = true;
    clearTimeout(timer);
    timer = setTimeout(() => { busy.textContent = BUSY; }, SILENCE);
    place();
  }
  function go(block) {
    const { count } = model.get("face");
    const to = Math.max(1, Math.min(count, block));
    if (to !== model.get("block")) ask({ block: to });
    else place();
  }
  /** Shows which block is wanted, before it is there. */
  function place() {
    const { count } = model.get("face");
    const block = model.get("block");
    number.value = String(block);
    // A button that is disabled would lose the focus.
    back.setAttribute("aria-disabled", String(block <= 1));
    next.setAttribute("aria-disabled", String(block >= count));
    strip.setAttribute("aria-valuenow", String(block));
    for (const bar of strip.querySelectorAll("[data-go]")) {
      bar.classList.toggle("gv-hpack-chosen", bar.dataset.go === String(block));
    }
  }

  const entries = () => [...picture.querySelectorAll("[data-entry]")];
  const rowsOf = (entry) => new Set(entry?.dataset.rows.split(" ").filter(Boolean));
  const selected = () => entries().find((entry) => entry.getAttribute("aria-selected") === "true");
  const selection = selectableRows(picture, entries, choose, signal);

  function choose(entry) {
    chosen = { name: entry.dataset.name, place: Number(entry.dataset.entry) };
    for (const bits of picture.querySelectorAll("[data-bits]")) {
      bits.hidden = bits.dataset.bits !== entry.dataset.entry;
    }
    light(rowsOf(entry));
    revealBoth();
  }
  function revealBoth() {
    reveal(selected());
    reveal(picture.querySelector(".gv-hpack-table .gv-hpack-lit"));
  }
  /** Marks rows of the table, by their numbers, and with `both` the entries that touched them. */
  function light(numbers, both = false) {
    for (const row of picture.querySelectorAll("[data-row]")) {
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
    const face = model.get("face");
    const focused = picture.contains(document.activeElement) && document.activeElement.closest("[data-entry]") !== null;
    node.dataset.state = face.state;
    node.dataset.shown = face.shown.join(" ");
    const empty = face.count === 0;
    stepper.hidden = strip.hidden = empty;
    ways.hidden = face.connections.length === 0;
    again.hidden = !face.open;
    if (empty && face.open) picture.after(again);
    else stepper.append(again);
    connection.hidden = face.connections.length < 2;
    connection.replaceChildren(...face.connections.map((each) =>
      el("option", { value: each, selected: each === face.shown[0] }, `Connection ${each}`)));
    directions(face);
    number.max = face.count;
    total.textContent = `of ${face.count.toLocaleString("en")}`;
    strip.innerHTML = face.strip; // made by hpack_face.py, which escapes every text, as is the picture
    strip.setAttribute("aria-valuemax", String(face.count));
    strip.setAttribute("aria-valuetext", face.words);
    picture.innerHTML = face.html;
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
    if (face.asked >= model.get("asked")) {
      clearTimeout(timer);
      busy.textContent = "";
      if (waits && document.activeElement !== strip) news.textContent = face.words;
      waits = false;
    }
  }
  /** The two directions as buttons; they stay, so that the focus does. */
  function directions(face) {
    if (ways.childElementCount !== face.ways.length) {
      ways.replaceChildren(...face.ways.map(([way]) => el("button", {
        ...OWN_KEYS, type: "button", class: "gv-live-button", onclick: () => ask({ direction: way }),
      })));
    }
    face.ways.forEach(([way, title, count], place) => {
      ways.children[place].textContent = `${title} (${count.toLocaleString("en")})`;
      ways.children[place].setAttribute("aria-pressed", String(way === face.shown[1]));
    });
  }
  /** What a page that can be clicked says more than one that cannot. */
  function dress() {
    const list = picture.querySelector(".gv-hpack-entries");
    list?.setAttribute("role", "listbox");
    for (const entry of entries()) {
      entry.setAttribute("role", "option");
      entry.setAttribute("aria-label", entry.dataset.words);
    }
  }

  const typed = () => go(Math.round(Number(number.value)) || 1);
  number.addEventListener("change", typed, { signal });
  number.addEventListener("keydown", (event) => { if (event.key === "Enter") typed(); }, { signal });
  connection.addEventListener("change", () => ask({ connection: Number(connection.value) }), { signal });
  strip.addEventListener("click", (event) => {
    const bar = event.target.closest("[data-go]");
    if (bar) go(Number(bar.dataset.go));
  }, { signal });
  const keys = (event, steps) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    go(steps[event.key]);
  };
  strip.addEventListener("keydown", (event) => {
    const block = model.get("block");
    keys(event, {
      ArrowRight: block + 1, ArrowUp: block + 1, ArrowLeft: block - 1, ArrowDown: block - 1,
      PageUp: block + PAGE, PageDown: block - PAGE, Home: 1, End: model.get("face").count,
    });
  }, { signal });
  picture.addEventListener("keydown", (event) => {
    const block = model.get("block");
    if (event.target.closest("[data-entry]")) keys(event, { ArrowRight: block + 1, ArrowLeft: block - 1 });
  }, { signal });
  picture.addEventListener("mousemove", point, { signal });
  picture.addEventListener("mouseleave", () => {
    mouse = {};
    light(rowsOf(selected()));
  }, { signal });

  // A narrower page has other boxes, with other parts of them in sight.
  const watch = new ResizeObserver(revealBoth);
  watch.observe(node);
  model.on("change:face", show);
  model.on("change:block", place);
  show();
  return () => {
    model.off("change:face", show);
    model.off("change:block", place);
    watch.disconnect();
    clearTimeout(timer);
    stop.abort();
  };
}

/** Scrolls the box around a node, and nothing else, until the node is seen. */
function reveal(node) {
  const box = node?.closest(".gv-scroll");
  if (!box) return;
  const [inner, outer] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
  const head = box.querySelector("thead")?.offsetHeight ?? 0;
  if (inner.top < outer.top + head) box.scrollTop += inner.top - outer.top - head;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}

export default { render };
