// The live face of a timeline. Python draws (timeline_face.py); here new pictures replace old ones part by
// part, so that focus, selection and scroll position stay, and the selected call is told in words.
/* global el, selectableRows */

const INVITE = "Select a call (click, or Tab and the arrow keys) to read what happened to it.";

function render({ model, el: host }) {
  const stop = new AbortController();
  const picture = el("div", {});
  const detail = el("p", { class: "gv-tl-detail", "aria-live": "polite" });
  const news = el("div", { class: "gv-sr", role: "status" });
  host.append(el("div", { class: "gv gv-tl-live" }, picture, detail, news));

  const rows = () => [...picture.querySelectorAll(".gv-tl-calls tbody tr")];
  const words = (row) => row?.querySelector("title")?.textContent;
  const tell = () => {
    const selected = rows().find((row) => row.getAttribute("aria-selected") === "true");
    const text = words(selected) ?? (rows().length ? INVITE : "");
    if (detail.textContent !== text) detail.textContent = text;
  };
  const selection = selectableRows(picture, rows, tell, stop.signal);

  const show = () => {
    const next = el("template");
    next.innerHTML = model.get("face"); // made by timeline_face.py, which escapes every text
    const before = picture.firstElementChild?.dataset.state;
    const root = next.content.firstElementChild;
    if (!patch(picture, root)) picture.replaceChildren(root);
    const now = picture.firstElementChild.dataset.state;
    picture.querySelector(".gv-tl-calls")?.setAttribute("role", "grid");
    // Every step read out would be noise; the end is news.
    detail.setAttribute("aria-live", now === "running" ? "off" : "polite");
    if (before === "running" && now !== "running") {
      news.textContent = picture.querySelector(".gv-tl-summary").textContent;
    }
    selection.refresh();
    tell();
  };

  model.on("change:face", show);
  show();
  return () => {
    model.off("change:face", show);
    stop.abort();
  };
}

/** Takes over the content of equal parts; false if the two pictures do not have the same parts. */
function patch(picture, root) {
  const old = [...picture.querySelectorAll("[data-part]")];
  const fresh = [...root.querySelectorAll("[data-part]")];
  const same = old.length === fresh.length && old.every((part, i) => part.dataset.part === fresh[i].dataset.part);
  if (!old.length || !same) return false;
  picture.firstElementChild.dataset.state = root.dataset.state;
  old.forEach((part, i) => {
    if (part.innerHTML !== fresh[i].innerHTML) part.replaceChildren(...fresh[i].childNodes);
  });
  return true;
}

export default { render };
