/** Choosing: menus of options, people and conversations; radio buttons and checkboxes. */

import { h } from "./dom.js";
import { nameOf } from "./inline.js";
import { renderText } from "./mrkdwn.js";
import { perform } from "./press.js";
import { keepValue, valueOf } from "./values.js";

const INITIAL = {
  static_select: (element) => element.initial_option?.value ?? null,
  users_select: (element) => element.initial_user ?? null,
  channels_select: (element) => element.initial_channel ?? null,
  conversations_select: (element) => element.initial_conversation ?? null,
  multi_static_select: (element) => (element.initial_options ?? []).map((one) => one.value),
  multi_users_select: (element) => element.initial_users ?? [],
  multi_channels_select: (element) => element.initial_channels ?? [],
  multi_conversations_select: (element) => element.initial_conversations ?? [],
};

const inWords = (object) => String(object?.text ?? "");

/** What is on offer, as groups of `{value, label, description}`; options without a group are one without a label. */
function offered(element, ctx) {
  const kind = element.type.replace(/^multi_/, "");
  if (kind === "static_select") {
    const groups = element.option_groups ?? [{ label: null, options: element.options ?? [] }];
    return groups.map((group) => ({
      label: group.label ? inWords(group.label) : null,
      options: group.options.map((one) => ({
        value: one.value,
        label: inWords(one.text),
        description: one.description ? inWords(one.description) : null,
      })),
    }));
  }
  const found = kind === "users_select" ? people(ctx) : conversations(element, ctx, kind);
  return [{ label: null, options: found.sort((one, other) => one.label.localeCompare(other.label)) }];
}

function people(ctx) {
  const shown = [...(ctx.users?.values() ?? [])].filter((one) => !one.deleted && !one.is_bot);
  return shown.map((one) => ({ value: one.id, label: nameOf(one), description: null }));
}

function conversations(element, ctx, kind) {
  const include = kind === "channels_select" ? ["public"] : (element.filter?.include ?? ["im", "public", "private"]);
  const isIn = (one) => one.members?.includes(ctx.viewer?.id) ?? true;
  const sort = (one) => (one.is_im ? "im" : one.is_private ? "private" : "public");
  return [...(ctx.channels?.values() ?? [])]
    .filter((one) => !one.is_archived && include.includes(sort(one)) && (sort(one) === "public" || isIn(one)))
    .map((one) => ({ value: one.id, label: one.is_im ? nameOf(ctx.users?.get(one.user)) || one.id : `#${one.name}`, description: null }));
}

function described(option) {
  return option.description ? `${option.label} – ${option.description}` : option.label;
}

/** Keep what was chosen and, outside of forms, tell the app; what it was before comes back if that was called off. */
async function chosen(element, place, value, control, takeBack) {
  const before = valueOf(place, INITIAL[element.type]?.(element));
  keepValue(place, value);
  if (place.input && !place.dispatch) return;
  if (!(await perform(place, element, value, control))) {
    keepValue(place, before);
    takeBack();
  }
}

/** A menu with one choice. */
export function renderOne(element, place) {
  let now = valueOf(place, INITIAL[element.type](element));
  keepValue(place, now);
  const empty = h("option", { value: "", disabled: !place.optional, selected: now === null }, inWords(element.placeholder) || "Choose one");
  const groups = offered(element, place.ctx).map(({ label, options }) => {
    const nodes = options.map((one) => h("option", { value: one.value, selected: one.value === now }, described(one)));
    return label ? h("optgroup", { label }, nodes) : nodes;
  });
  const choose = async (event) => {
    const control = event.currentTarget;
    const before = now;
    now = control.value || null;
    await chosen(element, place, now, control, () => {
      now = before;
      control.value = before ?? "";
    });
  };
  const shape = { class: "field field-select", id: place.id, "aria-label": place.id ? null : inWords(element.placeholder) || "Choose one" };
  return h("select", { ...shape, ...place.aria, dataset: { focus: place.focus, action: place.action_id }, onchange: choose }, empty, groups);
}

/** A menu with several choices: it folds, and says what is chosen. */
export function renderMany(element, place) {
  const most = element.max_selected_items ?? Infinity;
  let now = valueOf(place, INITIAL[element.type](element));
  keepValue(place, now);
  const groups = offered(element, place.ctx);
  const all = groups.flatMap((group) => group.options);
  const summary = h("summary", { class: "field field-select", dataset: { focus: place.focus } });
  const boxes = new Map();
  const show = () => {
    const labels = all.filter((one) => now.includes(one.value)).map((one) => one.label);
    summary.textContent = labels.join(", ") || inWords(element.placeholder) || "Choose any";
    for (const [value, box] of boxes) {
      box.checked = now.includes(value);
      box.disabled = !box.checked && now.length >= most;
    }
  };
  const choose = (value) => (event) => {
    const before = now;
    now = event.currentTarget.checked ? [...now, value] : now.filter((one) => one !== value);
    show();
    chosen(element, place, now, summary, () => {
      now = before;
      show();
    });
  };
  const list = groups.map(({ label, options }) => [
    label ? h("p", { class: "many-group" }, label) : null,
    options.map((one) => {
      const box = h("input", { type: "checkbox", onchange: choose(one.value) });
      boxes.set(one.value, box);
      return h("label", { class: "choice" }, box, h("span", described(one)));
    }),
  ]);
  show();
  return h("details", { class: "many", dataset: { action: place.action_id } }, summary, h("div", { class: "many-list" }, list));
}

let groupsMade = 0;

/** One of several, all of them in sight. */
export function renderRadios(element, place) {
  groupsMade += 1;
  const name = `radio-${groupsMade}`;
  let now = valueOf(place, element.initial_option?.value ?? null);
  keepValue(place, now);
  const choose = (value) => (event) => {
    const before = now;
    now = value;
    const group = event.currentTarget.closest(".choices");
    chosen(element, place, value, group, () => {
      now = before;
      for (const one of group.querySelectorAll("input")) one.checked = one.value === before;
    });
  };
  return choiceList(element, place, (option) => h("input", {
    type: "radio", name, value: option.value, checked: option.value === now, onchange: choose(option.value),
  }));
}

/** Any of several, all of them in sight. */
export function renderCheckboxes(element, place) {
  let now = valueOf(place, (element.initial_options ?? []).map((one) => one.value));
  keepValue(place, now);
  const choose = (value) => (event) => {
    const before = now;
    now = event.currentTarget.checked ? [...now, value] : now.filter((one) => one !== value);
    const group = event.currentTarget.closest(".choices");
    chosen(element, place, now, group, () => {
      now = before;
      for (const one of group.querySelectorAll("input")) one.checked = before.includes(one.value);
    });
  };
  return choiceList(element, place, (option) => h("input", {
    type: "checkbox", value: option.value, checked: now.includes(option.value), onchange: choose(option.value),
  }));
}

function choiceList(element, place, input) {
  const rows = (element.options ?? []).map((option) => {
    const more = option.description ? h("small", { class: "describes" }, renderText(option.description, place.ctx)) : null;
    const box = input(option);
    box.dataset.focus = `${place.focus}/${option.value}`;
    return h("label", { class: "choice" }, box, h("span", renderText(option.text, place.ctx), more));
  });
  return h("div", { class: "choices", dataset: { action: place.action_id } }, rows);
}
