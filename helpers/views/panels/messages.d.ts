// What kernel and page tell each other of a panel of messages (panel.py).

import type { AckTraits, LogTraits, Model, Piece } from "../kit/types";

/** Rows as markup, and how the stream stands. */
interface Status extends Piece<string> {
  state: string;
  stands: string;
  counts: string;
  buttons: string[];
  enabled: string[];
  problem: string;
}

type Sent = { type: "behind" | "half-close" | "cancel" } | { type: "send"; text: string };

interface Traits extends AckTraits, LogTraits<Status> {
  html: string;
}

export type PanelModel = Model<Traits, Sent>;
