// As much of a page as the views' modules need to run in Node: elements that hold children, text and attributes.

class Node extends EventTarget {
  parentNode = null;
  get isConnected() {
    return true;
  }
  remove() {
    const siblings = this.parentNode?.childNodes ?? [];
    if (siblings.includes(this)) siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
  }
}

class Text extends Node {
  constructor(text) {
    super();
    this.textContent = text;
  }
}

class Element extends Node {
  childNodes = [];
  attributes = new Map();
  style = {};
  hidden = false;
  scrollTop = 0;
  clientHeight = 0;
  clientWidth = 0;

  constructor(localName = "") {
    super();
    this.localName = localName;
  }
  get children() {
    return this.childNodes.filter((node) => node instanceof Element);
  }
  get textContent() {
    return this.childNodes.map((node) => node.textContent).join("");
  }
  set textContent(text) {
    this.replaceChildren(text);
  }
  get dataset() {
    const data = [...this.attributes].filter(([name]) => name.startsWith("data-"));
    return Object.fromEntries(data.map(([name, value]) => [name.slice(5), value]));
  }
  get classList() {
    const names = new Set((this.getAttribute("class") ?? "").split(" "));
    const write = () => this.setAttribute("class", [...names].join(" "));
    return {
      add: (name) => [names.add(name), write()],
      remove: (name) => [names.delete(name), write()],
      contains: (name) => names.has(name),
    };
  }
  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  contains(node) {
    return node === this || this.children.some((child) => child.contains(node));
  }
  append(...nodes) {
    this.#insert(this.childNodes.length, nodes);
  }
  prepend(...nodes) {
    this.#insert(0, nodes);
  }
  replaceChildren(...nodes) {
    for (const node of [...this.childNodes]) node.remove();
    this.append(...nodes);
  }
  querySelectorAll(tag) {
    return this.children.flatMap((child) => [
      ...(child.localName === tag ? [child] : []),
      ...child.querySelectorAll(tag),
    ]);
  }
  focus() {
    document.activeElement = this;
  }
  #insert(at, given) {
    const nodes = given
      .map((node) => (node instanceof Node ? node : new Text(String(node))))
      .flatMap((node) => (node instanceof Fragment ? [...node.childNodes] : [node]));
    for (const node of nodes) node.remove();
    this.childNodes.splice(at, 0, ...nodes);
    for (const node of nodes) node.parentNode = this;
  }
}

class Fragment extends Element {}

/** Watches nothing; `resize()` tells all of them. */
class ResizeObserver {
  static all = new Set();
  constructor(act) {
    this.act = act;
  }
  observe() {
    ResizeObserver.all.add(this);
  }
  disconnect() {
    ResizeObserver.all.delete(this);
  }
}

export function resize() {
  for (const each of ResizeObserver.all) each.act();
}

const page = new Element("html");
const document = Object.assign(page, {
  activeElement: null,
  createElement: (name) => new Element(name),
  createElementNS: (_, name) => new Element(name),
  createDocumentFragment: () => new Fragment(),
});
Object.assign(globalThis, { document, window: new EventTarget(), Node, Element, ResizeObserver });

/** Something that happens to a node, with what the view looks at. */
export function happen(node, type, details = {}) {
  const event = Object.assign(new Event(type, { cancelable: true }), details);
  node.dispatchEvent(event);
  return event;
}

/** A widget's model: `traits`, and in `sent` what the view has sent; `change` and `receive` are the kernel. */
export class Model {
  sent = [];
  #listeners = [];
  constructor(traits = {}) {
    this.traits = traits;
  }
  get(name) {
    return this.traits[name];
  }
  set(name, value) {
    Object.assign(this.traits, typeof name === "string" ? { [name]: value } : name);
  }
  save_changes() {}
  send(message) {
    this.sent.push(message);
  }
  on(event, act) {
    this.#listeners.push([event, act]);
  }
  change(traits) {
    this.set(traits);
    for (const name of Object.keys(traits)) this.#tell(`change:${name}`);
  }
  receive(message, buffers = []) {
    this.#tell("msg:custom", message, buffers);
  }
  #tell(event, ...given) {
    for (const [name, act] of this.#listeners) if (name === event) act(...given);
  }
}
