// Cells that begin with %%proto have the colors of Protocol Buffers, and not of Python.

const PROTO = "text/x-protobuf"; // JupyterLab knows the language

/** Colors the cells of a notebook, those that are there, those that come, and those that change. */
export function colorProto(panel) {
  const notebook = panel.content;
  const known = new WeakSet();
  const color = (cell) => {
    const proto = /^%%proto\b/.test(cell.sharedModel.getSource());
    if (proto && cell.mimeType !== PROTO) cell.mimeType = PROTO;
    if (!proto && cell.mimeType === PROTO) cell.mimeType = notebook.codeMimetype ?? "text/x-ipython";
  };
  const meet = () => {
    for (const cell of notebook.model?.cells ?? []) {
      if (cell.type !== "code" || known.has(cell)) continue;
      known.add(cell);
      color(cell);
      cell.contentChanged.connect(color);
      cell.mimeTypeChanged.connect(color); // the notebook sets it again when its kernel has said its language
    }
  };
  const listen = () => {
    notebook.model?.cells.changed.connect(meet);
    meet();
  };
  notebook.modelChanged.connect(listen);
  listen();
}
