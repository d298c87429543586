// A panel of messages. Python makes the frame and each row; here rows come and go, and the learner sends more.

import { acknowledged, after } from "../kit/busy.js";
import { el, find, part, setAttributes, setMarkup, setText, whenResized } from "../kit/dom.js";
import { followEvents } from "../kit/event_log.js";
import { widget } from "../kit/module.js";
import { grouped } from "../kit/text.js";

/**
 * @import { PanelModel } from "./messages"
 * @import { View } from "../kit/types"
 */

const FEED_KEEP = 500; // as KEEP in html.py

/** @param {View<PanelModel>} view */
function render({ model, el: host, signal }) {
  setMarkup(host, model.get("html"));
  host.style.height = "100%";
  const root = find(host, ".gv");
  const rows = part(root, "rows");
  const scroll = find(root, ".gv-feed-scroll");
  setAttributes(scroll, {
    role: "log",
    "aria-live": "off", // a stream read out message by message would be noise; `news` tells how it stands
    tabindex: "0",
    "aria-label": `Messages of ${find(root, "strong").textContent}`,
  });

  const more = el("button.gv-live-button.gv-feed-more", {
    type: "button",
    hidden: true,
    onclick: () => {
      toEnd();
      scroll.focus();
    },
  });
  const body = el("div.gv-feed-body");
  scroll.replaceWith(body);
  body.append(scroll, more);
  const news = el("div.gv-sr", { "aria-live": "polite" });
  const input = el("input.gv-live-input", {
    type: "text",
    placeholder: "Message",
    "aria-label": "Message to send",
    autocomplete: "off",
  });
  const button = (text, kind) => el("button.gv-live-button", { type: kind }, text);
  const controls = {
    send: button("Send", "submit"),
    "half-close": button("Half-close", "button"),
    cancel: button("Cancel", "button"),
  };
  const form = el("form.gv-feed-controls", { hidden: true }, input, ...Object.values(controls));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (controls.send.disabled || !input.value) return;
    send({ type: "send", text: input.value });
    input.value = "";
  });
  for (const kind of /** @type {const} */ (["half-close", "cancel"])) {
    controls[kind].addEventListener("click", () => send({ type: kind }));
  }
  // Letters typed here are no shortcuts of the notebook's.
  form.addEventListener("keydown", (event) => event.stopPropagation());
  body.after(form);
  root.append(news);
  const send = acknowledged(model, root, signal);

  let below = 0; // rows that came while the reader looked at earlier ones
  let follow = true; // the newest row stays in sight until the reader scrolls away from it
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
  };
  const tellMore = () => {
    more.hidden = !below;
    setText(more, `↓ ${grouped(below)} new`);
  };
  scroll.addEventListener("scroll", () => {
    follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 24;
    if (!follow || !below) return;
    below = 0;
    tellMore();
  });
  // A narrower panel has longer rows.
  whenResized(scroll, signal, () => follow && toEnd());

  let told = "";
  const tell = after(1000, signal, () => setText(news, told));
  const announce = (text) => {
    if (text !== told) tell();
    told = text;
  };

  followEvents(model, {
    clear: () => {
      rows.replaceChildren();
      below = 0;
    },
    add: (items) => {
      rows.insertAdjacentHTML("beforeend", items.join(""));
      const tooMany = rows.children.length - FEED_KEEP;
      const height = scroll.scrollHeight;
      for (let n = 0; n < tooMany; n += 1) rows.firstElementChild?.remove();
      if (follow) {
        toEnd();
      } else {
        // What the reader looks at stays where it is.
        scroll.scrollTop -= height - scroll.scrollHeight;
        below += items.length;
      }
    },
    status: (piece) => {
      tellMore();
      const gone = piece.count - rows.children.length;
      part(root, "empty").hidden = piece.count > 0;
      part(root, "earlier").hidden = gone <= 0;
      setText(part(root, "earlier"), `${grouped(gone)} earlier ${gone === 1 ? "one is" : "ones are"} not kept.`);
      setText(part(root, "counts"), piece.counts);
      setText(part(root, "status"), piece.stands);
      part(root, "status").className = `gv-feed-status gv-feed-${piece.state}`;
      setMarkup(part(root, "problem"), piece.problem);
      form.hidden = !piece.buttons.length;
      for (const [kind, node] of Object.entries(controls)) {
        node.hidden = !piece.buttons.includes(kind);
        node.disabled = !piece.enabled.includes(kind);
      }
      input.hidden = controls.send.hidden;
      input.disabled = controls.send.disabled;
      announce(
        [piece.counts, piece.stands, rows.lastElementChild?.querySelector(".gv-feed-text")?.textContent]
          .filter(Boolean)
          .join(". "),
      );
    },
  });
  toEnd();
}

export default widget({ render });
