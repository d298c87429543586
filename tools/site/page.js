// The views on a page of the book come to life without a kernel.
// A plain script: a page that was opened from a folder may not import modules, nor fetch anything.

(() => {
  /** A widget's model: it has the traits that were saved, and the view's own `answer` in place of a kernel. */
  class Model {
    constructor(traits, answer, host) {
      this.traits = traits;
      this.listeners = new Map();
      this.answer = answer;
      this.host = host;
    }
    get(name) {
      return this.traits[name];
    }
    set(names, value) {
      for (const [name, next] of Object.entries(typeof names === "string" ? { [names]: value } : names)) {
        if (this.traits[name] === next) continue;
        this.traits[name] = next;
        for (const act of this.listeners.get(`change:${name}`) ?? []) act();
      }
    }
    on(event, act) {
      this.listeners.set(event, [...(this.listeners.get(event) ?? []), act]);
    }
    off() {}
    save_changes() {
      this.answer?.(this);
    }
    send(message) {
      this.answer?.(this, message);
    }
    /** Shows another view below this one, or none any more. */
    beneath(view) {
      this.host.querySelector(":scope > .hog-beneath")?.remove();
      if (!view) return;
      const node = document.createElement("div");
      node.className = "hog-beneath";
      this.host.append(node);
      show(view.module, view.traits, node);
    }
  }

  /** JSON in which bytes are `{"$bytes": base64}`. */
  function parse(text) {
    return JSON.parse(text, (_, value) => {
      if (typeof value?.$bytes !== "string") return value;
      const bytes = Uint8Array.from(atob(value.$bytes), (sign) => sign.charCodeAt(0));
      return new DataView(bytes.buffer);
    });
  }

  /** Draws a view in a node that stands on the page: it measures itself. */
  async function show(module, traits, node) {
    const made = globalThis.hogModules[module]();
    const view = typeof made === "function" ? await made() : made;
    const model = new Model({ ...traits }, view.answer, node.parentElement);
    const { signal } = new AbortController();
    view.initialize?.({ model, signal });
    await view.render({ model, el: node, signal });
  }

  /** Puts the view that was saved in the place of its picture. */
  async function wake(host) {
    const node = document.createElement("div");
    host.append(node);
    try {
      await show(host.dataset.module, parse(host.querySelector("script").textContent), node);
      host.querySelector(".hog-picture").remove();
      host.classList.add("hog-awake");
    } catch (error) {
      node.remove(); // the picture stays
      console.error("hands-on-grpc:", host.dataset.module, error);
    }
  }

  for (const host of document.querySelectorAll(".hog-alive")) wake(host);
})();
