// What kernel and page tell each other of a capture (encode.py, summary.py, windows.py).

import type { Region } from "../bytes/messages";
import type { Model } from "../kit/types";

export type Kind = "headers" | "data" | "trailers" | "control" | "reset" | "malformed" | "tcp";
export type Tab = "frames" | "streams" | "windows";

/** A stream or an HTTP/1.1 exchange of a connection; 0 where it is neither. */
export interface Place {
  connection: number;
  stream: number;
  exchange: number;
}

/** How a call or an exchange went; times in seconds since the recording began. */
export interface Call extends Place {
  service: string;
  method: string;
  state: "done" | "failed" | "running";
  sign: string;
  word: string;
  short: string;
  took: number | null;
  line: [from: number, to: number] | null;
  sent: number;
  got: number;
  payload: number;
  wire: number;
}

/** The summary of all that was recorded. */
export interface Head {
  open: boolean;
  calls: Call[];
  moreCalls: number;
  what: string;
  pace: string;
  notes: string[];
  frames: number;
  hidden: number;
  unfinished: number;
  /** How it went and what it cost, drawn. */
  html: string;
}

/** A flow-control window over time: times in seconds, and what was left at each. */
export interface WindowLine {
  connection: number;
  stream: number;
  toServer: boolean;
  t: number[];
  w: number[];
}

export interface Windows {
  series: WindowLine[];
  more: number;
}

/** What is shown of a selected frame; its bytes are `length` ones of a buffer, from `at` on. */
export interface Detail {
  say: string;
  at: number;
  length: number;
  cut: number;
  tree: Region;
}

/** Frames `from` on: texts here, the records (store.js) in a buffer. */
export interface Batch {
  type: "batch";
  from: number;
  count: number;
  named: number;
  texts: string[];
  head?: Head;
  windows?: Windows;
  details?: Record<string, Detail>;
}

export type Received =
  | Batch
  | { type: "detail"; frame: number; detail: Detail }
  | { type: "labels"; texts: Record<string, string> }
  | { type: "windows"; windows: Windows };

export type Sent =
  | { type: "frames"; have: number }
  | { type: "detail"; frame: number }
  | { type: "labels"; frames: number[] }
  | { type: "windows" };

interface Traits {
  tab: Tab;
  control: boolean | null;
  place: Place | null;
  /** `saved` where there is no kernel to ask for more. */
  snapshot: (Batch & { records: DataView; raw: DataView; saved?: boolean }) | null;
}

export type CaptureModel = Model<Traits, Sent, Received>;

/** What the parts of one picture share. */
export interface State {
  store: import("./store").CallStore;
  frame: number | null;
  call: Call | null;
  control: boolean;
  tab: Tab;
}
