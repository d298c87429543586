// Cells that begin with %%proto or %%project have the colors of what is in them, and not of Python.

// JupyterLab knows these languages.
const PROTO = "text/x-protobuf";
const BY_ENDING = { js: "text/javascript", mjs: "text/javascript", cjs: "text/javascript", html: "text/html" };
const OURS = new Set([PROTO, ...Object.values(BY_ENDING)]);

/** The language of a cell's text; nothing for Python. */
export function language(source) {
  if (/^%%proto\b(?!ject)/.test(source)) return PROTO;
  const file = /^%%project[ \t]+[\w-]+\.(\w+)/.exec(source);
  return file ? BY_ENDING[file[1]] : undefined;
}

/** Colors the cells of a notebook, those that are there, those that come, and those that change. */
export function colorProto(panel) {
  const notebook = panel.content;
  const known = new WeakSet();
  const color = (cell) => {
    const found = language(cell.sharedModel.getSource());
    if (found && cell.mimeType !== found) cell.mimeType = found;
    if (!found && OURS.has(cell.mimeType)) cell.mimeType = notebook.codeMimetype ?? "text/x-ipython";
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
