// What kernel and page tell each other of a network map (widget.py).

import type { AckTraits, Model } from "../kit/types";

/** A click: boxes, buttons and links by their numbers in the picture. */
type Sent = { type: "button"; box: number; button: number } | { type: "link"; link: number };

interface Traits extends AckTraits {
  html: string;
}

export type NetworkModel = Model<Traits, Sent>;
