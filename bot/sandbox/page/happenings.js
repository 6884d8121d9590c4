/** What each happening of the stream changes in the store. */

import { LETTERS } from "./letterbox.js";

/** By the happening's kind: `(store, data) => void`. What comes twice changes nothing the second time. */
export const HAPPENINGS = {
  post: messageStands,
  update: messageStands,
  delete: messageGone,
  ephemeral: saidToOne,
  ephemeral_gone(store, { channel, user, ts }) {
    const gone = store.state.ephemerals.find((one) => one.ts === ts && one.user === user && one.channel === channel);
    if (gone) store.dismiss(gone.number);
  },
  modals(store, { user, stack }) {
    store.state.modals.set(user, stack);
    store.tell("modals", user);
  },
  home(store, { user, view }) {
    store.state.homes.set(user, view);
    store.tell("home", user);
  },
  clock(store, data) {
    store.setClock(data);
    store.tellLeads();
  },
  bot(store, { state }) {
    store.state.bot = state;
    store.tell("bot");
    store.tellLeads();
  },
  faults(store, data) {
    store.state.faults = data;
    store.tell("faults");
  },
  story(store, data) {
    store.state.story = { ...store.state.story, ...data };
    store.tell("story");
  },
  stage() {
    location.reload();
  },
  letter(store, letter) {
    const { letters } = store.state;
    if (letters.some((one) => one.id === letter.id)) return;
    letters.push(letter);
    store.tell("letters");
    if (store.state.channel === LETTERS) store.markRead();
    store.tell("unread");
    store.tellLeads();
  },
  person(store, { user, changes }) {
    changePerson(store, user, changes);
  },
  user_deactivated(store, { user }) {
    changePerson(store, user, { deleted: true });
  },
  channel_archived(store, { channel }) {
    changeChannel(store, channel, { is_archived: true });
  },
  delivered(store) {
    store.tellLeads();
  },
  function(store) {
    store.tellLeads();
  },
};

function messageStands(store, { channel, channel_name: name, members, ts, message }) {
  const { messages, channels } = store.state;
  if (!channels.has(channel)) {
    const isIm = channel.startsWith("D");
    const all = [...members, store.state.app.user];
    channels.set(channel, { id: channel, name, members: all, is_im: isIm, is_private: isIm, user: isIm ? members[0] : null });
    store.tell("viewer");
  }
  if (!messages.has(channel)) messages.set(channel, new Map());
  messages.get(channel).set(ts, message);
  changed(store, channel);
}

function messageGone(store, { channel, ts }) {
  if (store.state.messages.get(channel)?.delete(ts)) changed(store, channel);
}

function changed(store, channel) {
  store.tell(`messages:${channel}`);
  if (channel === store.state.channel) store.markRead();
  store.tell("unread");
  store.tellLeads();
}

function saidToOne(store, said) {
  if (said.ts > store.state.ephemeralsTo) store.state.ephemeralsTo = said.ts;
  store.addEphemeral(said);
}

function changePerson(store, id, changes) {
  const before = store.state.users.get(id);
  if (before) store.state.users.set(id, { ...before, ...changes });
  store.tell("viewer");
}

function changeChannel(store, id, changes) {
  const before = store.state.channels.get(id);
  if (before) store.state.channels.set(id, { ...before, ...changes });
  store.tell("viewer");
}
