// A widget without its kernel shows the picture that was saved with it.
//
// An output of a widget names a model in the kernel, and carries HTML beside. JupyterLab takes the widget whenever
// it may; where the model is gone it says "Error displaying widget: model not found", and where no kernel answers
// it says "Loading widget..." for ever.

const WIDGET = "application/vnd.jupyter.widget-view+json";
const PATIENCE = 3000; // ms until a kernel that is there has answered, as a rule
const LOADING = "Loading widget...";
const GONE = "Error displaying widget: model not found";
const NOTES = {
  [LOADING]: "A picture, saved with the notebook, until the kernel answers.",
  [GONE]: "A picture, saved with the notebook: the kernel no longer has the widget. Run the cell again to use it.",
};

/** Gives each output of a widget in a notebook its picture. */
export function keepPictures(panel) {
  const { rendermime } = panel.content;
  const create = rendermime.createRenderer.bind(rendermime);
  rendermime.createRenderer = (mimeType) => {
    const renderer = create(mimeType);
    return mimeType === WIDGET ? withPicture(renderer, () => create("text/html")) : renderer;
  };
}

function withPicture(renderer, htmlRenderer) {
  const render = renderer.renderModel.bind(renderer);
  let timer = 0;
  const show = async (model) => {
    const note = NOTES[renderer.node.textContent];
    if (!note || renderer.isDisposed) return;
    const told = document.createElement("p");
    told.className = "gv-picture-note";
    told.textContent = note;
    renderer.removeClass("jupyter-widgets");
    renderer.node.replaceChildren(told);
    if (!model.data["text/html"]) return;
    const html = htmlRenderer();
    await html.renderModel(model);
    // The widget may have come meanwhile.
    if (told.isConnected) renderer.node.append(html.node);
  };
  renderer.renderModel = async (model) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => show(model), PATIENCE);
    await render(model);
    if (renderer.node.textContent !== LOADING) clearTimeout(timer);
    if (renderer.node.textContent === GONE) await show(model);
  };
  return renderer;
}
