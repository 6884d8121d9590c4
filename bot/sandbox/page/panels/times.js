/** Times as people read them: in the viewer's zone, with the day when it is not today. */

const TWELVE_HOURS = new Set(["en-US", "en-CA", "en-AU"]);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const formats = new Map();

/** Milliseconds of an ISO time; null stays null. */
export const at = (iso) => (iso == null ? null : Date.parse(iso));

/** The viewer's zone by the name of its city: "New York". */
export const city = (viewer) => zoneOf(viewer).split("/").pop().replaceAll("_", " ");

/** "10:05 AM" or "10:05" by the viewer's locale; `step` rounds the seconds shown down to its multiple. */
export function clockTime(ms, viewer, { seconds = false, step = 1 } = {}) {
  const { hour, minute, second } = partsOf(ms, viewer);
  const isTwelve = TWELVE_HOURS.has(viewer?.locale ?? "en-US");
  const shown = isTwelve ? String(hour % 12 || 12) : two(hour);
  const tail = seconds ? `:${two(second - (second % step))}` : "";
  return `${shown}:${two(minute)}${tail}${isTwelve ? (hour < 12 ? " AM" : " PM") : ""}`;
}

/** "Mon Nov 23". */
export function day(ms, viewer) {
  const { weekday, month, day: number } = partsOf(ms, viewer);
  return `${weekday} ${month} ${number}`;
}

/** "10:05 AM", and "Tue Nov 24, 9:03 AM" when that is not the day of `now`. */
export function dayTime(ms, viewer, now, { seconds = false } = {}) {
  const time = clockTime(ms, viewer, { seconds });
  return day(ms, viewer) === day(now, viewer) ? time : `${day(ms, viewer)}, ${time}`;
}

/** Whether times are told with their seconds: in the stage whose clocks run in seconds. */
export const hasSeconds = (store) => store.state.demo?.mode === "seconds";

/** One moment for this store's viewer, as `dayTime`; null is a dash. */
export function told(store, iso) {
  const ms = at(iso);
  return ms === null ? "–" : dayTime(ms, store.viewer(), store.now(), { seconds: hasSeconds(store) });
}

/** "9 s", "12 min", "1 h 14 min", "2 days 3 h"; rounded down. */
export function span(ms) {
  const left = Math.max(0, ms);
  if (left < MINUTE) return `${Math.floor(left / SECOND)} s`;
  const days = Math.floor(left / DAY);
  const hours = Math.floor((left % DAY) / HOUR);
  const minutes = Math.floor((left % HOUR) / MINUTE);
  if (days) return `${days} ${days === 1 ? "day" : "days"}${hours ? ` ${hours} h` : ""}`;
  return [hours ? `${hours} h` : "", minutes || !hours ? `${minutes} min` : ""].filter(Boolean).join(" ");
}

/** What a `datetime-local` field holds for this moment in the viewer's zone: "2026-11-23T10:05". */
export function fieldText(ms, viewer) {
  const parts = partsOf(ms, viewer);
  return `${parts.year}-${two(parts.monthNumber)}-${two(parts.day)}T${two(parts.hour)}:${two(parts.minute)}`;
}

/** The moment that a `datetime-local` field means in the viewer's zone, as ISO; null when it is not filled in. */
export function momentOf(text, viewer) {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return null;
  // The second look settles the hours around a change of the clocks.
  let moment = wall - offset(wall, viewer);
  moment = wall - offset(moment, viewer);
  return new Date(moment).toISOString();
}

function offset(ms, viewer) {
  const { year, monthNumber, day: number, hour, minute, second } = partsOf(ms, viewer);
  return Date.UTC(year, monthNumber - 1, number, hour, minute, second) - Math.floor(ms / SECOND) * SECOND;
}

function partsOf(ms, viewer) {
  const found = {};
  for (const { type, value } of formatOf(zoneOf(viewer)).formatToParts(ms)) found[type] = value;
  const monthNumber = Number(found.month);
  return {
    weekday: found.weekday,
    year: Number(found.year),
    monthNumber,
    month: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[monthNumber - 1],
    day: Number(found.day),
    hour: Number(found.hour),
    minute: Number(found.minute),
    second: Number(found.second),
  };
}

function formatOf(timeZone) {
  if (!formats.has(timeZone)) {
    const asked = { weekday: "short", year: "numeric", month: "numeric", day: "numeric" };
    const time = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" };
    formats.set(timeZone, new Intl.DateTimeFormat("en-US", { ...asked, ...time, timeZone }));
  }
  return formats.get(timeZone);
}

const zoneOf = (viewer) => viewer?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;

const two = (number) => String(number).padStart(2, "0");
