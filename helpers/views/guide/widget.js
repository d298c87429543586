// The live picture of the decision guide. Python draws it; here an answer is told to Python, and what Python makes
// of it replaces the earlier result, while the questions keep their place and the focus.

import { acknowledged } from "../kit/busy.js";
import { copyText, el, findAll, fromMarkup, on, part, setText } from "../kit/dom.js";
import { widget } from "../kit/module.js";

/** @import { AckTraits, Model, View } from "../kit/types" */

/**
 * @typedef {AckTraits & { html: string, text: string }} Traits
 * @typedef {{ clear: true } | { answer: Record<string, string> }} Message
 * @param {View<Model<Traits, Message>>} view
 */
function render({ model, el: host, signal }) {
  const form = fromMarkup(model.get("html"));
  host.replaceChildren(form);
  const news = el("div.gv-sr", { role: "status" });
  const told = el("span.gv-muted", { role: "status" });
  const button = (text, onclick) => el("button.gv-live-button", { type: "button", onclick }, text);
  const copied = el("pre", { tabindex: "0", hidden: true, "aria-label": "The answer as text" });
  form.append(
    el("div.gv-guide-foot", [
      button("Copy as text", async () => {
        const done = await copyText(model.get("text"), copied);
        setText(told, done ? "Copied." : "Selected: press Ctrl+C or ⌘C.");
      }),
      button("Start over", () => {
        waiting.clear();
        send({ clear: true });
      }),
      told,
    ]),
    copied,
    news,
  );
  const send = acknowledged(model, form, signal);

  // Answers that Python has not confirmed yet: a second click must not be undone by the reply to the first.
  const waiting = new Map();
  on(form, "submit", signal, (event) => event.preventDefault());
  on(form, "keydown", signal, (event) => event.stopPropagation());
  on(form, "change", signal, ({ target }) => {
    const question = target.closest("[data-question]")?.dataset.question;
    if (!question) return;
    waiting.set(question, target.value);
    send({ answer: { [question]: target.value } });
  });

  /** @type {(question: string | undefined) => NodeListOf<HTMLInputElement>} */
  const radiosOf = (question) => form.querySelectorAll(`[data-question=${question}] input`);
  const show = () => {
    const fresh = fromMarkup(model.get("html"));
    for (const group of findAll(fresh, "[data-question]")) {
      const { question } = group.dataset;
      const answer = group.querySelector("input[checked]")?.getAttribute("value");
      if (waiting.get(question) === answer) waiting.delete(question);
      if (waiting.has(question)) continue;
      for (const radio of radiosOf(question)) radio.checked = radio.value === answer;
    }
    const open = part(form, "result").querySelector("details")?.open;
    const said = part(form, "leaning").textContent;
    setText(part(form, "count"), part(fresh, "count").textContent);
    part(form, "result").replaceChildren(...part(fresh, "result").childNodes);
    const folded = part(form, "result").querySelector("details");
    if (folded && open) folded.open = true;
    if (part(form, "leaning").textContent !== said) {
      setText(news, part(form, "leaning").textContent);
      part(form, "result").scrollTop = 0;
    }
    setText(told, "");
    copied.hidden = true;
  };
  model.on("change:html", show);
}

export default widget({ render });
