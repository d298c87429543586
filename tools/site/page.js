// The views on a page of the book come to life without a kernel.
// A plain script: a page that was opened from a folder may not import modules, nor fetch anything.

(() => {
  /** A widget's model: it has the traits that were saved, and the view's own `answer` in place of a kernel. */
  class Model {
    constructor(traits) {
      this.traits = traits;
      this.listeners = new Map();
      this.answer = null;
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
  }

  /** JSON in which bytes are `{"$bytes": base64}`. */
  function parse(text) {
    return JSON.parse(text, (_, value) => {
      if (typeof value?.$bytes !== "string") return value;
      const bytes = Uint8Array.from(atob(value.$bytes), (sign) => sign.charCodeAt(0));
      return new DataView(bytes.buffer);
    });
  }

  /** Puts the view that was saved in the place of its picture. */
  async function wake(host) {
    const make = globalThis.hogModules?.[host.dataset.module];
    if (!make) return;
    const made = make();
    const view = typeof made === "function" ? await made() : made;
    const model = new Model(parse(host.querySelector("script").textContent));
    model.answer = view.answer ?? null;
    const { signal } = new AbortController();
    const node = document.createElement("div");
    // A view measures itself: it has to stand on the page.
    host.append(node);
    try {
      view.initialize?.({ model, signal });
      await view.render({ model, el: node, signal });
      host.querySelector(".hog-picture").remove();
      host.classList.add("hog-awake");
    } catch (error) {
      node.remove(); // the picture stays
      console.error("hands-on-grpc:", host.dataset.module, error);
    }
  }

  for (const host of document.querySelectorAll(".hog-alive")) wake(host);
})();
