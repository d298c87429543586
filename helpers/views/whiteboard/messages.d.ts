// What kernel and page tell each other of a whiteboard (widget.py).

import type { AckTraits, LogTraits, Model, PenMessage, Piece } from "../kit/types";

/** A stretch of a line on one panel: x and y in turn; `key` names the stroke of this page that it is of. */
export interface Segment {
  panel: number;
  author: number;
  line: number[];
  key?: string;
}

export interface Status extends Piece<Segment> {
  authors: string[];
  counts: [drawn: number, received: number][];
  said: string[];
  problem: string;
}

export type Sent = { type: "behind" | "clear" } | (PenMessage & { type: "pen"; panel: number });

interface Traits extends AckTraits, LogTraits<Status> {
  html: string;
  sample: [number, number][];
}

export type BoardModel = Model<Traits, Sent>;
