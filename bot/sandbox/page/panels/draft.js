/** The lead that is being written: a form and its JSON, kept in step, and neither loses what the other holds. */

import { h } from "../dom.js";
import { readLead } from "./json_place.js";

const INTENTS = ["demo_request", "pricing", "trial", "webinar", "content", "contact_us", "partner"];
const FIELDS = [
  { name: "company", label: "Company" },
  { name: "first_name", label: "First name", half: true },
  { name: "last_name", label: "Last name", half: true },
  { name: "email", label: "E-mail", mode: "email" },
  { name: "phone", label: "Phone", mode: "tel", half: true },
  { name: "country", label: "Country", hint: "two letters", half: true },
  { name: "intent", label: "Intent", list: INTENTS, half: true },
  { name: "score", label: "Score", hint: "0–100", isNumber: true, half: true },
  { name: "employees", label: "Employees", isNumber: true, half: true },
  { name: "partner", label: "Partner", half: true },
  { name: "message", label: "Message", isLong: true },
];
const BROKEN = "The JSON is broken at the moment. Mend it there first; nothing of it is lost.";
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * The form and the editor of one lead.
 * @returns {{form, editor, lead: () => object | null, set: (lead: object) => void,
 *   sayErrors: (errors: {field, message}[]) => {field, message}[], onChange: (fn) => void}}
 *   `lead` is null while the JSON is broken; `sayErrors` gives back what it could not say beside a field.
 */
export function leadDraft() {
  let lead = {};
  const hear = [];
  const { element: form, fields, pause } = leadForm((field, typed) => write(field, typed));
  const { element: editor, text, sayFault } = jsonEditor(() => read());
  let isBroken = false;
  const current = () => (isBroken ? null : lead);
  const changed = () => hear.forEach((fn) => fn(current()));

  function write({ name, isNumber }, typed) {
    const value = isNumber && NUMBER.test(typed.trim()) ? Number(typed) : typed;
    if (typed === "") delete lead[name];
    else lead[name] = value;
    text.value = JSON.stringify(lead, null, 2);
    fields.get(name).sayError("");
    changed();
  }

  function read() {
    const found = readLead(text.value);
    isBroken = !found.lead;
    sayFault(found);
    pause(isBroken);
    if (found.lead) take(found.lead);
    changed();
  }

  function take(other) {
    lead = other;
    for (const [name, field] of fields) field.put(lead[name]);
  }

  function set(other) {
    text.value = JSON.stringify(other, null, 2);
    read();
    for (const field of fields.values()) field.sayError("");
  }

  return { form, editor, set, lead: current, onChange: (fn) => hear.push(fn), sayErrors: errorSayer(form, fields) };
}

/** Say errors beside their fields, and give back those that have no field on the screen. */
function errorSayer(form, fields) {
  return (errors) => {
    for (const [name, field] of fields) field.sayError(wordsOf(errors.filter((one) => one.field === name)));
    const isSeen = form.getClientRects().length > 0;
    if (isSeen) form.querySelector('[aria-invalid="true"]')?.focus();
    return isSeen ? errors.filter((one) => !fields.has(one.field)) : errors;
  };
}

/** The fields that most leads have; `pause` keeps them from being changed while the JSON is broken. */
function leadForm(write) {
  const fields = new Map(FIELDS.map((field) => [field.name, fieldOf(field, (typed) => write(field, typed))]));
  const broken = h("p", { class: "draft-pause", hidden: true }, BROKEN);
  const set = h("fieldset", { class: "draft-fields" }, h("legend", { class: "unseen" }, "Lead"));
  set.append(...[...fields.values()].map(({ element }) => element));
  const pause = (isBroken) => {
    set.disabled = isBroken;
    broken.hidden = !isBroken;
  };
  return { element: h("div", { class: "draft-form" }, broken, set), fields, pause };
}

const wordsOf = (errors) => errors.map((one) => one.message).join("; ");

function fieldOf({ name, label, hint, mode, list, isNumber, isLong, half }, write) {
  const id = `draft-${name}`;
  const oninput = () => write(input.value);
  const props = { id, name, class: "field", autocomplete: "off", "aria-describedby": `${id}-error`, oninput };
  const input = isLong
    ? h("textarea", { ...props, rows: "3" })
    : h("input", { ...props, type: "text", inputmode: isNumber ? "decimal" : mode, list: list && `${id}-list` });
  const error = h("p", { class: "entry-error", id: `${id}-error` });
  const element = h(
    "div",
    { class: half ? "entry entry-half" : "entry" },
    h("label", { for: id }, label, hint && h("span", { class: "small" }, ` ${hint}`)),
    input,
    list && h("datalist", { id: `${id}-list` }, list.map((value) => h("option", { value }))),
    error,
  );
  return {
    element,
    put: (value) => (input.value = value === undefined || value === null ? "" : shown(value)),
    sayError(words) {
      error.textContent = words ? `${label} ${words}.` : "";
      if (words) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
  };
}

const shown = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

function jsonEditor(read) {
  const fault = h("p", { class: "entry-error", id: "draft-json-error", role: "status" });
  const text = h("textarea", {
    id: "draft-json",
    class: "field draft-json",
    rows: "18",
    spellcheck: "false",
    autocapitalize: "off",
    "aria-describedby": "draft-json-error",
    oninput: read,
  });
  const sayFault = ({ lead, line, column, what }) => {
    fault.textContent = lead ? "" : `Line ${line}, column ${column}: ${what}.`;
    text.setAttribute("aria-invalid", String(!lead));
  };
  const label = h("label", { for: "draft-json" }, "The lead as it is sent");
  return { element: h("div", { class: "entry draft-editor" }, label, text, fault), text, sayFault };
}
