// What kernel and page tell each other of a city map (widget.py).

import type { AckTraits, Model, PenMessage } from "../kit/types";

interface Traits extends AckTraits {
  snapshot: string;
  /** Markup by the name of its part, and the last stroke that has ended. */
  content: { parts?: Record<string, string>; ended?: string };
  drawable: boolean;
  sample: [number, number][];
  extent: [width: number, height: number];
}

export type CityModel = Model<Traits, PenMessage & { type: "pen" }>;
