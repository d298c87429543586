// Whether the kernel hears: while it runs a cell, what a page sends waits in line, and the learner should know.

import { el, setText } from "./dom.js";

/** @import { AckTraits, Model } from "./types" */

export const PICTURE_WAITS = "The picture waits for the kernel: it is busy or has stopped.";
const CELL_RUNS =
  "The kernel is running a cell and hears this when the cell has ended. " +
  "If the cell itself waits for you, press the stop button and start its call with .future(…).";

/**
 * Calls `act` when `delay` milliseconds have passed since the last call. Returns that call; its `cancel()` forgets.
 * @template {unknown[]} Given @param {number} delay @param {AbortSignal} signal
 * @param {(...given: Given) => void} act
 */
export function after(delay, signal, act) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const cancel = () => clearTimeout(timer);
  signal.addEventListener("abort", cancel);
  const call = (/** @type {Given} */ ...given) => {
    cancel();
    timer = setTimeout(act, delay, ...given);
  };
  return Object.assign(call, { cancel });
}

/**
 * Calls `act` when `delay` milliseconds have passed since the first call; the calls until then are one with it.
 * @param {number} delay @param {() => void} act
 */
export function together(delay, act) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      act();
    }, delay);
  };
}

/**
 * Says `text` in `node` where an answer is late: `wait()` when something was asked, `end()` when it is there.
 * @param {Element} node @param {string} text @param {number} delay @param {AbortSignal} signal
 */
export function busyNote(node, text, delay, signal) {
  const wait = after(delay, signal, () => setText(node, text));
  return {
    wait,
    end() {
      wait.cancel();
      setText(node, "");
    },
  };
}

/**
 * Returns a function that sends messages which Python acknowledges in the trait `acknowledged` (widget.py); a line in `host`
 * is shown as long as it does not. With `answer` false a message is sent and not waited for.
 * @template Message @param {Model<AckTraits, Message | (Message & { ack: string })>} model @param {Element} host
 * @param {AbortSignal} signal
 */
export function acknowledged(model, host, signal) {
  const note = el("p.gv-live-busy", { role: "status" });
  const busy = busyNote(note, CELL_RUNS, 1500, signal);
  host.append(note);
  let waiting = "";
  model.on("change:acknowledged", () => {
    if (!waiting || model.get("acknowledged") === waiting) busy.end();
  });
  return (/** @type {Message} */ message, answer = true) => {
    if (!answer) return model.send(message);
    waiting = `${Date.now()}-${Math.random()}`;
    busy.wait();
    model.send({ ...message, ack: waiting });
  };
}
