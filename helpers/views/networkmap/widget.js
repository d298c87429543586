// The live picture of a network map. Python draws it; here links light up, and clicks are sent back.

import { acknowledged, after } from "../kit/busy.js";
import { el, find, findAll, fromMarkup, on, patchParts, setText } from "../kit/dom.js";
import { onKeys } from "../kit/keys.js";

/**
 * @import { View } from "../kit/types"
 * @import { NetworkModel } from "./messages"
 */

const LIT = 600; // milliseconds that a link stays lit
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {View<NetworkModel>} view */
function render({ model, el: host, signal }) {
  const picture = el("div");
  const news = el("div.gv-sr", { role: "status" });
  const foot = el("div.gv", news);
  host.append(picture, foot);
  const send = acknowledged(model, foot, signal);

  /** What had passed and failed on each link, and when its light goes out. @type {Map<string, Passed>} */
  const links = new Map();
  let state = "";

  const show = () => {
    const root = fromMarkup(model.get("html"));
    const passed = findAll(root, "[data-link]").map((node) => ({ ...node.dataset }));
    if (!patchParts(picture, root)) replace(picture, root);
    for (const link of passed) {
      const [number, traffic, failed] = [link.link ?? "", Number(link.traffic), Number(link.failed)];
      const known = links.get(number) ?? {
        traffic,
        failed,
        bad: false,
        off: after(LIT, signal, () => dark(number)),
        lit: false,
      };
      if (traffic !== known.traffic || failed !== known.failed) {
        known.bad = failed > known.failed;
        known.lit = true;
        known.off();
      }
      links.set(number, { ...known, traffic, failed });
    }
    light();
    // Every call read out would be noise; how boxes are, and the line below, is news.
    const now = [...findAll(picture, ".gv-net-state"), find(picture, ".gv-net-said")]
      .map((n) => n.textContent)
      .join(", ");
    if (state && now !== state) tell();
    state = now;
  };
  const light = () => {
    for (const line of findAll(picture, "[data-line]")) {
      const known = links.get(line.dataset.line ?? "");
      line.classList.toggle("gv-net-lit", Boolean(known?.lit));
      line.classList.toggle("gv-net-bad", Boolean(known?.lit && known.bad));
    }
  };
  const dark = (/** @type {string} */ number) => {
    const known = links.get(number);
    if (known) known.lit = false;
    light();
  };
  const tell = after(800, signal, () => {
    const boxes = findAll(picture, ".gv-net-box").map((box) => {
      const word = box.querySelector(".gv-net-state")?.textContent;
      return word ? `${box.getAttribute("aria-label")} ${word}` : "";
    });
    setText(news, [...boxes, find(picture, ".gv-net-said").textContent].filter(Boolean).join(", "));
  });

  on(picture, "click", signal, (event) => {
    const button = event.target.closest("[data-button]");
    const link = event.target.closest("button[data-link], [data-reach]");
    if (button) send({ type: "button", box: Number(button.dataset.box), button: Number(button.dataset.button) });
    else if (link) send({ type: "link", link: Number(link.dataset.link ?? link.dataset.reach) });
  });
  onKeys(picture, signal, (event) => {
    const way = ARROWS[event.key];
    const next = way && nearest(event.target, findAll(picture, "button"), way);
    next?.focus();
    return Boolean(way);
  });

  model.on("change:html", show);
  show();
}

/** @typedef {{ traffic: number, failed: number, bad: boolean, lit: boolean, off: () => void }} Passed */

/**
 * Puts a picture with other parts in the place of an old one; the button that had the focus keeps it.
 * @param {HTMLElement} picture @param {HTMLElement} root
 */
function replace(picture, root) {
  const focused = picture.contains(document.activeElement) ? document.activeElement : null;
  const name = focused instanceof HTMLElement ? focused.dataset.part : undefined;
  picture.replaceChildren(root);
  if (name) findAll(picture, `button[data-part="${name}"]`)[0]?.focus();
}

/**
 * The button that is nearest to one in a direction.
 * @param {HTMLElement} from @param {HTMLElement[]} all @param {number[]} way
 */
function nearest(from, all, [right, down]) {
  const middle = (/** @type {HTMLElement} */ node) => {
    const box = node.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const [x0, y0] = middle(from);
  let best;
  let least = Number.POSITIVE_INFINITY;
  for (const node of all) {
    const [x, y] = middle(node);
    const ahead = (x - x0) * right + (y - y0) * down;
    const aside = Math.abs((x - x0) * down) + Math.abs((y - y0) * right);
    const distance = ahead + 3 * aside;
    if (node === from || ahead < 4 || distance >= least) continue;
    best = node;
    least = distance;
  }
  return best;
}

export default { render };
