// The module of a widget, as anywidget wants it.

/**
 * What a widget's entry exports by default.
 *
 * anywidget 0.11 gives a module two seconds to load. A page that takes longer, as a busy one does, shows the widget, but
 * every message of the kernel waits for a promise that was rejected by then: the picture would never change.
 * @template {{ initialize?: (view: any) => unknown, render: (view: any) => unknown }} Module
 * @param {Module} module @returns {Module}
 */
export function widget(module) {
  return {
    ...module,
    /** @param {{ model: any }} view */
    initialize(view) {
      void listen(view.model);
      return module.initialize?.(view);
    },
  };
}

async function listen(proxy) {
  const model = await proxy.widget_manager?.get_model(proxy.get("own_id"));
  // A message that means nothing waits for the promise, as all do.
  model?._handle_comm_msg({ content: { data: {} } }).catch(() => {
    // anywidget's model is made from that of ipywidgets, which takes messages without a promise.
    const { _handle_comm_msg: take } = Object.getPrototypeOf(Object.getPrototypeOf(model));
    model.comm.on_msg(take.bind(model));
    model.comm.send({ method: "request_state" }); // what came until now was lost
  });
}
