// Reads the bar code of a picture: Code 128 (ISO/IEC 15417), EAN-13, EAN-8 and UPC-A (15420), Code 39 (16388), interleaved
// 2 of 5 (16390).
//
// Lines are drawn across the picture, both ways. On each, the places where dark and light meet give the widths of the bars
// and of the spaces; each symbology is tried where a clear margin comes before a bar. A text is believed once two lines
// have said it: the check of some is weak, or absent.

const LINES = 28; // across the picture, in each way
const CLEAR = 5; // modules of margin asked for, before and after; the norms print ten
const FAINT = 30; // levels of light, out of 255: less is one colour
const BELIEVED = 2;

const CODE128 = (
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211" +
  "221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113" +
  "132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121" +
  "312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114122411142112142211241211" +
  "221114413111241112134111111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141" +
  "114113114311411113411311113141114131311141411131211412211214211232" +
  "233111"
).match(/.{6}/g).map(widths);
const [START, STOP] = [103, 106]; // the stop is followed by a last bar, of two modules
const LEFT = "3211 2221 2122 1411 1132 1231 1114 1312 1213 3112".split(" ").map(widths);
const EITHER = [...LEFT, ...LEFT.map((digit) => digit.toReversed())];
// Which of the six digits on the left are turned round says the first digit.
const FIRST = ["000000", "001011", "001101", "001110", "010011", "011001", "011100", "010101", "010110", "011010"];
const SIGNS39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*";
const CODE39 = (
  "034 121 061 160 031 130 070 025 124 064 109 049 148 019 118 058 00D 10C 04C 01C 103 043 142 013 112 052 007 106 046 " +
  "016 181 0C1 1C0 091 190 0D0 085 184 0C4 0A8 0A2 08A 02A 094"
).split(" ").map((code) => parseInt(code, 16));
// Of the five widths of a digit, which two are wide.
const CODE25 = "00110 10001 01001 11000 00101 10100 01100 00011 10010 01010".split(" ");

function widths(text) {
  return [...text].map(Number);
}

const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

/** Where light and dark meet along a line of levels, with the light on the left of the first: positions in points. */
function edges(levels) {
  const reach = Math.max(16, levels.length >> 5);
  const found = [];
  let dark = false;
  let former = 0;
  for (let at = 0; at < levels.length; at += 1) {
    let low = 255;
    let high = 0;
    for (let near = Math.max(0, at - reach); near <= Math.min(levels.length - 1, at + reach); near += 1) {
      low = Math.min(low, levels[near]);
      high = Math.max(high, levels[near]);
    }
    const off = high - low < FAINT ? 1 : levels[at] - (low + high) / 2;
    if (off < 0 !== dark) {
      found.push(at && at - off / (off - former));
      dark = !dark;
    }
    former = off;
  }
  return found;
}

/** The rank of the pattern nearest to these widths, or -1: each is `modules` wide in all. */
function nearest(runs, patterns, modules) {
  const unit = sum(runs) / modules;
  let best = -1;
  let least = 0.3 * runs.length; // modules of difference, in all
  patterns.forEach((pattern, rank) => {
    const apart = pattern.reduce((total, one, at) => total + Math.abs(runs[at] / unit - one), 0);
    if (apart < least) [best, least] = [rank, apart];
  });
  return best;
}

const like = (runs, pattern) => runs.length === pattern.length && nearest(runs, [pattern], sum(pattern)) === 0;

/** A Code 128 whose first bar is `runs[from]`. */
function code128(runs, from) {
  const values = [];
  for (let at = from; ; at += 6) {
    const value = at + 7 > runs.length ? -1 : nearest(runs.slice(at, at + 6), CODE128, 11);
    if (value === STOP) {
      const unit = sum(runs.slice(at, at + 7)) / 13;
      const whole = values.length > 2 && Math.abs(runs[at + 6] / unit - 2) < 1 && clear(runs, from, at + 7, unit);
      return whole ? told128(values) : undefined;
    }
    if (value < 0 || (value >= START) !== (at === from)) return undefined;
    values.push(value);
  }
}

/** The text of the values of a Code 128, its start and its check included. */
function told128(values) {
  const check = values.pop();
  if (values.reduce((total, value, rank) => total + value * (rank || 1), 0) % 103 !== check) return undefined;
  let set = "ABC"[values.shift() - START];
  let text = "";
  let once = "";
  let high = 0;
  for (const value of values) {
    const now = once || set;
    once = "";
    if (value === 102) continue; // FNC1, between the fields of GS1: no sign of a label
    if (now === "C") {
      if (value < 100) text += String(value).padStart(2, "0");
      else set = value === 100 ? "B" : "A";
    } else if (value < 96) {
      text += String.fromCharCode(high + (now === "A" && value > 63 ? value - 64 : value + 32));
      high = 0;
    } else if (value === 98) once = now === "A" ? "B" : "A";
    else if (value === 99) set = "C";
    else if (value === (now === "A" ? 101 : 100)) high = 128;
    else if (value > 99) set = now === "A" ? "B" : "A";
  }
  return text || undefined;
}

/** An EAN of `half` digits on each side, whose first bar is `runs[from]`. */
function ean(runs, from, half) {
  const length = 3 + half * 4 + 5 + half * 4 + 3;
  const held = runs.slice(from, from + length);
  if (held.length < length || !clear(runs, from, from + length, sum(held) / (half * 14 + 11))) return undefined;
  const middle = 3 + half * 4;
  const guards = [held.slice(0, 3), held.slice(middle, middle + 5), held.slice(-3)];
  if (!guards.every((guard) => like(guard, guard.map(() => 1)))) return undefined;
  const digits = (start, patterns) => Array.from({ length: half }, (_, rank) =>
    nearest(held.slice(start + rank * 4, start + rank * 4 + 4), patterns, 7));
  const left = digits(3, half === 6 ? EITHER : LEFT);
  const read = [...left.map((digit) => digit % 10), ...digits(middle + 5, LEFT)];
  if (half === 6) read.unshift(FIRST.indexOf(left.map((digit) => Number(digit > 9)).join("")));
  const total = read.toReversed().reduce((kept, digit, rank) => kept + digit * (rank % 2 ? 3 : 1), 0);
  if ([...left, ...read].includes(-1) || total % 10) return undefined;
  return read.join("").slice(half === 6 && !read[0] ? 1 : 0); // a UPC-A is an EAN-13 that begins with 0
}

/** A Code 39 whose first bar is `runs[from]`. */
function code39(runs, from) {
  let text = "";
  for (let at = from; at + 9 <= runs.length; at += 10) {
    const sign = sign39(runs.slice(at, at + 9));
    if (sign === undefined || (text === "" && sign !== "*")) return undefined;
    text += sign;
    if (sign === "*" && text.length > 1) {
      const fits = text.length > 4 && clear(runs, from, at + 9, Math.min(...runs.slice(at, at + 9)));
      return fits ? text.slice(1, -1) : undefined;
    }
  }
  return undefined;
}

/** The sign of nine widths, three of which are wide. */
function sign39(nine) {
  const inOrder = nine.toSorted((one, other) => other - one);
  if (inOrder[2] < 1.5 * inOrder[3] || inOrder[0] > 2 * inOrder[2] || inOrder[3] > 2.2 * inOrder[8]) return undefined;
  const bits = nine.reduce((kept, width) => kept * 2 + Number(width >= inOrder[2]), 0);
  return SIGNS39[CODE39.indexOf(bits)];
}

/** An interleaved 2 of 5 whose first bar is `runs[from]`: pairs of digits, one in the bars, one in the spaces. It has no
 * check, and a part of it looks like a whole: it is held to six digits at least, between its margins. */
function itf(runs, from) {
  const unit = sum(runs.slice(from, from + 4)) / 4;
  if (!like(runs.slice(from, from + 4), [1, 1, 1, 1])) return undefined;
  let text = "";
  for (let at = from + 4; at + 3 <= runs.length; at += 10) {
    if (text.length > 5 && like(runs.slice(at, at + 3), [2.5, 1, 1]) && clear(runs, from, at + 3, unit)) return text;
    const ten = runs.slice(at, at + 10);
    const pair = [0, 1].map((first) => digit25(ten.filter((_, rank) => rank % 2 === first), unit));
    if (pair.includes(-1)) return undefined;
    text += pair.join("");
  }
  return undefined;
}

/** The digit of five widths, two of which are wide, or -1. */
function digit25(five, unit) {
  const inOrder = five.toSorted((one, other) => other - one);
  const apart = inOrder[1] > 1.5 * inOrder[2] && inOrder[0] < 1.6 * inOrder[1] && inOrder[0] < 4 * unit && inOrder[2] < 2 * unit;
  return apart ? CODE25.indexOf(five.map((width) => Number(width >= inOrder[1])).join("")) : -1;
}

/** Is there a margin before `from` and after `to`? `unit` = the width of a module, in points. */
const clear = (runs, from, to, unit) => runs[from - 1] > CLEAR * unit && (to >= runs.length || runs[to] > CLEAR * unit);

/** What a line says: its runs go light, dark, light… */
function said(runs) {
  for (let from = 1; from < runs.length - 15; from += 2) {
    if (runs[from - 1] < 2 * runs[from]) continue; // no margin, whatever the code
    const text = code128(runs, from) ?? ean(runs, from, 6) ?? ean(runs, from, 4) ?? code39(runs, from) ?? itf(runs, from);
    if (text) return text;
  }
  return undefined;
}

/** The text of the bar code in a picture (`data` = red, green, blue and alpha of each point), or undefined. */
export function bars({ data, width, height }) {
  const heard = new Map();
  for (let rank = 1; rank < LINES; rank += 1) {
    // From the middle outwards: the code is held there.
    const part = 0.5 + (rank % 2 ? -1 : 1) * (rank >> 1) / LINES;
    const along = (length, first, step) => Float32Array.from({ length }, (_, at) => {
      const point = 4 * (first + at * step);
      return 0.3 * data[point] + 0.59 * data[point + 1] + 0.11 * data[point + 2];
    });
    for (const levels of [
      along(width, Math.floor(part * height) * width, 1),
      along(height, Math.floor(part * width), width),
    ]) {
      const met = [0, ...edges(levels), levels.length];
      const runs = met.slice(1).map((edge, at) => edge - met[at]);
      if (runs.length % 2 === 0) runs.push(0); // dark to the border
      const text = said(runs) ?? said(runs.toReversed());
      if (text === undefined) continue;
      heard.set(text, (heard.get(text) ?? 0) + 1);
      if (heard.get(text) >= BELIEVED) return text;
    }
  }
  return undefined;
}
