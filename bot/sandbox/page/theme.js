/** Light or dark: as the system has it until somebody chooses, then as they chose. */

import { h } from "./dom.js";

const KEPT_AS = "lead-sla/theme";
const CHOICES = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** Show the page as it was chosen the last time. */
export function startTheme() {
  show(remembered());
}

/** A small menu to choose with. */
export function themeSwitch() {
  const menu = h(
    "select",
    { class: "theme-choice", onchange: () => choose(menu.value) },
    CHOICES.map(({ value, label }) => h("option", { value, selected: value === remembered() }, label)),
  );
  return h("label", { class: "theme" }, h("span", "Colours"), menu);
}

function choose(theme) {
  try {
    localStorage.setItem(KEPT_AS, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  show(theme);
}

function show(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function remembered() {
  try {
    return localStorage.getItem(KEPT_AS) ?? "system";
  } catch {
    return "system";
  }
}
