import assert from "node:assert/strict";
import test from "node:test";
import { svg } from "../../../helpers/views/kit/dom.js";
import { pen } from "../../../helpers/views/kit/pen.js";
import { happen } from "../page.js";

/** A surface of 100 by 100 units, twice as large on the page, with a pen in its middle. */
function surface(mock) {
  let clock = 0;
  mock.timers.enable({ apis: ["setInterval"] });
  mock.method(performance, "now", () => clock);
  const [node, sent, told, stop] = [svg("svg"), [], [], new AbortController()];
  const clamp = (number) => Math.min(100, Math.max(0, number));
  const drawing = pen(node, {
    toUnits: ([x, y]) => [clamp(x / 2), clamp(y / 2)],
    toView: ([x, y]) => [2 * x, 2 * y],
    step: 10,
    home: [50, 50],
    least: 2,
    send: (message) => sent.push(message),
    tell: (what, [x, y]) => told.push(`${what} ${x} ${y}`),
    signal: stop.signal,
  });
  const pass = (milliseconds) => {
    for (let n = 0; n < milliseconds; n += 10) {
      clock += 10;
      mock.timers.tick(10);
    }
  };
  const press = (key, details = {}) => happen(node, "keydown", { key, ...details });
  const points = () => sent.flatMap((message) => message.points.map(([x, y]) => [x, y]));
  return { node, sent, told, stop, drawing, pass, press, points };
}

test("the keyboard moves the pen, puts it down, draws and lifts it", ({ mock }) => {
  const { sent, told, press, points } = surface(mock);
  press("ArrowRight");
  assert.deepEqual(sent, []);
  press("Enter");
  press("ArrowDown");
  press("ArrowDown", { shiftKey: true });
  press(" ");
  assert.deepEqual(told, [
    "Pen up 55 50",
    "Pen down 55 50",
    "Drawing 55 55",
    "Drawing 55 75",
    "Pen up, the stroke has ended 55 75",
  ]);
  assert.deepEqual(
    sent.map(({ phase }) => phase),
    ["down", "up"],
  );
  assert.deepEqual(points(), [
    [55, 50],
    [55, 55],
    [55, 75],
  ]);
  assert.equal(new Set(sent.map(({ key }) => key)).size, 1);
});

test("it does not leave the surface, and a key held down lifts nothing", ({ mock }) => {
  const { told, press } = surface(mock);
  press("ArrowUp", { shiftKey: true });
  for (let n = 0; n < 3; n++) press("ArrowUp", { shiftKey: true });
  assert.equal(told.at(-1), "Pen up 50 0");
  press("Enter");
  press("Enter", { repeat: true });
  assert.equal(told.at(-1), "Pen down 50 0");
});

test("points go out in batches, and a pen that rests says that it is still down", ({ mock }) => {
  const { sent, press, pass } = surface(mock);
  press("Enter");
  press("ArrowRight");
  press("ArrowRight");
  pass(50);
  assert.deepEqual(
    sent.map((message) => [message.phase, message.points.length]),
    [
      ["down", 0],
      ["move", 3],
    ],
  );
  pass(600);
  assert.deepEqual([sent.length, sent[2].phase, sent[2].points], [3, "move", []]);
});

test("Escape ends a stroke, so does whoever goes elsewhere, and the end of the picture", ({ mock }) => {
  const { node, sent, stop, press } = surface(mock);
  press("Enter");
  press("Escape");
  press("Enter");
  happen(node, "blur");
  press("Enter");
  stop.abort();
  assert.deepEqual(
    sent.map(({ phase }) => phase),
    ["down", "up", "down", "up", "down", "up"],
  );
});

test("a stroke is played as a hand would draw it", ({ mock }) => {
  const { sent, drawing, pass, points } = surface(mock);
  drawing.play(
    [
      [0, 0],
      [10, 0],
      [20, 0],
      [30, 0],
      [40, 0],
    ],
    1,
  );
  pass(560);
  assert.deepEqual(points().at(-1), [20, 0]);
  pass(640);
  assert.deepEqual(points().at(-1), [40, 0]);
  assert.equal(sent.at(-1).phase, "up");
});

test("ink stays until it is taken away, that of a stroke with all before it", ({ mock }) => {
  const { sent, drawing, press } = surface(mock);
  for (let n = 0; n < 3; n++) {
    press("Enter");
    press("ArrowRight");
    press("Enter");
  }
  const keys = [...new Set(sent.map(({ key }) => key))];
  const left = () => keys.map((key) => Boolean(drawing.line(key)));
  assert.deepEqual(left(), [true, true, true]);
  assert.equal(drawing.line(keys[0]).getAttribute("d"), "M100.0 100.0L110.0 100.0");
  drawing.forget(keys[1]);
  assert.deepEqual(left(), [false, false, true]);
  drawing.forget();
  assert.deepEqual(left(), [false, false, false]);
});

test("a stroke that is being drawn keeps its ink", ({ mock }) => {
  const { sent, drawing, press } = surface(mock);
  press("Enter");
  drawing.forget();
  assert.ok(drawing.line(sent[0].key));
});
