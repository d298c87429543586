// The live face of a city map. Python draws (citymap_face.py); here its parts replace old ones, and the
// learner's pen is added.
/* global el, kernelEar, pen */

const CITY_HINT =
  "Draw a route: drag over the map. With the keyboard: arrow keys move the pen (Shift: farther), " +
  "Enter puts it down and lifts it.";

function render({ model, el: host }) {
  const stop = new AbortController();
  const root = el("div", {});
  const news = el("div", { class: "gv-sr", "aria-live": "polite" });
  const told = el("div", { class: "gv-sr gv-pen-told", "aria-live": "polite" });
  host.append(root);
  root.innerHTML = model.get("html"); // made by citymap_face.py, which escapes every text
  root.firstElementChild.append(news, told);
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const map = root.querySelector(".gv-city-map");
  let drawing = null;

  const show = () => {
    const face = model.get("face");
    for (const [name, markup] of Object.entries(face.parts ?? {})) {
      const node = part(name);
      if (node.shown !== markup) node.innerHTML = node.shown = markup;
    }
    if (face.ended) drawing?.forget(face.ended);
    announce();
  };

  // The line below is read out when it has been still for a moment, not ten times a second.
  const timers = new Map();
  const say = (node, text, delay) => {
    clearTimeout(timers.get(node));
    timers.set(node, setTimeout(() => { node.textContent = text; }, delay));
  };
  let status = part("status").textContent;
  const announce = () => {
    const text = part("status").textContent;
    if (text === status) return;
    status = text;
    say(news, text, 600);
  };

  const offer = () => {
    if (drawing || !model.get("drawable")) return;
    const [width, height] = model.get("extent");
    const inside = (number, most) => Math.round(1000 * Math.min(Math.max(number, 0), most)) / 1000;
    Object.entries({
      class: "gv-city-map gv-city-drawable",
      tabindex: "0",
      role: "application",
      "aria-roledescription": "drawing surface",
      "aria-label": `${map.getAttribute("aria-label")}. ${CITY_HINT}`,
      "data-lm-suppress-shortcuts": "true",
    }).forEach(([name, value]) => map.setAttribute(name, value));
    drawing = pen(map, {
      toUnits: ([x, y]) => [inside(x / 100, width), inside(height - y / 100, height)],
      toView: ([x, y]) => [x * 100, (height - y) * 100],
      step: 25,
      home: [width / 2, Math.ceil(height / 2)],
      least: 0.03,
      send: (message) => (message.phase === "down" ? ear : model).send({ type: "pen", ...message }),
      tell: (what, [x, y]) => say(told, `${what}, ${x.toFixed(2)}, ${y.toFixed(2)} km`, 300),
      signal: stop.signal,
    });
    const draw = () => drawing.play(model.get("sample"), 4);
    root.querySelector(".gv-city-below").append(
      el("button", { class: "gv-live-button", type: "button", onclick: draw }, "Draw a route for me"),
    );
    root.querySelector(".gv-city").append(el("p", { class: "gv-muted" }, CITY_HINT));
    const ear = kernelEar(model, root.querySelector(".gv-city"));
    stop.signal.addEventListener("abort", ear.end);
  };

  model.on("change:face", show);
  model.on("change:drawable", offer);
  show();
  offer();
  return () => {
    model.off("change:face", show);
    model.off("change:drawable", offer);
    timers.forEach(clearTimeout);
    stop.abort();
  };
}

export default { render };
