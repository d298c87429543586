// A panel of messages. Python makes the frame and each row; here rows come and go, and the learner sends more.
/* global el, followJournal, kernelEar */

const FEED_KEEP = 500; // as KEEP in feed_face.py

function render({ model, el: host }) {
  host.innerHTML = model.get("html"); // made by feed_face.py, which escapes every text
  host.style.height = "100%";
  const root = host.firstElementChild;
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const rows = part("rows");
  const scroll = root.querySelector(".gv-feed-scroll");
  Object.entries({
    role: "log",
    "aria-live": "off", // a stream read out message by message would be noise; `news` tells how it stands
    tabindex: "0",
    "aria-label": `Messages of ${root.querySelector("strong").textContent}`,
    "data-lm-suppress-shortcuts": "true",
  }).forEach(([key, value]) => scroll.setAttribute(key, value));

  const more = el("button", { class: "gv-live-button gv-feed-more", type: "button", hidden: true, onclick: () => {
    toEnd();
    scroll.focus();
  } });
  const body = el("div", { class: "gv-feed-body" });
  scroll.replaceWith(body);
  body.append(scroll, more);
  const news = el("div", { class: "gv-sr", "aria-live": "polite" });
  const input = el("input", {
    class: "gv-live-input", type: "text", placeholder: "Message", "aria-label": "Message to send",
    "data-lm-suppress-shortcuts": "true", autocomplete: "off",
  });
  const button = (text, kind) => el("button", { class: "gv-live-button", type: kind }, text);
  const controls = { send: button("Send", "submit"), "half-close": button("Half-close", "button"), cancel: button("Cancel", "button") };
  const form = el("form", { class: "gv-feed-controls", hidden: true }, input, ...Object.values(controls));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (controls.send.disabled || !input.value) return;
    ear.send({ type: "send", text: input.value });
    input.value = "";
  });
  for (const kind of ["half-close", "cancel"]) {
    controls[kind].addEventListener("click", () => ear.send({ type: kind }));
  }
  // Letters typed here are no shortcuts of the notebook's.
  form.addEventListener("keydown", (event) => event.stopPropagation());
  body.after(form);
  root.append(news);
  const ear = kernelEar(model, root);

  let below = 0; // rows that came while the reader looked at earlier ones
  let follow = true; // the newest row stays in sight until the reader scrolls away from it
  const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; };
  const tellMore = () => {
    more.hidden = !below;
    more.textContent = `↓ ${below.toLocaleString("en")} new`;
  };
  scroll.addEventListener("scroll", () => {
    follow = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 24;
    if (!follow || !below) return;
    below = 0;
    tellMore();
  });
  // A narrower panel has longer rows.
  const size = new ResizeObserver(() => follow && toEnd());
  size.observe(scroll);

  let timer = null;
  let told = "";
  const announce = (text) => {
    if (text === told) return;
    told = text;
    clearTimeout(timer);
    timer = setTimeout(() => { news.textContent = text; }, 1000);
  };

  const end = followJournal(model, {
    clear: () => {
      rows.replaceChildren();
      below = 0;
    },
    add: (items) => {
      rows.insertAdjacentHTML("beforeend", items.join(""));
      const tooMany = rows.children.length - FEED_KEEP;
      const height = scroll.scrollHeight;
      for (let n = 0; n < tooMany; n += 1) rows.firstElementChild.remove();
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
      part("empty").hidden = piece.count > 0;
      part("earlier").hidden = gone <= 0;
      part("earlier").textContent = `${gone.toLocaleString("en")} earlier ${gone === 1 ? "one is" : "ones are"} not kept.`;
      part("counts").textContent = piece.counts;
      part("status").textContent = piece.stands;
      part("status").className = `gv-feed-status gv-feed-${piece.state}`;
      const problem = part("problem");
      if (problem.shown !== piece.problem) problem.innerHTML = problem.shown = piece.problem;
      form.hidden = !piece.buttons.length;
      for (const [kind, node] of Object.entries(controls)) {
        node.hidden = !piece.buttons.includes(kind);
        node.disabled = !piece.enabled.includes(kind);
      }
      input.hidden = controls.send.hidden;
      input.disabled = controls.send.disabled;
      announce([piece.counts, piece.stands, rows.lastElementChild?.querySelector(".gv-feed-text").textContent]
        .filter(Boolean).join(". "));
    },
  });
  toEnd();
  return () => {
    end();
    ear.end();
    size.disconnect();
    clearTimeout(timer);
  };
}

export default { render };
