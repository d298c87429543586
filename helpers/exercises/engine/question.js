// A question with answers to choose from. All text is put in as text; only the verdict's card, which
// Python has escaped, comes as markup.

import { el, uniqueId } from "../../views/kit/dom.js";

/** @import { Model, View } from "../../views/kit/types" */

const formatted = (text) => text.split(/`([^`\n]+)`/).map((part, index) => (index % 2 ? el("code", part) : part));

/**
 * @typedef {{ question: string, options: string[], action: string, chosen: number | null, verdict: string, turn: number }} Traits
 * @param {View<Model<Traits, { chosen: number | null }>>} view
 */
function render({ model, el: host }) {
  const name = uniqueId("question");
  const form = el("form.gv.gv-question");
  const group = el("fieldset", el("legend", ...formatted(model.get("question"))));
  const radios = model.get("options").map((text, index) => {
    const radio = el("input", { type: "radio", name, value: index });
    group.append(el("label", radio, el("span", ...formatted(text))));
    return radio;
  });
  const button = el("button", { type: "submit" }, model.get("action"));
  // There before its content is, so that a screen reader tells what appears in it.
  const verdict = el("div.gv-question-verdict", { role: "status", "aria-live": "polite" });
  form.append(group, button, verdict);

  const draw = () => {
    radios.forEach((radio, index) => {
      radio.checked = index === model.get("chosen");
    });
    button.disabled = false;
    button.textContent = model.get("action");
    verdict.innerHTML = model.get("verdict");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const index = radios.findIndex((radio) => radio.checked);
    button.disabled = true;
    button.textContent = "One moment …";
    model.send({ chosen: index < 0 ? null : index });
  });
  model.on("change:turn", draw);
  draw();
  host.append(form);
}

export default { render };
