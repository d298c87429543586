// The other half of event_log.py: puts the pieces of a growing list together.

/** @import { LogTraits, Model, Piece } from "./types" */

/**
 * Follows a widget's list. `view` has
 *   clear()              the list was emptied
 *   add(items, number)   items in order, the first of them with this number; may skip numbers
 *   status(piece)        whatever else a piece tells
 * @template {Piece<any>} P @param {Model<LogTraits<P>, { type: "behind" }>} model
 * @param {{ clear(): void, add(items: P["items"], number: number): void, status(piece: P): void }} view
 */
export function followEvents(model, view) {
  let epoch = null;
  let have = 0; // number of the next item
  let asked = null; // the piece for which the whole list was asked
  const take = (piece) => {
    if (!piece || piece.epoch === undefined || (epoch !== null && piece.epoch < epoch)) return;
    if (piece.epoch !== epoch) {
      epoch = piece.epoch;
      have = 0;
      asked = null;
      view.clear();
    }
    const known = have - piece.first;
    if (known < piece.items.length) {
      if (known >= 0) view.add(piece.items.slice(known), have);
      else view.add(piece.items, piece.first);
      have = piece.count;
    }
    view.status(piece);
    return known < 0;
  };
  const onNews = () => {
    if (take(model.get("news")) && asked !== epoch) {
      asked = epoch;
      model.send({ type: "behind" });
    }
  };
  const onSnapshot = () => {
    const piece = model.get("snapshot");
    if (asked !== null && asked === epoch && piece.epoch === epoch) {
      if (piece.count < have) return model.send({ type: "behind" }); // overtaken by news: once more
      // What was missed lies in between: start over with all there is.
      asked = null;
      epoch = null;
    }
    take(piece);
  };
  onSnapshot();
  onNews();
  model.on("change:news", onNews);
  model.on("change:snapshot", onSnapshot);
}
