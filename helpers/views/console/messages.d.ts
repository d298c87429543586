// What kernel and page tell each other of a console (schema.py, session.py, feed.py).

import type { Model } from "../kit/types";

/** A value of the schema: of a field, of an item of a list, of a map's key or value. */
export interface Spec {
  kind: string;
  type: string;
  key?: any;
  value?: any;
  names?: any;
  open?: boolean;
  default?: string;
  /** Whether the value may be unset; without it an empty value is sent. */
  presence?: boolean;
}

export interface Field extends Spec {
  name: string;
  doc?: string;
  oneof?: string;
  required?: boolean;
}

export interface Method {
  path: string;
  name: string;
  service: string;
  kind: string;
  arrows: string;
  clientStreams: boolean;
  request: Spec;
  doc: string;
}

/** A request as it is typed: `values` by the names of fields, or `json`. */
export interface Draft {
  method: string;
  tab: "form" | "json";
  values: any;
  json: string;
  metadata: { key: string; value: string; as: string }[];
  deadline: string;
}

export interface Entry {
  n: number;
  at: string;
  sent: boolean;
  event?: string;
  text?: string;
  size?: string;
  more?: string;
}

export interface CallState {
  sent: number;
  received: number;
  waiting: number;
  halfClosed: boolean;
  braked: boolean;
  seconds: number;
  initial: [string, string][] | null;
  trailers: [string, string][] | null;
  status: { name: string; number: number; ok: boolean; details: string; rich: string[]; hint: string } | null;
}

export interface PastCall {
  number: number;
  method: string;
  clock: string;
  status: string;
  ok: boolean;
  took: string;
  sent: number;
  received: number;
}

export interface CallMessage {
  kind: "call";
  whole: boolean;
  form: "text" | "json";
  history: PastCall[];
  call: CallState | null;
  entries?: Entry[];
  total?: number;
  open: boolean;
  method: string | null;
}

export type Received =
  | { kind: "draft"; draft: Draft; address: string }
  | {
      kind: "check";
      rev: number | null;
      errors: Record<string, string>;
      size: string;
      problem: string;
      pressed: boolean;
    }
  | CallMessage
  | { kind: "copy"; what: "python" | "grpcurl"; text: string; problem: string; reflection: boolean }
  | { kind: "problem"; text: string }
  | { kind: "asked"; problem: string }
  | { kind: "who" };

export type Act =
  | { do: "check" }
  | { do: "press"; button: string }
  | { do: "turn"; tab: "form" | "json" }
  | { do: "copy"; what: string; reflection?: boolean };
export type Sent =
  | { do: "hello" | "here" | "bye"; view: string }
  | { do: "feed"; form: string }
  | { do: "choose"; method: string }
  | { do: "load"; number: number }
  | { do: "ask"; address: string }
  | (Act & { draft: Draft; rev: number });

interface Traits {
  spec: {
    methods: Method[];
    types: Record<string, { name: string; fields: Field[] }>;
    known: string[];
    /** What the server has told of itself; null where modules say what it offers. */
    offered: string | null;
  };
}

export type ConsoleModel = Model<Traits, Sent, Received>;

/** Where a value of a draft lives: reads and writes it, and knows its path, as form.py names it. */
export interface Slot {
  path: string;
  get(): any;
  set(value: any): void;
}

/** What the parts of one console share. */
export interface App {
  id: string;
  spec: Traits["spec"];
  draft: Draft;
  errors: Record<string, string>;
  open: boolean;
  method: Method;
  revision: number;
  halfClosed: boolean;
  folded: Set<string>;
  edited(): void;
  redraw(): void;
  focusOn(key: string): void;
}
