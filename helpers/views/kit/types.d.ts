// What the modules of the kit give and take, and what anywidget gives to a view.

/** A widget's model: `Traits` are what Python syncs, `Sent` and `Received` the messages to Python and from there. */
export interface Model<Traits, Sent = never, Received = never> {
  get<Name extends keyof Traits>(name: Name): Traits[Name];
  set<Name extends keyof Traits>(name: Name, value: Traits[Name]): void;
  set(changes: Partial<Traits>): void;
  save_changes(): void;
  send(message: Sent): void;
  on(event: `change:${keyof Traits & string}`, act: () => void): void;
  on(event: "msg:custom", act: (message: Received, buffers: DataView[]) => void): void;
}

/** What a widget's `render` is given; `signal` ends when the picture goes, and the model's listeners with it. */
export interface View<M> {
  model: M;
  el: HTMLElement;
  signal: AbortSignal;
}

type Tag<Name extends string> = Name extends `${infer First}.${string}` ? First : Name;

/** The element that `el` makes of a name such as "input.gv-live-input". */
export type ElementOf<Name extends string> =
  Tag<Name> extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Tag<Name>] : HTMLElement;

/** The same for `svg`. */
export type SvgOf<Name extends string> =
  Tag<Name> extends keyof SVGElementTagNameMap ? SVGElementTagNameMap[Tag<Name>] : SVGElement;

type Nothing = null | undefined | false;

/** Attributes by name; "onclick" and its kin are functions. */
export interface Attributes {
  [name: string]: string | number | boolean | Nothing | ((event: any) => void);
}

export type Child = Node | string | number | Nothing;

/** What a pen sends, point by point. */
export interface PenMessage {
  phase: "down" | "move" | "up";
  key: string;
  points: [x: number, y: number, seconds: number][];
}

/** A piece of a growing list (event_log.py): `items` begin with number `first` of `count`. */
export interface Piece<Item> {
  epoch: number;
  first: number;
  count: number;
  items: Item[];
}

/** The traits of a widget with such a list, and of one that acknowledges messages (widget.py). */
export interface LogTraits<P> {
  news: P;
  snapshot: P;
}
export interface AckTraits {
  acknowledged: string;
}
