/** Fields to type in: text, numbers, addresses, days and times. */

import { fromLocalInput, toLocalInput } from "./dates.js";
import { h } from "./dom.js";
import { perform } from "./press.js";
import { keepValue, valueOf } from "./values.js";

const TYPES = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

const inRichText = (text) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});

function textOf(rich) {
  const parts = (rich?.elements ?? []).flatMap((part) => part.elements ?? []);
  return parts.map((one) => one.text ?? one.url ?? "").join("");
}

/** How what stands in the control becomes what the app is told, and back. */
function translation(element, ctx) {
  switch (element.type) {
    case "datepicker":
      return { proposed: element.initial_date ?? null, read: (text) => text || null, write: (value) => value ?? "" };
    case "timepicker":
      return { proposed: element.initial_time ?? null, read: (text) => text || null, write: (value) => value ?? "" };
    case "datetimepicker":
      return {
        proposed: element.initial_date_time ?? null,
        read: (text) => (text ? fromLocalInput(text, ctx.viewer) : null),
        write: (value) => (value === null ? "" : toLocalInput(value, ctx.viewer)),
      };
    case "rich_text_input":
      return { proposed: element.initial_value ?? null, read: (text) => (text ? inRichText(text) : null), write: textOf };
    default:
      return { proposed: element.initial_value ?? null, read: (text) => text || null, write: (value) => value ?? "" };
  }
}

function limits(element) {
  if (element.type === "number_input") {
    return { step: element.is_decimal_allowed ? "any" : "1", min: element.min_value, max: element.max_value };
  }
  const most = element.max_length ?? (element.type === "plain_text_input" ? 3000 : null);
  return { minlength: element.min_length || null, maxlength: most };
}

/** A field of any of these types. Outside of forms the app is told when the person has finished. */
export function renderTyped(element, place) {
  const { proposed, read, write } = translation(element, place.ctx);
  let told = valueOf(place, proposed);
  keepValue(place, told);
  const multiline = element.multiline || element.type === "rich_text_input";
  const shape = {
    class: "field",
    id: place.id,
    placeholder: element.placeholder?.text,
    "aria-label": place.id ? null : (element.placeholder?.text ?? (element.type === "datepicker" ? "Choose a day" : "Choose a time")),
    dataset: { focus: place.focus, action: place.action_id },
    ...limits(element),
    ...place.aria,
  };
  const control = multiline ? h("textarea", { ...shape, rows: 3 }) : h("input", { ...shape, type: TYPES[element.type] });
  control.value = write(told);
  control.addEventListener("input", () => keepValue(place, read(control.value)));
  tellWhenDone(element, place, control, async () => {
    const value = read(control.value);
    if (value === told || value === null) return;
    const before = told;
    told = value;
    if (!(await perform(place, element, value, control))) {
      told = before;
      control.value = write(before);
      keepValue(place, before);
    }
  });
  return control;
}

/** When the app is told of a field outside a form, or of one that it wants to hear of at once. */
function tellWhenDone(element, place, control, tell) {
  if (place.input && !place.dispatch) return;
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (element.type.endsWith("picker")) control.addEventListener("blur", tell);
  if (on.includes("on_character_entered")) control.addEventListener("input", tell);
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || (control.tagName === "TEXTAREA" && event.shiftKey)) return;
    if (!element.type.endsWith("picker") && !on.includes("on_enter_pressed")) return;
    event.preventDefault();
    tell();
  });
}

/** What is wrong with what stands in a field, in words; null where nothing is. */
export function wrongIn(control) {
  const is = control.validity;
  if (!is || is.valid) return null;
  if (is.badInput && control.type === "number") return "Write a number.";
  if (is.badInput) return "Complete the day and the time, or leave both empty.";
  if (is.typeMismatch && control.type === "email") return "Write an e-mail address, such as name@company.example.";
  if (is.typeMismatch) return "Write an address that begins with https://.";
  if (is.tooShort) return `Write at least ${control.minLength} characters.`;
  if (is.tooLong) return `Write at most ${control.maxLength} characters.`;
  if (is.rangeUnderflow) return `Write ${control.min} or more.`;
  if (is.rangeOverflow) return `Write ${control.max} or less.`;
  if (is.stepMismatch) return "Write a whole number.";
  return "Look at this field again.";
}
