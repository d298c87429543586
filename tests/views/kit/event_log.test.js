import assert from "node:assert/strict";
import test from "node:test";

import { followEvents } from "../../../helpers/views/kit/event_log.js";
import { Model } from "../page.js";

/** The numbers first to count - 1, as a piece. */
function piece(epoch, first, count) {
  return { epoch, first, count, items: Array.from({ length: count - first }, (_, n) => first + n) };
}

/** A list that is followed, beginning with `snapshot`: the model, and the list as the page has it. */
function followed(snapshot, news = {}) {
  const model = new Model({ snapshot, news });
  const seen = { list: [], cleared: 0, counts: [] };
  followEvents(model, {
    clear() {
      seen.list = [];
      seen.cleared += 1;
    },
    add: (items, number) => seen.list.push(...items.map((item, n) => [number + n, item])),
    status: ({ count }) => seen.counts.push(count),
  });
  const numbers = () => {
    for (const [number, item] of seen.list) assert.equal(number, item, "an item under another's number");
    return seen.list.map(([number]) => number);
  };
  return { model, seen, numbers };
}

test("it begins with all there is, and news that overlap are taken once", () => {
  const { model, seen, numbers } = followed(piece(1, 0, 3));
  model.change({ news: piece(1, 1, 5) });
  model.change({ news: piece(1, 1, 5) });
  assert.deepEqual(numbers(), [0, 1, 2, 3, 4]);
  assert.deepEqual(model.sent, []);
  assert.equal(seen.counts.at(-1), 5);
});

test("a new epoch empties the list, and what belongs to the old one is passed over", () => {
  const { model, seen, numbers } = followed(piece(1, 0, 3));
  model.change({ news: piece(2, 0, 1) });
  model.change({ news: piece(1, 3, 4) });
  assert.deepEqual(numbers(), [0]);
  assert.equal(seen.cleared, 2);
});

test("whoever has missed something asks once, and starts over with all there is", () => {
  const { model, numbers } = followed(piece(1, 0, 2));
  model.change({ news: piece(1, 4, 6) });
  model.change({ news: piece(1, 8, 9) });
  assert.deepEqual(model.sent, [{ type: "behind" }]);
  model.change({ snapshot: piece(1, 0, 9) });
  assert.deepEqual(numbers(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("an answer that news have overtaken is asked for once more", () => {
  const { model, numbers } = followed(piece(1, 0, 2));
  model.change({ news: piece(1, 4, 6) });
  model.change({ snapshot: piece(1, 0, 5) });
  assert.deepEqual(model.sent, [{ type: "behind" }, { type: "behind" }]);
  model.change({ snapshot: piece(1, 0, 6) });
  assert.deepEqual(numbers(), [0, 1, 2, 3, 4, 5]);
});

test("a widget that has sent nothing yet is followed all the same", () => {
  const { model, numbers } = followed({}, {});
  model.change({ news: piece(0, 0, 1) });
  assert.deepEqual(numbers(), [0]);
});
