/** The workflow step as a small form: the same lead, as Workflow Builder would hand it over. */

import { ApiError, get, post } from "../api.js";
import { fill, h } from "../dom.js";
import { told } from "./times.js";
import { leadLink, personName } from "./words.js";

const FIRST = ["company", "email", "first_name", "last_name", "intent", "score", "country"];
const WHAT = "Workflow Builder hands a lead to the bot like this and waits for what the step gives back.";
const LOOKS = 20;
const LOOK_EVERY = 1000;

/** The form of the demo's workflow step, folded until it is wanted. */
export function createWorkflow(store) {
  const { title, inputs } = store.state.demo.workflow;
  const fields = inputs.map((input) => ({ input, element: fieldOf(input) }));
  const isFirst = ({ input }) => input.required || FIRST.includes(input.name);
  const rest = fields.filter((one) => !isFirst(one));
  const run = h("button", { type: "submit", class: "button" }, "Run the step");
  const outcome = h("div", { class: "answer", role: "status" });
  const form = h(
    "form",
    { class: "draft" },
    fields.filter(isFirst).map((one) => one.element),
    rest.length > 0 && h("details", { class: "fold" }, h("summary", "More inputs"), rest.map((one) => one.element)),
    h("div", { class: "send-row" }, run),
    outcome,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (run.getAttribute("aria-busy") === "true") return;
    run.setAttribute("aria-busy", "true");
    fill(outcome, h("p", "The step runs."));
    try {
      await runStep(store, valuesOf(form, inputs), outcome);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(outcome, h("p", { class: "answer-bad" }, error.message));
    } finally {
      run.removeAttribute("aria-busy");
    }
  });
  return h(
    "details",
    { class: "fold" },
    h("summary", `The workflow step "${title}"`),
    h("p", { class: "small" }, WHAT),
    form,
  );
}

function fieldOf({ name, title, type, required }) {
  const id = `step-${name}`;
  const isNumber = type === "number" || type === "integer";
  return h(
    "div",
    { class: "entry" },
    h("label", { for: id }, title, required ? h("span", { class: "small" }, " required") : null),
    h("input", {
      id,
      name,
      class: "field",
      type: isNumber ? "number" : "text",
      step: isNumber ? "any" : null,
      required,
      autocomplete: "off",
    }),
  );
}

function valuesOf(form, inputs) {
  const values = {};
  for (const { name, type } of inputs) {
    const typed = form.elements[name].value;
    if (typed !== "") values[name] = type === "number" || type === "integer" ? Number(typed) : typed;
  }
  return values;
}

async function runStep(store, inputs, outcome) {
  const { callback_id } = store.state.demo.workflow;
  let run = await post("/_sandbox/act/run_workflow_step", { callback_id, inputs, user: store.state.viewer });
  const isAcked = run.delivery?.attempts?.[0]?.acked ?? true;
  for (let look = 0; run.state === "running" && look < LOOKS; look += 1) {
    fill(outcome, h("p", waitingWords(isAcked)));
    await new Promise((done) => setTimeout(done, LOOK_EVERY));
    const { executions } = await get("/_sandbox/state");
    run = { ...run, ...executions.find((one) => one.id === run.execution_id) };
  }
  fill(outcome, outcomeWords(store, run));
}

const waitingWords = (isAcked) =>
  isAcked ? "The bot has it; the step still runs." : "The bot did not answer within 3 seconds. Slack sends it again.";

function outcomeWords(store, { state, outputs, error }) {
  if (state === "running") {
    return h("p", { class: "answer-bad" }, "The step still runs. It ends once the bot is back; look at Trouble.");
  }
  if (error) return h("p", { class: "answer-bad" }, `The step failed: ${error}`);
  const rows = Object.entries(outputs ?? {});
  const say = { owner: (value) => personName(store, value), due_at: (value) => told(store, value) };
  const words = (name, value) => say[name]?.(value) ?? String(value);
  return [
    h("p", { class: "answer-good" }, rows.length ? "The step is done and gave back:" : "The step is done."),
    h("dl", { class: "outputs" }, rows.map(([name, value]) => [h("dt", name), h("dd", words(name, value))])),
    outputs?.lead_id && leadLink(store, outputs.lead_id),
  ];
}
