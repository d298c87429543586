// A question with answers to choose from. All text is put in as text; only the verdict's card, which
// Python has escaped, comes as markup.

const formatted = (text) =>
  text.split(/`([^`\n]+)`/).map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part);
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });

const make = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

let questions = 0;

function render({ model, el }) {
  const name = `gv-question-${++questions}`;
  const form = make("form", { class: "gv gv-question", "data-lm-suppress-shortcuts": "true" });
  const group = make("fieldset", {}, make("legend", {}, ...formatted(model.get("question"))));
  const radios = model.get("options").map((text, index) => {
    const radio = make("input", { type: "radio", name, value: index });
    group.append(make("label", {}, radio, make("span", {}, ...formatted(text))));
    return radio;
  });
  const button = make("button", { type: "submit" }, model.get("action"));
  // There before its content is, so that a screen reader tells what appears in it.
  const verdict = make("div", { class: "gv-question-verdict", role: "status", "aria-live": "polite" });
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
  el.append(form);
  return () => model.off("change:turn", draw);
}

export default { render };
