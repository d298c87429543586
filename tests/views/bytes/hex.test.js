import assert from "node:assert/strict";
import test from "node:test";

import { owners, readTree } from "../../../helpers/views/bytes/hex.js";

const TREE = [
  0,
  9,
  "frame",
  null,
  "DATA",
  "",
  null,
  [
    [0, 4, "frame-header", "frame", "frame header", "", null, [[0, 3, "field", "frame", "length", "5", null, []]]],
    [4, 9, "message", "value", "Quote", "", null, [[5, 6, "tag", "tag", "from", "", "cut short", []]]],
  ],
];

test("a tree becomes nodes in order, each with its place and the color of what it is within", () => {
  const nodes = readTree(TREE);
  const told = nodes.map(({ id, label, depth, region, parent }) => [id, label, depth, region, parent?.id ?? null]);
  assert.deepEqual(told, [
    [0, "DATA", 0, null, null],
    [1, "frame header", 1, "frame", 0],
    [2, "length", 2, "frame", 1],
    [3, "Quote", 1, "value", 0],
    [4, "from", 2, "tag", 3],
  ]);
  assert.deepEqual(
    nodes[0].children.map(({ id }) => id),
    [1, 3],
  );
  assert.equal(nodes[4].problem, "cut short");
});

test("a byte belongs to the innermost node that covers it", () => {
  assert.deepEqual([...owners(readTree(TREE), 10)], [2, 2, 2, 1, 3, 4, 3, 3, 3, 0]);
});
