// The traits of the byte lab (widget.py): what is typed, and what Python draws of it.

import type { Model } from "../kit/types";

/** A type of field: what may be typed, and what is suggested. */
export interface Kind {
  name: string;
  title: string;
  group: string;
  hint: string;
  choices: string[];
  optional: boolean;
  counts: boolean;
}

/** What the inputs say. */
export interface Typed {
  type: string;
  number: string;
  value: string;
  optional: boolean;
}

export type LabModel = Model<Typed & { kinds: Kind[]; html: string; asked: number; answered: number }>;
