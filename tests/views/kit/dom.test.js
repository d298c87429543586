import assert from "node:assert/strict";
import test from "node:test";
import { el, setAttributes, setText, uniqueId } from "../../../helpers/views/kit/dom.js";
import { onKeys, placeAfter, selectableRows } from "../../../helpers/views/kit/keys.js";
import { happen } from "../page.js";

const live = () => new AbortController().signal;

test("an element has its name, classes, attributes and children", () => {
  const child = el("b");
  const node = el("p.gv-muted.gv-sr", { role: "status", hidden: true, title: null }, "5 ms", child, [false, 7], null);
  assert.equal(node.localName, "p");
  assert.equal(node.getAttribute("class"), "gv-muted gv-sr");
  assert.deepEqual([...node.attributes.keys()], ["class", "role", "hidden"]);
  assert.equal(node.textContent, "5\u00a0ms7");
  assert.equal(child.parentNode, node);
});

test("text is never markup, and nothing in it hides", () => {
  assert.equal(el("p", "<b>\u202e").textContent, "<b>\\u202e");
  assert.equal(el("p", { title: "\u200b" }).getAttribute("title"), "\\u200b");
  assert.equal(el("pre", "5 ms").textContent, "5 ms");
  assert.equal(el("textarea", "\u200b").textContent, "\u200b");
});

test("a function is a listener", () => {
  let heard = 0;
  const node = el("button", {
    onclick: () => {
      heard += 1;
    },
  });
  happen(node, "click");
  assert.equal(heard, 1);
  assert.equal(node.getAttribute("onclick"), null);
});

test("text that stays is left alone", () => {
  const node = el("p", "one");
  const [before] = node.childNodes;
  setText(node, "one");
  assert.equal(node.childNodes[0], before);
  setText(node, "two");
  assert.equal(node.textContent, "two");
});

test("attributes can be set later, and ids are never the same", () => {
  const node = el("p");
  setAttributes(node, { role: "log", "aria-busy": false });
  assert.deepEqual([...node.attributes], [["role", "log"]]);
  assert.notEqual(uniqueId("frame"), uniqueId("frame"));
});

test("keys move within a list and not beyond it", () => {
  const places = (key) => [0, 5, 9].map((at) => placeAfter(key, at, 10, 4));
  assert.deepEqual(places("ArrowDown"), [1, 6, 9]);
  assert.deepEqual(places("ArrowUp"), [0, 4, 8]);
  assert.deepEqual(places("PageDown"), [4, 9, 9]);
  assert.deepEqual(places("PageUp"), [0, 1, 5]);
  assert.deepEqual([placeAfter("Home", 5, 10), placeAfter("End", 5, 10)], [0, 9]);
  assert.equal(placeAfter("x", 5, 10), undefined);
  assert.equal(placeAfter("End", -1, 0), undefined);
});

test("a key that was used goes no further, and any other does", () => {
  const node = el("div");
  onKeys(node, live(), ({ key }) => key === "End");
  assert.ok(happen(node, "keydown", { key: "End" }).defaultPrevented);
  assert.ok(!happen(node, "keydown", { key: "x" }).defaultPrevented);
});

test("of rows to choose from one takes the Tab key; keys move the focus", () => {
  const rows = ["a", "b", "c"].map((text) => el("li", text));
  const chosen = [];
  const { select, refresh } = selectableRows(
    el("ul", rows),
    () => rows,
    (row) => chosen.push(row.textContent),
    live(),
  );
  const focusable = () => rows.filter((row) => row.tabIndex === 0).map((row) => row.textContent);
  assert.deepEqual(focusable(), ["a"]);
  select(rows[1]);
  assert.deepEqual(chosen, ["b"]);
  assert.deepEqual(focusable(), ["b"]);
  assert.deepEqual(
    rows.map((row) => row.getAttribute("aria-selected")),
    ["false", "true", "false"],
  );
  rows.splice(1, 1);
  refresh();
  assert.deepEqual(focusable(), ["a"]);
});
