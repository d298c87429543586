// Whether the kernel hears: while it runs a cell, what a page sends waits in line, and the learner should know.
/* global el */

const EAR_PATIENCE = 1500; // milliseconds

/**
 * Sends messages that Python acknowledges in the trait `heard` (paced.py), and shows a line in `host` as long as
 * it does not. Returns { send(message), end() }.
 */
function kernelEar(model, host) {
  const note = el("p", { class: "gv-live-busy", role: "status", hidden: true },
    "The kernel is running a cell and hears this when the cell has ended. " +
    "If the cell itself waits for you, press the stop button and start its call with .future(…).");
  host.append(note);
  let waiting = null;
  let timer = null;
  const quiet = () => {
    if (waiting !== null && model.get("heard") !== waiting) return;
    clearTimeout(timer);
    note.hidden = true;
  };
  model.on("change:heard", quiet);
  return {
    send(message) {
      waiting = `${Date.now()}-${Math.random()}`;
      clearTimeout(timer);
      timer = setTimeout(() => { note.hidden = false; }, EAR_PATIENCE);
      model.send({ ...message, ack: waiting });
    },
    end() {
      clearTimeout(timer);
      model.off("change:heard", quiet);
    },
  };
}
