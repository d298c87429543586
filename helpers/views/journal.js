// The other half of journal.py: puts the pieces of a growing list together.

/**
 * Follows a widget's list. `view` has
 *   clear()              the list was emptied
 *   add(items, number)   items in order, the first of them with this number; may skip numbers
 *   status(piece)        whatever else a piece tells
 * Returns a function that ends it.
 */
function followJournal(model, view) {
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
  const onWhole = () => {
    const piece = model.get("whole");
    if (asked !== null && asked === epoch && piece.epoch === epoch) {
      if (piece.count < have) return model.send({ type: "behind" }); // overtaken by news: once more
      // What was missed lies in between: start over with all there is.
      asked = null;
      epoch = null;
    }
    take(piece);
  };
  onWhole();
  onNews();
  model.on("change:news", onNews);
  model.on("change:whole", onWhole);
  return () => {
    model.off("change:news", onNews);
    model.off("change:whole", onWhole);
  };
}
