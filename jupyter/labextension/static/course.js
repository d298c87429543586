// What JupyterLab gains for the course. All of it is an extra: without it the lessons run as well.
// It uses JupyterLab's objects (4.4 to 4.6) and imports none of its modules, so nothing has to be built.

import { redrawDiagrams } from "./diagrams.js";
import { keepPictures } from "./pictures.js";
import { colorProto } from "./proto.js";

// JupyterLab breaks lines of plain text anywhere, also within words.
const STYLE = `
.jp-OutputArea-output.jp-OutputArea-output pre { word-break: normal; overflow-wrap: anywhere; }
.gv-picture-note { margin: 4px 0; color: var(--jp-ui-font-color2); font-size: var(--jp-ui-font-size1); }
`;

export default {
  id: "hands-on-grpc:course",
  description: "Pictures of widgets without kernel, colors in %%proto and %%project, diagrams that follow the theme.",
  autoStart: true,
  activate(app) {
    const style = document.createElement("style");
    style.textContent = STYLE;
    document.head.append(style);
    app.docRegistry.addWidgetExtension("Notebook", {
      createNew(panel) {
        for (const gain of [keepPictures, colorProto, redrawDiagrams]) {
          try {
            gain(panel);
          } catch (error) {
            console.warn("hands-on-grpc:", error); // another JupyterLab: the notebook opens as it always does
          }
        }
      },
    });
  },
};
