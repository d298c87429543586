import assert from "node:assert/strict";
import test from "node:test";

import { timeTicks } from "../../../helpers/views/capture/lanes.js";
import { covered, tightest, waits } from "../../../helpers/views/capture/windows.js";

test("times on an axis are round, within it, and not too near to each other", () => {
  for (const [from, to, width] of [
    [0, 1, 900],
    [0.1234, 0.1299, 400],
    [3, 3600, 500],
    [0, 1e-7, 700],
  ]) {
    const ticks = timeTicks(from, to, width);
    assert.ok(ticks.length > 0 && ticks.length <= width / 80 + 1, `${ticks}`);
    const step = ticks[1] - ticks[0];
    for (const tick of ticks) {
      assert.ok(tick >= from - step * 1e-6 && tick <= to + step * 1e-6);
      assert.ok(Math.abs(tick / step - Math.round(tick / step)) < 1e-6);
    }
  }
  assert.deepEqual(timeTicks(2, 2, 500), [2]);
});

test("a sender waits from when no room is left until some is there", () => {
  assert.deepEqual(waits({ t: [0, 1, 2, 3, 4], w: [9, 0, -2, 5, 0] }), [[1, 3]]);
  assert.deepEqual(waits({ t: [0, 1, 1, 2], w: [9, 0, 4, 4] }), []);
});

test("waits at the same time count once", () => {
  assert.equal(
    covered([
      [4, 5],
      [0, 2],
      [1, 3],
    ]),
    4,
  );
  assert.equal(covered([]), 0);
});

test("the tightest moment is measured against the most that there was before", () => {
  const lines = [
    { t: [0, 1], w: [100, 60] },
    { t: [0, 1, 2], w: [10, 4, 40] },
  ];
  assert.deepEqual(tightest(lines), { left: 4, of: 10, share: 0.4 });
});
