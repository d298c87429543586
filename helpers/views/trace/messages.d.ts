// What kernel and page tell each other of a trace (widget.py).

import type { Model } from "../kit/types";

/** The frames of a call are asked for, or no longer where they are shown. */
export interface Sent {
  type: "frames";
  call: string;
}

interface Traits {
  html: string;
  opened: string;
  /** On a page without a kernel: where the frames of each call are, and the captures by server. */
  frames?: Record<string, { server: string; place: object }>;
  captures?: Record<string, { module: string; traits: object }>;
}

export type TraceModel = Model<Traits, Sent>;
