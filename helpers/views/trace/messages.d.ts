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
}

export type TraceModel = Model<Traits, Sent>;
