// The traits of the header tables (widget.py): which block is wanted, and what Python draws of it.

import type { Model } from "../kit/types";

/** One header block, drawn, and what there is to choose from. */
interface Content {
  asked: number;
  state: string;
  shown: [connection: number, direction: string, block: number];
  count: number;
  open: boolean;
  connections: number[];
  ways: [direction: string, title: string, count: number][];
  words: string;
  strip: string;
  html: string;
  /** On a page without a kernel: the block of the other direction that belongs to the same stream. */
  across?: number;
}

export type TablesModel = Model<{
  connection: number;
  direction: string;
  block: number;
  asked: number;
  content: Content;
  /** On a page without a kernel: the blocks that it has. */
  contents?: Content[];
}>;
