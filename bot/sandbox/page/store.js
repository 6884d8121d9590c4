/** What the page knows: one plain object, and who wants to hear when a part of it changes. */

import { LETTERS } from "./letterbox.js";
import { unreadOf, markRead } from "./unread.js";

/**
 * Topics: "state" (anything), "messages:<channel>", "ephemerals", "letters", "modals", "home", "clock", "bot", "faults",
 * "story", "viewer" (another person, conversation or thread), "unread", "lead" (another lead was selected),
 * "leads" (a lead may have changed; at most twice a second), "connection".
 */
const LEADS_EVERY_MS = 500;

/** Whether a place in the address is a page of its own rather than a conversation. */
export const isPage = (channel) => channel === "home" || channel === LETTERS;

function empty() {
  return {
    demo: null,
    app: null,
    workspace: "",
    commands: [],
    hints: {},
    events: [],
    users: new Map(),
    channels: new Map(),
    messages: new Map(),
    ephemerals: [],
    ephemeralsTo: "",
    letters: [],
    modals: new Map(),
    homes: new Map(),
    viewer: null,
    channel: null,
    thread: null,
    clock: null,
    bot: null,
    faults: null,
    story: null,
    selectedLead: null,
    connection: "loading",
  };
}

class Store {
  constructor() {
    this.state = empty();
    this._listeners = new Map();
    this._ephemerals = 0;
    this._leadsToldAt = -Infinity;
    this._leadsTimer = null;
  }

  /** Call `fn(detail)` when `topic` changes; returns how to stop. */
  on(topic, fn) {
    if (!this._listeners.has(topic)) this._listeners.set(topic, new Set());
    this._listeners.get(topic).add(fn);
    return () => this._listeners.get(topic).delete(fn);
  }

  /** Say that a part changed; whoever follows "state" hears of every one. */
  tell(topic, detail) {
    for (const one of [topic, ...(topic === "state" ? [] : ["state"])]) {
      for (const fn of [...(this._listeners.get(one) ?? [])]) this._call(fn, detail, one);
    }
  }

  _call(fn, detail, topic) {
    try {
      fn(detail);
    } catch (error) {
      // One part of the page that fails must not keep the others from hearing.
      console.error(`A listener of "${topic}" failed.`, error);
    }
  }

  /** Say that leads may have changed: at once, then at most twice a second. */
  tellLeads() {
    if (this._leadsTimer !== null) return;
    const wait = Math.max(0, this._leadsToldAt + LEADS_EVERY_MS - performance.now());
    this._leadsTimer = setTimeout(() => {
      this._leadsTimer = null;
      this._leadsToldAt = performance.now();
      this.tell("leads");
    }, wait);
  }

  /** The demo's time in ms; without a demo the real one. */
  now() {
    const clock = this.state.clock;
    if (clock === null) return Date.now();
    const rate = clock.is_jumping ? 0 : clock.rate;
    return clock.epoch * 1000 + (performance.now() - clock.receivedAt) * rate;
  }

  /** Take a clock as the server says it. */
  setClock(said) {
    this.state.clock = { ...said, receivedAt: performance.now() };
    this.tell("clock");
  }

  /** The person whom the page is now: `{id, name, real_name, tz, locale, role, dm, ...}`, or null while loading. */
  viewer() {
    return this.state.users.get(this.state.viewer) ?? null;
  }

  /** Everybody but bots, in the workspace's order. */
  people() {
    return [...this.state.users.values()].filter((one) => !one.is_bot);
  }

  /** A person's conversations: their direct message with the bot first, then their channels by name. */
  conversations(user) {
    const person = this.state.users.get(user);
    if (!person) return [];
    const own = [...this.state.channels.values()].filter((one) => !one.is_im && one.members.includes(user));
    own.sort((a, b) => a.name.localeCompare(b.name));
    return [this.channel(person.dm), ...own];
  }

  /** A conversation by its id; a direct message that nobody opened yet is there too, and empty. */
  channel(id) {
    const found = this.state.channels.get(id);
    if (found) return found;
    const owner = [...this.state.users.values()].find((one) => one.dm === id);
    if (!owner) return null;
    return { id, is_im: true, is_private: true, user: owner.id, members: [owner.id, this.state.app.user] };
  }

  /** The messages of a conversation, oldest first. */
  messages(channel) {
    const all = [...(this.state.messages.get(channel)?.values() ?? [])];
    return all.sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  /** Say something to one person alone: the bot's as the server tells it, or the page's own in Slackbot's name. */
  addEphemeral(said) {
    const { ephemerals } = this.state;
    const same = (one) => one.ts === said.ts && one.user === said.user && one.channel === said.channel;
    if (!said.isLocal && ephemerals.some(same)) return;
    this._ephemerals += 1;
    ephemerals.push({ ...said, only_for: said.user, number: this._ephemerals });
    this.tell("ephemerals", said);
  }

  /** Take one of them off the screen. */
  dismiss(number) {
    this.state.ephemerals = this.state.ephemerals.filter((one) => one.number !== number);
    this.tell("ephemerals");
  }

  /** `{count, mention, any}` of a conversation for one person: count is what its mark shows as a number. */
  unread(user, channel) {
    return unreadOf(this, user, channel);
  }

  /** Look at something else; what is not named stays. Person, conversation and thread stand in the address. */
  select({ viewer, channel, thread, lead } = {}) {
    const state = this.state;
    if (lead !== undefined) {
      state.selectedLead = lead;
      this.tell("lead");
    }
    const before = [state.viewer, state.channel, state.thread].join();
    if (viewer !== undefined && viewer !== state.viewer) {
      state.viewer = viewer;
      state.thread = null;
      if (channel === undefined) state.channel = state.users.get(viewer)?.dm ?? null;
    }
    if (channel !== undefined && channel !== state.channel) {
      state.channel = channel;
      state.thread = null;
    }
    if (thread !== undefined) state.thread = thread;
    if ([state.viewer, state.channel, state.thread].join() === before) return;
    this._writeAddress();
    this.tell("viewer");
    this.markRead();
  }

  /** The conversation on the screen counts as read while somebody looks at the page. */
  markRead() {
    if (document.visibilityState !== "visible") return;
    if (markRead(this, this.state.viewer, this.state.channel)) this.tell("unread");
  }

  _writeAddress() {
    const { viewer, channel, thread } = this.state;
    const wanted = `#/${[viewer, channel, thread].filter((one) => one !== null).join("/")}`;
    if (location.hash !== wanted) history.pushState(null, "", wanted);
  }

  /** Take person, conversation and thread from the address, as far as they exist. */
  readAddress() {
    const [, viewer, channel, thread] = location.hash.split("/");
    const known = this.state.users.has(viewer) && !this.state.users.get(viewer).is_bot;
    const who = known ? viewer : (this.state.viewer ?? this.people()[0]?.id);
    if (!who) return;
    const own = this.conversations(who).some((one) => one.id === channel) || isPage(channel);
    const where = own ? channel : this.state.users.get(who).dm;
    this.select({ viewer: who, channel: where, thread: own && thread ? thread : null });
  }
}

/** The page's one store. */
export const store = new Store();
