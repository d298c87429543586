// Text made fit to show: hidden characters that can be seen, and numbers with their units. As in helpers/text.py
// and style.py.

const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: so are the combining ones
  /(?![\n\t])[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\u{f0000}-\u{10ffff}]/gu;

/** Text with every character to be seen: as `visible` in helpers/text.py. */
export function visible(text) {
  return String(text)
    .replaceAll("\r\n", "\n")
    .replace(HIDDEN, (character) => {
      const code = character.codePointAt(0) ?? 0;
      const hex = code.toString(16);
      if (code === 13) return "\\r";
      return code < 0x100
        ? `\\x${hex.padStart(2, "0")}`
        : code < 0x10000
          ? `\\u${hex.padStart(4, "0")}`
          : `\\U${hex.padStart(8, "0")}`;
    });
}

/** A space that does not break between each number and its unit: as `whole` in helpers/text.py. */
export function unitsWhole(text) {
  return text.replace(
    /(\d) (?=(?:[kMGT]?B(?:\/s)?|[nµm]?s|min|h|km|g|kg|%|×|[kM]?\/s)(?![\p{L}\p{N}_]))/gu,
    "$1\u00a0",
  );
}

/** "1,024 frames", "1 frame". */
export function counted(count, noun) {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "1,024". */
export function grouped(count) {
  return count.toLocaleString("en");
}

/** @type {[scale: number, unit: string, below: number][]} */
const BYTES = [
  [1e3, "kB", 1000],
  [1e6, "MB", 1000],
  [1e9, "GB", 1000],
  [1e12, "TB", Infinity],
];
/** @type {typeof BYTES} */
const SECONDS = [
  [1e-9, "ns", 1000],
  [1e-6, "µs", 1000],
  [1e-3, "ms", 1000],
  [1, "s", 600],
  [60, "min", 600],
  [3600, "h", Infinity],
];

/**
 * "640 B", "38.6 kB": as `fmt_bytes` in style.py.
 * @param {number | null} [count]
 */
export function fmtBytes(count) {
  if (count === null || count === undefined) return "–";
  return Math.abs(count) < 1000 ? `${count} B` : scaled(count, BYTES);
}

/**
 * Seconds as "1.24 ms": as `fmt_duration` in style.py.
 * @param {number | null} seconds
 */
export function fmtDuration(seconds) {
  if (seconds === null || !Number.isFinite(seconds)) return "–";
  return Math.abs(seconds) < 0.5e-9 ? "0 s" : scaled(seconds, SECONDS);
}

/**
 * `value` in the first unit that is large enough, also after rounding: three significant digits.
 * @param {number} value @param {typeof BYTES} units
 */
function scaled(value, units) {
  let text = "";
  for (const [scale, unit, below] of units) {
    const number = value / scale;
    const digits = number.toFixed(Math.abs(number) < 9.995 ? 2 : Math.abs(number) < 99.95 ? 1 : 0);
    text = `${digits} ${unit}`;
    if (Math.abs(Number(digits)) < below) break;
  }
  return text;
}
