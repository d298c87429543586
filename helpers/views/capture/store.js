// What a page knows of a capture: a table of frames that grows, the summary, and the details asked for so far.

/** @import { Batch, Detail, Head, Kind, Place, State, Windows } from "./messages" */

/** @type {Kind[]} */
export const KINDS = ["headers", "data", "trailers", "control", "reset", "malformed", "tcp"];
const WORDS = 8; // 32-bit words of a record, see encode.py
const [KIND, TO_CLIENT, CONTROL, EXCHANGE] = [0xff, 0x100, 0x200, 0x400]; // its bits

export class CallStore {
  constructor() {
    this.count = 0;
    this.words = new Uint32Array(1024 * WORDS);
    this.times = new Float64Array(this.words.buffer);
    /** @type {Head} */
    this.head = {
      open: false,
      calls: [],
      notes: [],
      frames: 0,
      hidden: 0,
      moreCalls: 0,
      what: "",
      pace: "",
      unfinished: 0,
      html: "",
    };
    /** @type {Windows | null} */
    this.windows = null;
    /** @type {Map<number, Detail & { bytes: Uint8Array }>} */
    this.details = new Map();
    /** @type {Set<number>} */
    this.asked = new Set(); // frames whose details are on their way
    this.named = 0; // frames up to here carry their message as label
    /** @type {string[]} */
    this.texts = [];
    this.textIds = new Map();
    this.replaced = 0; // grows when frames that were there have changed
    this.counted = { replaced: -1, upTo: 0, controls: 0 };
  }

  reserve(frames) {
    const words = new Uint32Array(frames * WORDS);
    words.set(this.words.subarray(0, this.count * WORDS));
    this.words = words;
    this.times = new Float64Array(words.buffer);
  }

  /**
   * Takes a batch in; false if frames before it are missing.
   * @param {Omit<Batch, "type">} content @param {DataView} records @param {DataView} raw
   */
  apply(content, records, raw) {
    const { from, count } = content;
    if (from > this.count) return false;
    const known = this.count;
    if ((from + count) * WORDS > this.words.length) this.reserve(Math.max(2 * known, from + count));
    const ids = content.texts.map((text) => this.intern(text));
    // A copy: the view may not begin at a multiple of four.
    const bytes = new Uint8Array(records.buffer, records.byteOffset, records.byteLength);
    const fresh = new Uint32Array(bytes.slice().buffer);
    for (let at = 5; at < fresh.length; at += WORDS) {
      fresh[at] = ids[fresh[at]];
      fresh[at + 1] = ids[fresh[at + 1]];
    }
    if (from < known && this.differs(fresh, from, Math.min(known, from + count))) this.replaced += 1;
    this.words.set(fresh, from * WORDS);
    this.count = from + count;
    if (this.count < known) this.replaced += 1;
    if (content.head) this.head = content.head;
    this.named = content.named;
    if (content.windows) this.windows = content.windows;
    // What a frame means can depend on those after it.
    if (!this.head.open) this.details.clear();
    this.asked.clear();
    for (const [frame, detail] of Object.entries(content.details ?? {})) this.keep(Number(frame), detail, raw);
    return true;
  }

  differs(fresh, from, to) {
    const base = from * WORDS;
    for (let at = 0; at < (to - from) * WORDS; at++) if (fresh[at] !== this.words[base + at]) return true;
    return false;
  }

  intern(text) {
    let id = this.textIds.get(text);
    if (id === undefined) {
      id = this.texts.push(text) - 1;
      this.textIds.set(text, id);
    }
    return id;
  }

  /**
   * Puts better labels on frames.
   * @param {Record<string, string>} texts
   */
  label(texts) {
    for (const [frame, text] of Object.entries(texts)) {
      if (Number(frame) < this.count) this.words[Number(frame) * WORDS + 5] = this.intern(text);
    }
  }

  /** @param {number} frame @param {Detail} detail @param {DataView} raw */
  keep(frame, detail, raw) {
    const bytes = new Uint8Array(raw.buffer, raw.byteOffset + detail.at, detail.length).slice();
    this.details.set(frame, { ...detail, bytes });
  }

  // What is known of frame n.
  time = (n) => this.times[n * 4];
  connection = (n) => this.words[n * WORDS + 2];
  stream = (n) => (this.bits(n) & EXCHANGE ? 0 : this.words[n * WORDS + 3]);
  exchange = (n) => (this.bits(n) & EXCHANGE ? this.words[n * WORDS + 3] : 0);
  size = (n) => this.words[n * WORDS + 4];
  bits = (n) => this.words[n * WORDS + 7];
  text = (n) => this.texts[this.words[n * WORDS + 5]];
  name = (n) => this.texts[this.words[n * WORDS + 6]];
  kind = (n) => KINDS[this.bits(n) & KIND];
  toClient = (n) => (this.bits(n) & TO_CLIENT) !== 0;
  control = (n) => (this.bits(n) & CONTROL) !== 0;
  way = (n) => (this.toClient(n) ? "server to client" : "client to server");

  /** How many frames serve a connection: of all, or of those on the stream of one call. @param {Place} [call] */
  controls(call) {
    if (call) {
      let found = 0;
      for (let n = 0; n < this.count; n++) found += Number(this.control(n) && this.belongs(n, call));
      return found;
    }
    if (this.counted.replaced !== this.replaced) this.counted = { replaced: this.replaced, upTo: 0, controls: 0 };
    const { counted } = this;
    for (; counted.upTo < this.count; counted.upTo++) counted.controls += Number(this.control(counted.upTo));
    return counted.controls;
  }

  /** Whether frame n is one of a call, of an exchange, or of a lane. @param {number} n @param {Place} place */
  belongs(n, { connection, stream, exchange }) {
    return this.connection(n) === connection && this.stream(n) === stream && this.exchange(n) === exchange;
  }

  /**
   * Whether frame n belongs to what is shown: of one call or of all, with connection frames or without.
   * @param {number} n @param {Pick<State, "call" | "control">} state
   */
  shown(n, { call, control }) {
    return (control || !this.control(n)) && (!call || this.belongs(n, call));
  }
}

/**
 * Whether two things are on the same connection and the same stream or exchange of it.
 * @param {Place | null} a @param {Place | null} b
 */
export function samePlace(a, b) {
  if (!a || !b) return false;
  return a.connection === b.connection && a.stream === b.stream && a.exchange === b.exchange;
}

/**
 * What a list of frames was made for: another key, and it has to be made anew.
 * @param {State} state
 */
export function listKey({ store, call, control }) {
  return [call?.connection, call?.stream, call?.exchange, control, store.replaced].join("/");
}

/**
 * What stands above the numbers of streams and exchanges.
 * @param {boolean} several @param {boolean} streams @param {boolean} exchanges
 */
export function placeHeading(several, streams, exchanges) {
  const what = exchanges && !streams ? "Exch" : several ? "Str" : "Stream";
  return several ? `Conn·${what}` : what === "Exch" ? "Exchange" : what;
}
