import assert from "node:assert/strict";
import test from "node:test";

import { CallStore, listKey, placeHeading, samePlace } from "../../../helpers/views/capture/store.js";

const [TO_CLIENT, CONTROL, EXCHANGE] = [0x100, 0x200, 0x400];
const HEADERS = 0;
const DATA = 1;

/** A batch as the kernel sends it; each frame is [time, connection, stream, size, label, name, bits]. */
function batch(from, frames, more = {}) {
  const texts = [...new Set(frames.flatMap((frame) => [frame[4], frame[5]]))];
  const records = new DataView(new ArrayBuffer(32 * frames.length));
  frames.forEach(([time, connection, stream, size, label, name, bits], n) => {
    records.setFloat64(32 * n, time, true);
    const words = [connection, stream, size, texts.indexOf(label), texts.indexOf(name), bits];
    words.forEach((word, at) => {
      records.setUint32(32 * n + 8 + 4 * at, word, true);
    });
  });
  return [
    { from, count: frames.length, named: 500, texts, head: head(true), ...more },
    records,
    new DataView(new ArrayBuffer(0)),
  ];
}

function head(open) {
  return { ...new CallStore().head, open };
}

const REQUEST = [0.25, 1, 3, 40, "QuoteRequest {}", "HEADERS", HEADERS];
const ANSWER = [0.5, 1, 3, 17, "Quote {}", "DATA", DATA | TO_CLIENT];
const SETTINGS = [0, 1, 0, 9, "ACK", "SETTINGS", 3 | CONTROL];
const EXCHANGED = [1, 2, 5, 99, "GET /", "HTTP/1.1", HEADERS | EXCHANGE];

test("a batch is read back field by field", () => {
  const store = new CallStore();
  assert.ok(store.apply(...batch(0, [REQUEST, ANSWER, SETTINGS, EXCHANGED])));
  assert.equal(store.count, 4);
  const told = (n) => [store.time(n), store.connection(n), store.stream(n), store.exchange(n), store.size(n)];
  assert.deepEqual(told(0), [0.25, 1, 3, 0, 40]);
  assert.deepEqual(told(3), [1, 2, 0, 5, 99]);
  assert.deepEqual(
    [0, 1].map((n) => [store.text(n), store.name(n), store.kind(n), store.way(n)]),
    [
      ["QuoteRequest {}", "HEADERS", "headers", "client to server"],
      ["Quote {}", "DATA", "data", "server to client"],
    ],
  );
});

test("a batch behind a gap is refused, and the kernel asked again", () => {
  const store = new CallStore();
  assert.equal(store.apply(...batch(2, [REQUEST])), false);
  assert.equal(store.count, 0);
});

test("it grows beyond what it had reserved, and keeps what it had", () => {
  const store = new CallStore();
  store.apply(...batch(0, [REQUEST]));
  store.apply(
    ...batch(
      1,
      Array.from({ length: 5000 }, (_, n) => [n, 1, 1, n, `${n}`, "DATA", DATA]),
    ),
  );
  assert.equal(store.count, 5001);
  assert.equal(store.text(0), "QuoteRequest {}");
  assert.equal(store.size(5000), 4999);
});

test("records may begin anywhere in their buffer", () => {
  const store = new CallStore();
  const [content, records, raw] = batch(0, [REQUEST]);
  const shifted = new Uint8Array(records.byteLength + 3);
  shifted.set(new Uint8Array(records.buffer), 3);
  store.apply(content, new DataView(shifted.buffer, 3), raw);
  assert.equal(store.size(0), 40);
});

test("only frames that have changed make lists anew", () => {
  const store = new CallStore();
  store.apply(...batch(0, [REQUEST, ANSWER]));
  store.apply(...batch(1, [ANSWER, SETTINGS]));
  assert.equal(store.replaced, 0);
  store.apply(...batch(1, [SETTINGS, ANSWER]));
  assert.equal(store.replaced, 1);
  store.apply(...batch(0, [REQUEST]));
  assert.equal(store.replaced, 2);
});

test("connection frames are counted once, and anew where frames were replaced", () => {
  const store = new CallStore();
  store.apply(...batch(0, [SETTINGS, REQUEST]));
  assert.equal(store.controls(), 1);
  store.apply(...batch(2, [SETTINGS]));
  assert.equal(store.controls(), 2);
  store.apply(...batch(0, [REQUEST, REQUEST, SETTINGS]));
  assert.equal(store.controls(), 1);
  assert.equal(store.controls({ connection: 1, stream: 3, exchange: 0 }), 0);
});

test("what is shown: of one call or of all, with connection frames or without", () => {
  const store = new CallStore();
  store.apply(...batch(0, [SETTINGS, REQUEST, EXCHANGED]));
  const shown = (state) => [0, 1, 2].filter((n) => store.shown(n, state));
  assert.deepEqual(shown({ call: null, control: true }), [0, 1, 2]);
  assert.deepEqual(shown({ call: null, control: false }), [1, 2]);
  assert.deepEqual(shown({ call: { connection: 2, stream: 0, exchange: 5 }, control: true }), [2]);
});

test("better labels come later, for frames that are there", () => {
  const store = new CallStore();
  store.apply(...batch(0, [REQUEST]));
  store.label({ 0: "QuoteRequest {from: 1}", 7: "nobody" });
  assert.equal(store.text(0), "QuoteRequest {from: 1}");
});

test("details are kept with their own bytes, until the recording has ended", () => {
  const store = new CallStore();
  const raw = new DataView(Uint8Array.of(9, 8, 7, 6).buffer);
  const details = { 0: { say: "A frame.", at: 1, length: 2, cut: 0, tree: [] } };
  const [content, records] = batch(0, [REQUEST], { details });
  store.apply(content, records, raw);
  assert.deepEqual([...store.details.get(0).bytes], [8, 7]);
  store.apply(...batch(0, [REQUEST], { head: head(false) }));
  assert.equal(store.details.size, 0);
});

test("places, keys and headings", () => {
  const place = { connection: 1, stream: 3, exchange: 0 };
  assert.ok(samePlace(place, { ...place }));
  assert.ok(!samePlace(place, { ...place, stream: 5 }));
  assert.ok(!samePlace(place, null));
  assert.ok(!samePlace(null, null));
  const state = { store: new CallStore(), call: null, control: false };
  assert.notEqual(listKey(state), listKey({ ...state, control: true }));
  assert.equal(listKey(state), listKey({ ...state }));
  const all = [
    [false, true, false],
    [true, true, false],
    [false, false, true],
    [true, false, true],
  ];
  const headings = ["Stream", "Conn·Str", "Exchange", "Conn·Exch"];
  assert.deepEqual(
    all.map((each) => placeHeading(...each)),
    headings,
  );
});
