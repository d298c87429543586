import assert from "node:assert/strict";
import test from "node:test";
import { el } from "../../../helpers/views/kit/dom.js";
import { virtualRows } from "../../../helpers/views/kit/virtual_rows.js";
import { happen, resize } from "../page.js";

/** A list of `count` rows of 20 pixels in a box of 100, and how often each was drawn. */
function list(count, options = {}) {
  const scroller = el("div");
  Object.assign(scroller, { clientHeight: 100 });
  const state = { count, drawn: new Map(), stop: new AbortController() };
  const draw = (n) => {
    state.drawn.set(n, (state.drawn.get(n) ?? 0) + 1);
    return el("div", { "data-n": n });
  };
  const rows = virtualRows(scroller, {
    height: 20,
    count: () => state.count,
    draw,
    signal: state.stop.signal,
    ...options,
  });
  scroller.append(rows.node);
  Object.defineProperty(scroller, "scrollHeight", { get: () => 20 * state.count });
  const shown = () => rows.node.children.map((row) => Number(row.dataset.n));
  return { scroller, rows, state, shown };
}

const range = (from, to) => Array.from({ length: to - from }, (_, n) => from + n);

test("of a hundred thousand rows, those in sight and a few more are on the page", () => {
  const { rows, shown } = list(100_000);
  rows.refresh();
  assert.deepEqual(shown(), range(0, 9));
  assert.equal(rows.node.style.height, "2000000px");
  assert.equal(rows.node.children[3].style.top, "60px");
});

test("scrolling draws what comes into sight, keeps the order, and draws no row twice", () => {
  const { scroller, rows, state, shown } = list(1000);
  rows.refresh();
  for (const top of [100, 300, 160, 60]) {
    scroller.scrollTop = top;
    happen(scroller, "scroll");
    const first = Math.max(0, top / 20 - 4);
    assert.deepEqual(shown(), range(first, top / 20 + 9), `at ${top}`);
  }
  assert.equal(state.drawn.get(12), 1, "it was in sight all the time");
});

test("all are drawn anew where it is asked for", () => {
  const { rows, state } = list(3);
  rows.refresh();
  rows.refresh();
  assert.equal(state.drawn.get(2), 1);
  rows.refresh(true);
  assert.equal(state.drawn.get(2), 2);
});

test("rows that are gone leave the page", () => {
  const { rows, state, shown } = list(8);
  rows.refresh();
  state.count = 2;
  rows.refresh();
  assert.deepEqual(shown(), [0, 1]);
  assert.equal(rows.node.style.height, "40px");
});

test("a row is scrolled into sight, and no farther", () => {
  const { scroller, rows } = list(1000);
  rows.reveal(3);
  assert.equal(scroller.scrollTop, 0);
  rows.reveal(10);
  assert.equal(scroller.scrollTop, 120);
  rows.reveal(4);
  assert.equal(scroller.scrollTop, 80);
});

test("what stands above the rows takes room from them", () => {
  const { scroller, rows } = list(1000, { head: 30 });
  rows.reveal(4);
  assert.equal(scroller.scrollTop, 30);
});

test("the end is known, and found", () => {
  const { scroller, rows, shown } = list(50);
  rows.refresh();
  assert.ok(!rows.atEnd());
  scroller.scrollTop = 900;
  assert.ok(rows.atEnd());
  rows.toEnd();
  assert.equal(shown().at(-1), 49);
});

test("another size draws what has come into sight, until the picture goes", () => {
  const { scroller, state, shown } = list(1000);
  resize();
  assert.equal(shown().length, 9);
  scroller.clientHeight = 200;
  resize();
  assert.equal(shown().length, 14);
  state.stop.abort();
  scroller.clientHeight = 400;
  resize();
  happen(scroller, "scroll");
  assert.equal(shown().length, 14);
});
