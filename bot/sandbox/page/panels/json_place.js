/** Where a JSON text is broken: line, column and what is missing there, in words. */

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const WORD = /[^\s,:{}[\]"]+/y;

class Broken extends Error {
  constructor(place, what) {
    super(what);
    this.place = place;
  }
}

/**
 * Read one lead from a JSON text.
 * Browsers do not agree on whether they name the place of a fault, so a text that they refuse is gone through here.
 * @returns {{lead: object} | {line: number, column: number, what: string, place: number}}
 */
export function readLead(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return whereBroken(text);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return spot(text, text.search(/\S/), 'one lead stands in braces, such as {"company": "Northwind Freight"}');
  }
  return { lead: value };
}

function whereBroken(text) {
  try {
    const end = skip(text, value(text, skip(text, 0)));
    throw new Broken(end, "the lead ends before this; take away what follows");
  } catch (error) {
    if (error instanceof RangeError) return spot(text, 0, "this is nested too deeply to be a lead");
    if (!(error instanceof Broken)) throw error;
    return spot(text, error.place, error.message);
  }
}

function spot(text, place, what) {
  const before = text.slice(0, Math.max(0, place)).split("\n");
  return { line: before.length, column: before.at(-1).length + 1, what, place };
}

function value(text, place) {
  if (place >= text.length) throw new Broken(place, "a value is missing, the text ends here");
  if (text[place] === "{") return members(text, place, "}", pair);
  if (text[place] === "[") return members(text, place, "]", value);
  if (text[place] === '"') return string(text, place);
  return match(OTHER, text, place) ?? notAValue(text, place);
}

function notAValue(text, place) {
  const end = match(WORD, text, place);
  if (end === null) throw new Broken(place, "a value is missing");
  throw new Broken(place, `${text.slice(place, Math.min(end, place + 20))} is no value; text stands in "quotes"`);
}

function string(text, place) {
  const end = match(STRING, text, place);
  if (end !== null) return end;
  const stop = text.slice(place + 1).search(/["\n]/);
  const isOpen = stop < 0 || text[place + 1 + stop] === "\n";
  if (isOpen) throw new Broken(place, 'the text that begins here has no closing "');
  throw new Broken(place, "this text holds a tab or a \\ that JSON writes in another way");
}

function pair(text, place) {
  if (text[place] !== '"') throw new Broken(place, 'a name in "quotes" belongs here');
  const colon = skip(text, string(text, place));
  if (text[colon] !== ":") throw new Broken(colon, "a colon belongs here");
  return value(text, skip(text, colon + 1));
}

function members(text, open, close, one) {
  let place = skip(text, open + 1);
  if (text[place] === close) return place + 1;
  for (;;) {
    place = skip(text, one(text, place));
    if (text[place] === close) return place + 1;
    if (text[place] !== ",") throw new Broken(place, `a comma or ${close} belongs here`);
    const comma = place;
    place = skip(text, place + 1);
    if (text[place] === close) throw new Broken(comma, `no comma belongs before ${close}`);
  }
}

const skip = (text, place) => match(SPACE, text, place);

function match(pattern, text, place) {
  pattern.lastIndex = place;
  return pattern.test(text) ? pattern.lastIndex : null;
}
