/** Moments as the viewer reads them: Slack's date tokens, and wall-clock time in the viewer's zone. */

import { h } from "./dom.js";

const DAY = 86_400_000;
const SIX_MONTHS = 183 * DAY;
const TWELVE_HOURS = new Set(["en-US", "en-CA", "en-AU"]);
const UNITS = [["year", 365 * DAY], ["month", 30 * DAY], ["day", DAY], ["hour", 3_600_000], ["minute", 60_000]];
const CHANGES_WITH_TIME = /\{(?:ago|date|date_short|date_long|[a-z_]*_pretty)\}/;
const LOOK_EVERY = 1000;

const made = new Map();

function formatter(locale, options) {
  const key = `${locale} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale, options));
  return made.get(key);
}

function localeOf(viewer) {
  const [found] = Intl.DateTimeFormat.supportedLocalesOf([viewer?.locale ?? "en-US"].map((one) => one.replace("_", "-")));
  return found ?? "en-US";
}

function zoneOf(viewer) {
  return viewer?.tz ?? "America/New_York";
}

/** The parts of a moment on a clock in `zone`, as numbers. */
function wall(ms, zone) {
  const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric" };
  const clock = { hour: "numeric", minute: "numeric", second: "numeric" };
  const parts = formatter("en-US", { ...options, ...clock }).formatToParts(ms);
  return Object.fromEntries(parts.filter((one) => one.type !== "literal").map((one) => [one.type, Number(one.value)]));
}

const two = (number) => String(number).padStart(2, "0");

/** The time of day as this viewer reads it: "10:06 AM" or "10:06". */
export function timeOfDay(ms, viewer, { seconds = false } = {}) {
  const { hour, minute, second } = wall(ms, zoneOf(viewer));
  const rest = `:${two(minute)}${seconds ? `:${two(second)}` : ""}`;
  if (!TWELVE_HOURS.has(localeOf(viewer))) return `${two(hour)}${rest}`;
  return `${hour % 12 || 12}${rest} ${hour < 12 ? "AM" : "PM"}`;
}

/** The day as `2026-11-23` in the viewer's zone. */
export function dayOf(ms, viewer) {
  const { year, month, day } = wall(ms, zoneOf(viewer));
  return `${year}-${two(month)}-${two(day)}`;
}

function ordinal(day) {
  const last = day % 10;
  const teen = Math.floor(day / 10) % 10 === 1;
  return `${day}${teen ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[last] ?? "th")}`;
}

function calendarDay(ms, viewer, now, { weekday, month, full = false, ordinals = true }) {
  const locale = localeOf(viewer);
  const year = full || Math.abs(ms - now) >= SIX_MONTHS ? { year: "numeric" } : {};
  const options = { timeZone: zoneOf(viewer), month, day: "numeric", ...(weekday ? { weekday } : {}), ...year };
  const parts = formatter(locale, options).formatToParts(ms);
  const nth = ordinals && month === "long" && locale.startsWith("en");
  return parts.map((one) => (nth && one.type === "day" ? ordinal(Number(one.value)) : one.value)).join("");
}

/** "yesterday", "today" or "tomorrow" in the viewer's language; null for any other day. */
function nearDay(ms, viewer, now) {
  const days = Math.round((Date.parse(dayOf(ms, viewer)) - Date.parse(dayOf(now, viewer))) / DAY);
  if (Math.abs(days) > 1) return null;
  return new Intl.RelativeTimeFormat(localeOf(viewer), { numeric: "auto" }).format(days, "day");
}

function ago(ms, viewer, now) {
  const said = new Intl.RelativeTimeFormat(localeOf(viewer), { numeric: "auto" });
  for (const [unit, length] of UNITS) {
    const count = Math.trunc((ms - now) / length);
    if (count !== 0) return said.format(count, unit);
  }
  return said.format(0, "second");
}

const DAYS = {
  date: { month: "long" },
  date_short: { month: "short" },
  date_long: { month: "long", weekday: "long" },
  date_full: { month: "long", full: true, ordinals: false },
  date_long_full: { month: "long", weekday: "long", full: true, ordinals: false },
  day_divider: { month: "long", weekday: "long" },
};

function token(name, ms, viewer, now) {
  if (name === "time") return timeOfDay(ms, viewer);
  if (name === "time_secs") return timeOfDay(ms, viewer, { seconds: true });
  if (name === "date_num") return dayOf(ms, viewer);
  if (name === "ago") return ago(ms, viewer, now);
  if (name === "date_slash") {
    const { year, month, day } = wall(ms, zoneOf(viewer));
    return `${two(month)}/${two(day)}/${year}`;
  }
  const pretty = name.endsWith("_pretty");
  const options = DAYS[pretty ? name.slice(0, -"_pretty".length) : name];
  if (!options) return null;
  return (pretty && nearDay(ms, viewer, now)) || calendarDay(ms, viewer, now, options);
}

/**
 * Write a moment in Slack's tokens: `formatDate(1795446360, "{date_short_pretty}, {time}", "10:06 AM", {viewer, now})`.
 * Text between tokens stays; with a token that Slack does not know, the fallback is shown, as in Slack.
 */
export function formatDate(epoch, format, fallback, { viewer, now }) {
  const ms = Number(epoch) * 1000;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) return fallback ?? "";
  let known = true;
  const said = format.replace(/\{([a-z_]+)\}/g, (whole, name) => {
    const value = token(name, ms, viewer, now);
    known &&= value !== null;
    return value ?? whole;
  });
  return known ? said : (fallback ?? said);
}

const shown = new WeakMap();
let timer = null;

function refresh() {
  for (const node of document.querySelectorAll("time[data-changes]")) {
    const said = shown.get(node)?.();
    if (said !== undefined && said !== node.textContent) node.textContent = said;
  }
}

/** A date token as a node that stays true: "today" becomes "yesterday", "2 minutes ago" goes on counting. */
export function dateNode(epoch, format, fallback, ctx) {
  const say = () => formatDate(epoch, format, fallback, { viewer: ctx.viewer, now: ctx.now() });
  const whole = new Date(Number(epoch) * 1000);
  if (Number.isNaN(whole.getTime())) return h("span", fallback ?? "");
  const title = formatDate(epoch, "{date_long_full}, {time_secs}", fallback, { viewer: ctx.viewer, now: ctx.now() });
  const node = h("time", { class: "date", datetime: whole.toISOString(), title }, say());
  if (CHANGES_WITH_TIME.test(format)) {
    node.dataset.changes = "";
    shown.set(node, say);
    timer ??= setInterval(refresh, LOOK_EVERY);
  }
  return node;
}

/** `2026-11-23T10:06` of a moment (seconds) in the viewer's zone, as an input of type datetime-local wants it. */
export function toLocalInput(epoch, viewer) {
  const { hour, minute } = wall(epoch * 1000, zoneOf(viewer));
  return `${dayOf(epoch * 1000, viewer)}T${two(hour)}:${two(minute)}`;
}

/** The moment (seconds) of `2026-11-23T10:06` in the viewer's zone; null when there is none. */
export function fromLocalInput(text, viewer) {
  const wanted = Date.parse(`${text}Z`);
  if (Number.isNaN(wanted)) return null;
  let guess = wanted;
  // The zone's offset depends on the moment that is looked for: the second round settles it.
  for (let round = 0; round < 2; round += 1) {
    const { year, month, day, hour, minute, second } = wall(guess, zoneOf(viewer));
    guess += wanted - Date.UTC(year, month - 1, day, hour, minute, second);
  }
  return Math.floor(guess / 1000);
}
