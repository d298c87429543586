// Mermaid diagrams follow the theme. JupyterLab draws them as pictures in the colors of the theme of that moment, and
// leaves them so when the theme changes: lines and labels are dark on dark then.

/** Draws the diagrams of a notebook anew, in place, whenever the theme has changed. */
export function redrawDiagrams(panel) {
  const watch = new MutationObserver(() => redraw(panel.content));
  watch.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  panel.disposed.connect(() => watch.disconnect());
}

async function redraw(notebook) {
  for (const cell of notebook.widgets) {
    const drawn = [...cell.node.querySelectorAll(".jp-RenderedMermaid")];
    if (cell.model.type !== "markdown" || !drawn.length) continue;
    const renderer = notebook.rendermime.createRenderer("text/markdown");
    const data = { "text/markdown": cell.model.sharedModel.getSource() };
    await renderer.renderModel({ data, metadata: {}, trusted: false, setData() {} });
    const fresh = [...renderer.node.querySelectorAll(".jp-RenderedMermaid")];
    if (fresh.length === drawn.length) for (const [n, node] of drawn.entries()) node.replaceWith(fresh[n]);
    renderer.dispose();
  }
}
