/** One message on the screen: its author, its blocks, its thread, and what can be done with it. */

import { ApiError, get, post } from "./api.js";
import { renderBlocks } from "./blocks.js";
import { contextOf } from "./context.js";
import { timeOfDay } from "./dates.js";
import { h } from "./dom.js";
import { showJson } from "./json_dialog.js";
import { renderMrkdwn } from "./mrkdwn.js";
import { openPanel, showPane } from "./panes.js";
import { dayLabel, msOf } from "./rows.js";
import { initials, tintOf } from "./sidebar.js";

/** A row of `rowsOf` as an element. `place` is `{channel, thread}`. */
export function renderRow(store, row, place) {
  if (row.kind === "day") return h("div", { class: "day", role: "separator" }, h("span", row.label));
  return row.kind === "ephemeral" ? ephemeral(store, row, place) : message(store, row, place);
}

function message(store, row, place) {
  const { said } = row;
  const author = store.state.users.get(said.user) ?? { id: said.user, real_name: said.user };
  const body = h("div", { class: "message-body" });
  if (row.isFirst) body.append(byline(store, author, said));
  if (said.subtype === "thread_broadcast" && place.thread === null) body.append(broadcastNote(store, said));
  body.append(content(store, said, place.channel));
  if (said.edited) body.append(h("span", { class: "edited" }, "(edited)"));
  if (row.replies) body.append(threadSummary(store, row));
  return h(
    "article",
    {
      class: row.isFirst ? "message is-first" : "message",
      "aria-label": `${author.real_name}, ${timeOfDay(msOf(said.ts), store.viewer())}`,
      dataset: { ts: said.ts, channel: place.channel },
    },
    row.isFirst ? avatar(author) : h("span", { class: "message-time", "aria-hidden": "true" }, shortTime(store, said)),
    body,
    actions(store, said, place),
  );
}

function avatar(author) {
  const tint = author.is_bot ? "bot" : tintOf(author.id);
  const sign = author.is_bot ? "SLA" : initials(author.real_name);
  return h("span", { class: "avatar", dataset: { tint }, "aria-hidden": "true" }, sign);
}

function byline(store, author, said) {
  const ms = msOf(said.ts);
  return h(
    "p",
    { class: "byline" },
    h("strong", author.real_name),
    author.is_bot ? h("span", { class: "badge" }, "App") : null,
    h("time", { datetime: new Date(ms).toISOString() }, timeOfDay(ms, store.viewer())),
  );
}

function shortTime(store, said) {
  return timeOfDay(msOf(said.ts), store.viewer()).replace(/ [AP]M$/, "");
}

function content(store, said, channel) {
  const act = (used) => pressOn(store, channel, said, used);
  const ctx = contextOf(store, "message", { act, message: said });
  // As in Slack, the text of a message with blocks is for notifications and screen readers alone.
  if (said.blocks?.length) return renderBlocks(said.blocks, ctx);
  return h("div", { class: "said" }, renderMrkdwn(said.text, ctx, { verbatim: false }));
}

/** Press or choose on a message; somebody may have changed it a moment ago, then the copy on the screen counts. */
async function pressOn(store, channel, said, { action_id, block_id, choice }) {
  const wanted = { user: store.state.viewer, channel, ts: said.ts, action_id, block_id };
  if (choice !== undefined && choice !== null) wanted.choice = choice;
  try {
    return await pressed(wanted);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 400) return pressed({ ...wanted, stale: true }).catch(refused);
    return refused(error);
  }
}

async function pressed(wanted) {
  const { acked } = await post("/_sandbox/act/press", wanted);
  return { acked };
}

function refused(error) {
  if (!(error instanceof ApiError)) throw error;
  return { acked: false, error: error.message };
}

function broadcastNote(store, said) {
  const open = () => openThread(store, said.thread_ts);
  return h("p", { class: "small soft" }, "Answered in a thread, and here: ", linkButton("open the thread", open));
}

function threadSummary(store, row) {
  const viewer = store.viewer();
  const ms = msOf(row.lastReply);
  const day = dayLabel(ms, viewer, store.now());
  const when = `${day === "Today" ? "" : `${day}, `}${timeOfDay(ms, viewer)}`;
  const words = `${row.replies} ${row.replies === 1 ? "reply" : "replies"}`;
  return h(
    "button",
    {
      type: "button",
      class: "thread-summary",
      dataset: { focus: "thread" },
      onclick: () => openThread(store, row.said.ts),
    },
    h("strong", words),
    h("span", { class: "soft" }, `last ${when}`),
  );
}

function openThread(store, ts) {
  store.select({ thread: ts });
  showPane("aside");
}

function actions(store, said, place) {
  const delivery = said.metadata?.event_payload?.delivery_id;
  const buttons = [
    store.state.demo && delivery
      ? tool("What is going on", (event) => selectLead(store, delivery, event.currentTarget))
      : null,
    place.thread === null && !place.isThread ? tool("Thread", () => openThread(store, said.thread_ts ?? said.ts)) : null,
    tool("Show the JSON", () => showJson(said)),
  ];
  return h("div", { class: "tools", role: "group", "aria-label": "With this message" }, buttons);
}

function tool(label, onclick) {
  return h("button", { type: "button", class: "tool", dataset: { focus: label }, onclick }, label);
}

async function selectLead(store, delivery, button) {
  const said = await get(`/_demo/lead_of/${encodeURIComponent(delivery)}`).catch(refused);
  if (said.lead_id) {
    store.select({ lead: said.lead_id, thread: null });
    openPanel("lead");
    return;
  }
  button.textContent = said.error ?? "No lead stands behind this message";
}

function ephemeral(store, row, place) {
  const { said } = row;
  const app = store.state.users.get(store.state.app.user);
  const author = said.author ?? app;
  const blocks = said.blocks?.length ? said : { text: said.text };
  const own = said.isLocal ? h("p", { class: "said" }, said.text) : content(store, { ...blocks, ts: said.ts }, place.channel);
  return h(
    "article",
    { class: "message is-first ephemeral", "aria-label": `Only you can see this. ${author.real_name}` },
    avatar(author),
    h(
      "div",
      { class: "message-body" },
      h("p", { class: "small soft" }, "Only you can see this"),
      byline(store, author, said),
      own,
      h("p", linkButton("Dismiss message", () => store.dismiss(said.number))),
    ),
  );
}

function linkButton(label, onclick) {
  return h("button", { type: "button", class: "as-link", dataset: { focus: label }, onclick }, label);
}
