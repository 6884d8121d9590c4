/** Fills the store: once as a whole, then with each happening; loads anew whenever the stream broke off. */

import { get } from "./api.js";
import { HAPPENINGS } from "./happenings.js";
import { takeOver, useShelf } from "./unread.js";

const AGAIN_AFTER_MS = [250, 1000, 2000, 4000];

/** Load everything and follow what happens, for as long as the page is open. */
export async function startFeed(store) {
  addEventListener("popstate", () => store.readAddress());
  addEventListener("hashchange", () => store.readAddress());
  document.addEventListener("visibilitychange", () => store.markRead());
  addEventListener("storage", (event) => takeOver(event) && store.tell("unread"));
  await connect(store, 0);
}

async function connect(store, attempt) {
  try {
    follow(store, await load(store));
  } catch (error) {
    if (!(error.name === "ApiError")) console.error(error);
    setConnection(store, "reconnecting");
    const wait = AGAIN_AFTER_MS[Math.min(attempt, AGAIN_AFTER_MS.length - 1)];
    setTimeout(() => connect(store, attempt + 1), wait);
  }
}

async function load(store) {
  const said = await get("/_sandbox/state");
  const ask = (path) => (said.has_desk ? get(path) : null);
  const [faults, demo, clock] = await Promise.all([get("/_sandbox/faults"), ask("/_demo/"), ask("/_demo/clock")]);
  takeState(store.state, said, demo);
  missedEphemerals(store, said.ephemerals);
  store.state.letters = said.letters;
  store.state.faults = faults;
  useShelf(demo?.stage ?? `${said.team_id}/${said.app.id}`);
  if (clock) store.setClock(clock);
  store.readAddress();
  store.tell("viewer");
  for (const topic of ["modals", "home", "bot", "faults", "story", "unread", "ephemerals", "letters"]) store.tell(topic);
  for (const channel of store.state.channels.keys()) store.tell(`messages:${channel}`);
  store.tellLeads();
  return said.seq;
}

function takeState(state, said, demo) {
  const roles = new Map((demo?.people ?? []).map((one) => [one.slack, one.role]));
  state.demo = demo;
  state.app = said.app;
  state.workspace = said.domain.charAt(0).toUpperCase() + said.domain.slice(1);
  state.commands = said.commands;
  state.hints = said.hints;
  state.events = said.events;
  state.users = new Map(said.people.map((one) => [one.id, { ...one, role: roles.get(one.id) ?? null }]));
  state.channels = new Map(said.channels.map((one) => [one.id, one]));
  state.messages = new Map(
    Object.entries(said.messages).map(([id, all]) => [id, new Map(all.map((one) => [one.ts, one]))]),
  );
  state.modals = new Map(Object.entries(said.modals));
  state.homes = new Map(Object.entries(said.homes));
  state.bot = demo?.bot ?? null;
  state.story = demo?.story ?? null;
}

/** What was said to one person alone is gone when the page is opened anew, but not when the stream broke off. */
function missedEphemerals(store, all) {
  const seenTo = store.state.ephemeralsTo;
  const isFirst = store.state.connection === "loading";
  for (const one of all) {
    if (!isFirst && one.ts > seenTo) store.addEphemeral(one);
    if (one.ts > store.state.ephemeralsTo) store.state.ephemeralsTo = one.ts;
  }
}

function follow(store, after) {
  const source = new EventSource(`/_sandbox/events?after=${after}`);
  source.onopen = () => setConnection(store, "live");
  source.onerror = () => {
    // The browser would go on from the last number it saw, but a sandbox started anew counts from one again.
    source.close();
    setConnection(store, "reconnecting");
    setTimeout(() => connect(store, 0), AGAIN_AFTER_MS[0]);
  };
  for (const [kind, happened] of Object.entries(HAPPENINGS)) {
    source.addEventListener(kind, (event) => happened(store, JSON.parse(event.data)));
  }
}

function setConnection(store, connection) {
  if (store.state.connection === connection) return;
  store.state.connection = connection;
  store.tell("connection");
}
