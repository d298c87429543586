// The live face of a progress bar: Python draws it, here it is replaced.
/* global el */

function render({ model, el: host }) {
  const bar = el("div", {});
  const news = el("div", { class: "gv-sr", role: "status" });
  host.append(bar, el("div", { class: "gv" }, news));
  const show = () => {
    bar.innerHTML = model.get("face"); // made by progressbar.py, which escapes every text
    const root = bar.firstElementChild;
    if (root && ["done", "failed"].includes(root.dataset.state)) news.textContent = root.textContent;
  };
  model.on("change:face", show);
  show();
  return () => model.off("change:face", show);
}

export default { render };
