// The diagrams of a page of the book, drawn by Mermaid, and drawn anew where the page turns dark or light.
// A plain script, as page.js is; before it stands what `tools.site.assets` knows of Mermaid's files.

(() => {
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;

  /** Mermaid, out of the files of JupyterLab: what its own loader would do, in small. */
  async function loadMermaid({ files, entry, module, shared, queue }) {
    const factories = {};
    const known = {};
    const loading = {};
    /** @type {any} */
    const require = (id) => {
      if (known[id]) return known[id].exports;
      const made = { id, exports: {}, loaded: true };
      known[id] = made;
      const factory = factories[shared[id] ?? id];
      // What is nowhere is `process` of Node.js.
      if (factory) factory.call(made.exports, made, made.exports, require);
      else made.exports = { env: {} };
      return made.exports;
    };
    Object.assign(require, {
      m: factories,
      g: globalThis,
      o: (object, name) => Object.hasOwn(object, name),
      d(exports, getters) {
        for (const [name, get] of Object.entries(getters)) {
          if (!Object.hasOwn(exports, name)) Object.defineProperty(exports, name, { enumerable: true, get });
        }
      },
      r(exports) {
        Object.defineProperty(exports, Symbol.toStringTag, { value: "Module" });
        Object.defineProperty(exports, "__esModule", { value: true });
      },
      n(exports) {
        const get = exports?.__esModule ? () => exports.default : () => exports;
        require.d(get, { a: get });
        return get;
      },
      t: (id) => require(id),
      hmd: (made) => made,
      nmd: (made) => made,
      e(chunk) {
        if (!files[chunk]) return Promise.resolve();
        loading[chunk] ??= new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL(`mermaid/${files[chunk]}`, here).href;
          script.onload = resolve;
          script.onerror = () => reject(new Error(`${script.src} is not there`));
          document.head.append(script);
        });
        return loading[chunk];
      },
    });
    globalThis[queue] = { push: ([, more]) => Object.assign(factories, more) };
    await Promise.all(entry.map(require.e));
    return require(module).default;
  }

  const isDark = () => document.documentElement.dataset.theme === "dark";

  async function drawDiagrams(sources) {
    const mermaid = await loadMermaid(globalThis.hogMermaid);
    const pictures = sources.map((source) => {
      const picture = document.createElement("img");
      // The theme leaves pictures of this class as they are; others get a light ground where it is dark.
      picture.className = "dark-light";
      const box = document.createElement("div");
      box.className = "hog-diagram-box";
      box.append(picture);
      source.before(box);
      source.hidden = true;
      return picture;
    });
    const measure = document.createElement("div");
    measure.className = "hog-measure";
    let drawn = 0;
    const draw = async () => {
      const font = getComputedStyle(document.body).fontFamily;
      mermaid.initialize({
        theme: isDark() ? "dark" : "default",
        fontFamily: font,
        securityLevel: "strict",
        startOnLoad: false,
      });
      document.body.append(measure);
      for (const [n, source] of sources.entries()) {
        drawn += 1;
        const { svg } = await mermaid.render(`hog-diagram-${drawn}`, source.textContent, measure);
        const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
        pictures[n].style.width = parsed.style.maxWidth;
        pictures[n].alt = source.textContent;
        pictures[n].src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
      }
      measure.remove();
    };
    await draw();
    let before = isDark();
    new MutationObserver(() => {
      if (before === isDark()) return;
      before = isDark();
      draw();
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  const diagrams = [...document.querySelectorAll("pre.hog-diagram")];
  if (diagrams.length) {
    drawDiagrams(diagrams).catch((error) => console.error("hands-on-grpc: a diagram stays text:", error));
  }
})();
