// Bytes and what they mean, as the kernel sends them (encode_region in Python).

import type { Model } from "../kit/types";

export type Region = [
  start: number,
  end: number,
  kind: string,
  color: string | null,
  label: string,
  text: string,
  problem: string | null,
  children: Region[],
];

/** A region as a node of the tree (`readTree`); `region` names its color. */
export interface Node {
  id: number;
  start: number;
  end: number;
  kind: string;
  region: string | null;
  label: string;
  text: string;
  problem: string | null;
  depth: number;
  parent: Node | null;
  children: Node[];
}

export type BytesModel = Model<{
  shown: { title: string; notes: string[]; length: number; cut: number; tree: Region; raw: DataView };
}>;
