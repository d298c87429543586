import assert from "node:assert/strict";
import test from "node:test";
import { acknowledged, after, busyNote, together } from "../../../helpers/views/kit/busy.js";
import { el } from "../../../helpers/views/kit/dom.js";
import { Model } from "../page.js";

test.beforeEach((context) => context.mock.timers.enable({ apis: ["setTimeout"] }));

test("what is called again and again runs once it rests, with what came last", ({ mock }) => {
  const told = [];
  const tell = after(100, new AbortController().signal, (text) => told.push(text));
  tell("one");
  mock.timers.tick(99);
  tell("two");
  mock.timers.tick(99);
  assert.deepEqual(told, []);
  mock.timers.tick(1);
  assert.deepEqual(told, ["two"]);
});

test("it can be called off, and ends with the picture", ({ mock }) => {
  const stop = new AbortController();
  let count = 0;
  const act = after(100, stop.signal, () => {
    count += 1;
  });
  act();
  act.cancel();
  mock.timers.tick(200);
  act();
  stop.abort();
  mock.timers.tick(200);
  assert.equal(count, 0);
});

test("calls that come together are one, and the next is another", ({ mock }) => {
  let count = 0;
  const act = together(40, () => {
    count += 1;
  });
  act();
  mock.timers.tick(39);
  act();
  mock.timers.tick(1);
  assert.equal(count, 1);
  act();
  mock.timers.tick(40);
  assert.equal(count, 2);
});

test("a note says that an answer is late, until it is there", ({ mock }) => {
  const node = el("p");
  const busy = busyNote(node, "The kernel is busy.", 800, new AbortController().signal);
  busy.wait();
  mock.timers.tick(799);
  assert.equal(node.textContent, "");
  mock.timers.tick(1);
  assert.equal(node.textContent, "The kernel is busy.");
  busy.end();
  assert.equal(node.textContent, "");
});

test("a message that Python acknowledges in time is nothing to talk about", ({ mock }) => {
  const [model, host] = [new Model({ acknowledged: "" }), el("div")];
  const send = acknowledged(model, host, new AbortController().signal);
  send({ type: "clear" });
  assert.equal(model.sent[0].type, "clear");
  model.change({ acknowledged: model.sent[0].ack });
  mock.timers.tick(5000);
  assert.equal(host.textContent, "");
});

test("one that it does not is: an older acknowledgement does not count", ({ mock }) => {
  const [model, host] = [new Model({ acknowledged: "" }), el("div")];
  const send = acknowledged(model, host, new AbortController().signal);
  send({ type: "send", text: "one" });
  send({ type: "send", text: "two" });
  model.change({ acknowledged: model.sent[0].ack });
  mock.timers.tick(1500);
  assert.match(host.textContent, /^The kernel is running a cell/);
  model.change({ acknowledged: model.sent[1].ack });
  assert.equal(host.textContent, "");
});

test("a message that needs no answer is sent as it is", ({ mock }) => {
  const [model, host] = [new Model({ acknowledged: "" }), el("div")];
  acknowledged(model, host, new AbortController().signal)({ phase: "move" }, false);
  mock.timers.tick(5000);
  assert.deepEqual(model.sent, [{ phase: "move" }]);
  assert.equal(host.textContent, "");
});
