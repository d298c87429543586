// What JupyterLab loads of an extension: a container of modules. This one is written by hand, since there is one
// module and nothing to build.
(() => {
  const here = /** @type {HTMLScriptElement} */ (document.currentScript).src;
  const lab = /** @type {any} */ (window);
  lab._JUPYTERLAB = lab._JUPYTERLAB ?? {};
  lab._JUPYTERLAB["hands-on-grpc"] = {
    init() {},
    async get() {
      const { default: plugin } = await import(new URL("course.js", here).href);
      return () => ({ __esModule: true, default: plugin }); // JupyterLab writes into it
    },
  };
})();
