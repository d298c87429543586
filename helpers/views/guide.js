// The live face of the decision guide. Python draws it (guide_face.py); here an answer is told to Python, and
// what Python makes of it replaces the earlier result, while the questions keep their place and the focus.
/* global el, kernelEar */

function render({ model, el: host }) {
  const drawn = () => {
    const template = el("template");
    template.innerHTML = model.get("face"); // made by guide_face.py, which escapes every text
    return template.content.firstElementChild;
  };
  const form = drawn();
  form.setAttribute("data-lm-suppress-shortcuts", "true");
  host.replaceChildren(form);
  const part = (name, root = form) => root.querySelector(`[data-part=${name}]`);
  const news = el("div", { class: "gv-sr", role: "status" });
  const told = el("span", { class: "gv-muted", role: "status" });
  const button = (text, onclick) => el("button", { type: "button", class: "gv-live-button", onclick }, text);
  const copied = el("pre", { tabindex: "0", hidden: true, "aria-label": "The answer as text" });
  form.append(
    el("div", { class: "gv-guide-foot" },
      button("Copy as text", async () => { told.textContent = await copyGuide(model.get("text"), copied); }),
      button("Start over", () => {
        waiting.clear();
        ear.send({ clear: true });
      }),
      told),
    copied, news);
  const ear = kernelEar(model, form);

  // Answers that Python has not confirmed yet: a second click must not be undone by the reply to the first.
  const waiting = new Map();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => event.stopPropagation());
  form.addEventListener("change", ({ target }) => {
    const question = target.closest("[data-question]")?.dataset.question;
    if (!question) return;
    waiting.set(question, target.value);
    ear.send({ answer: { [question]: target.value } });
  });

  const show = () => {
    const fresh = drawn();
    for (const group of fresh.querySelectorAll("[data-question]")) {
      const { question } = group.dataset;
      const answer = group.querySelector("input[checked]")?.value;
      if (waiting.get(question) === answer) waiting.delete(question);
      if (waiting.has(question)) continue;
      for (const radio of form.querySelectorAll(`[data-question=${question}] input`)) radio.checked = radio.value === answer;
    }
    const open = part("result").querySelector("details")?.open;
    const said = part("leaning").textContent;
    part("count").textContent = part("count", fresh).textContent;
    part("result").replaceChildren(...part("result", fresh).childNodes);
    const folded = part("result").querySelector("details");
    if (folded && open) folded.open = true;
    if (part("leaning").textContent !== said) {
      news.textContent = part("leaning").textContent;
      part("result").scrollTop = 0;
    }
    told.textContent = "";
    copied.hidden = true;
  };
  model.on("change:face", show);
  return () => {
    model.off("change:face", show);
    ear.end();
  };
}

/** Copies text; where the browser does not let us, it is shown and selected. Returns what to say. */
async function copyGuide(text, node) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch {
    node.textContent = text;
    node.hidden = false;
    getSelection().selectAllChildren(node);
    return document.execCommand?.("copy") ? "Copied." : "Selected: press Ctrl+C or ⌘C.";
  }
}

export default { render };
