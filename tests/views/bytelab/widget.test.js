import assert from "node:assert/strict";
import test from "node:test";

import { stepped } from "../../../helpers/views/bytelab/widget.js";

test("an arrow key makes a whole number one higher or lower, of any size", () => {
  assert.equal(stepped("41", 1n), "42");
  assert.equal(stepped("0", -1n), "-1");
  assert.equal(stepped(" −7 ", 1n), "-6");
  assert.equal(stepped("18446744073709551615", 1n), "18446744073709551616");
});

test("what is no whole number has none after it", () => {
  for (const text of ["", "-", "1.5", "0x10", "seven"]) assert.equal(stepped(text, 1n), null);
});
