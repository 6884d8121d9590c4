/** "New lead": samples, a form with its JSON, a burst, the same from a terminal, and the workflow step. */

import { ApiError, post } from "../api.js";
import { fill, h } from "../dom.js";
import { answerOf, burstAnswer } from "./answers.js";
import { leadDraft } from "./draft.js";
import { tabs } from "./tabs.js";
import { createWorkflow } from "./workflow.js";

const BURST = 50;

/** The panel; parts that the demo does not offer are left out. */
export function create(store) {
  const draft = leadDraft();
  const answer = h("div", { class: "answer", role: "status" });
  const samples = h("div", { class: "samples" });
  const samplesTitle = h("h3", "Samples");
  const send = h("button", { type: "submit", class: "button primary" }, "Send the lead");
  const burst = h("button", { type: "button", class: "button" }, `Send ${BURST} at once`);
  const both = tabs("How the lead is written", [
    { label: "Form", content: draft.form },
    { label: "JSON", content: draft.editor },
  ]);
  const row = h("div", { class: "send-row" }, send, burst);
  const form = h("form", { class: "draft", novalidate: true }, both, row, answer);
  const curl = curlBox();
  const workflow = h("div");
  const root = h(
    "section",
    { class: "sheet sheet-arrival", "aria-label": "New lead" },
    h("h2", { class: "sheet-title" }, "A new lead arrives"),
    samplesTitle,
    samples,
    form,
    curl.element,
    workflow,
  );

  whenSent({ store, form, send, burst, draft, answer });
  draft.onChange((lead) => {
    send.disabled = lead === null;
    curl.show(store.state.demo, lead);
  });

  let stage = null;
  const prepare = () => {
    const { demo } = store.state;
    if (!demo || demo.stage === stage) return;
    stage = demo.stage;
    const offered = demo.samples ?? [];
    samplesTitle.hidden = offered.length === 0;
    fill(samples, offered.map((sample) => sampleCard(sample, draft, samples)));
    draft.set(offered[0]?.lead ?? {});
    mark(samples, samples.firstElementChild);
    fill(workflow, demo.workflow && createWorkflow(store));
  };
  store.on("state", prepare);
  prepare();
  return root;
}

function whenSent({ store, form, send, burst, draft, answer }) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (draft.lead()) sending(send, answer, () => sendLead(store, draft, answer));
  });
  burst.addEventListener("click", () => sending(burst, answer, () => sendBurst(answer)));
}

function sampleCard(sample, draft, samples) {
  const use = () => {
    draft.set(structuredClone(sample.lead));
    mark(samples, card);
  };
  const card = h(
    "button",
    { type: "button", class: "sample", dataset: { sample: sample.id }, "aria-pressed": "false", onclick: use },
    h("span", { class: "sample-label" }, sample.label),
    h("span", { class: "small" }, sample.hint),
  );
  return card;
}

/** Which sample stands in the form. */
function mark(samples, chosen) {
  for (const card of samples.children) card.setAttribute("aria-pressed", String(card === chosen));
}

/** The button waits visibly; what cannot be sent is said, with what to do about it. */
async function sending(button, answer, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    fill(answer, h("p", { class: "answer-bad" }, error.message));
  } finally {
    button.removeAttribute("aria-busy");
    answer.scrollIntoView({ block: "nearest" });
  }
}

async function sendLead(store, draft, answer) {
  const { status, body } = await post("/_demo/leads", draft.lead());
  const elsewhere = draft.sayErrors(body?.errors ?? []);
  fill(answer, answerOf(store, status, body, elsewhere));
}

async function sendBurst(answer) {
  fill(answer, h("p", `Sending ${BURST} leads.`));
  fill(answer, burstAnswer(await post("/_demo/burst", { count: BURST }), BURST));
}

/** The command that sends the same lead from a terminal. */
function curlBox() {
  const code = h("code");
  const said = h("span", { class: "small", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = "Marked. Copy it with the keyboard.";
    }
    setTimeout(() => (said.textContent = ""), 4000);
  };
  const element = h(
    "details",
    { class: "fold" },
    h("summary", "The same from a terminal"),
    h("pre", { class: "command", tabindex: "0" }, code),
    h("div", { class: "send-row" }, h("button", { type: "button", class: "button", onclick: copy }, "Copy"), said),
  );
  const show = (demo, lead) => {
    element.hidden = !demo?.curl;
    if (demo?.curl && lead) code.textContent = commandFor(demo.curl, lead);
  };
  return { element, show };
}

/** The demo's example command with this lead in the place of its own. */
function commandFor(command, lead) {
  const known = lead.external_id ? lead : { external_id: `web-${Date.now().toString(36)}`, ...lead };
  const data = JSON.stringify(known).replaceAll("'", "'\\''");
  return command.replace(/(-d|--data|--data-raw|--json) '(?:[^']|'\\'')*'/, (_, option) => `${option} '${data}'`);
}
