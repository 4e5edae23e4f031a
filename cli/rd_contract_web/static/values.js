// Changing values: each is judged where it stands, as soon as it is typed.

import { el, problemList } from "/report.js";
import { at, inTab, show, state } from "/tab.js";

const MOST_FIRMS = 30; // rows of the table of firms that are shown at once
const inputs = new Map(); // by path, those on the page
const labels = new Map(); // by path, what they are called
let most = MOST_FIRMS;
let wrong = null; // what was said of the values, where they cannot be
let applied = Promise.resolve();
let heard = () => {}; // told what the changed instance says

/** Show the values of what was opened; whoever listens is told what is understood after each change. */
export function showValues({ project }, listener) {
  heard = listener;
  most = MOST_FIRMS;
  inputs.clear();
  show("project", project.map(projectField));
  at("filter").value = "";
  showFirms();
  judge(null);
}

/** Wait until all values are judged; tell whether they can be, else go where one cannot. */
export async function valuesStand() {
  await applied;
  if (!wrong) return true;
  [...inputs.values()].find((input) => input.isConnected && input.getAttribute("aria-invalid") === "true")?.focus();
  return false;
}

/** Return the input of a value; what was typed before is still there. */
function valueInput(path, label, { kind, empty }, value, naming) {
  const text = state.edits[path] ?? (value === null ? "" : String(value));
  const made = kind === "choice"
    ? el("select", naming, ...state.memberships.map((word) => el("option", { value: word, selected: word === text }, word)))
    : el("input", { value: text, inputmode: kind === "whole" ? "numeric" : "decimal", autocomplete: "off", placeholder: empty, ...naming });
  made.addEventListener("change", () => change(path, made.value));
  inputs.set(path, made);
  labels.set(path, label);
  return made;
}

function projectField(field) {
  const id = `value-of-${field.path}`;
  const input = valueInput(field.path, field.label, field, field.value, { id });
  const slider = el("input", {
    type: "range", min: field.kind === "whole" ? "1" : "0", max: String(field.most), step: String(field.step),
    "aria-label": `${field.label}, slider`,
  });
  const follows = () => {
    slider.value = input.value === "" ? field.most : input.value;
    slider.setAttribute("aria-valuetext", input.value || field.empty);
  };
  follows();
  input.addEventListener("change", follows);
  slider.addEventListener("input", () => {
    input.value = String(Number(Number(slider.value).toPrecision(6)));
    slider.setAttribute("aria-valuetext", input.value);
  });
  slider.addEventListener("change", () => change(field.path, input.value));
  return el("div", { class: "field" }, el("label", { for: id }, field.label), el("div", { class: "value" }, input), slider);
}

function firmRow(firm) {
  const cells = firm.cells.map(([path, value], number) => {
    const column = state.columns[number];
    const label = `${column.label} of ${firm.label}`;
    const input = valueInput(path, label, column, value, { "aria-label": label });
    return el("td", { "data-label": column.label, class: "value" }, input);
  });
  return el("tr", {}, el("th", { scope: "row" }, firm.label), ...cells);
}

function showFirms() {
  const part = at("filter").value.trim().toLowerCase();
  const found = state.firms.filter((firm) => firm.label.toLowerCase().includes(part));
  const rows = found.slice(0, most);
  const headings = ["Firm", ...state.columns.map(({ label }) => label)].map((label) => el("th", { scope: "col" }, label));
  show("firms", [el("table", { class: "edit" },
    el("thead", {}, el("tr", {}, ...headings)), el("tbody", {}, ...rows.map(firmRow)))]);
  at("shown").textContent = rows.length < state.firms.length ? `${rows.length} of ${state.firms.length} firms` : "";
  at("more").hidden = rows.length === found.length;
  mark();
}

function change(path, text) {
  state.edits[path] = text.trim();
  apply();
}

/** Have all values judged; one request after the other, so that the last one counts. */
function apply() {
  applied = applied.then(async () => {
    try {
      const answer = await inTab("POST", "/values", { values: state.edits });
      heard(answer);
      state.changed = answer.changed;
      judge(null);
    } catch (answer) {
      judge(answer);
    }
  });
}

function judge(answer) {
  wrong = answer;
  const named = (answer?.problems ?? []).map((one) => ({ ...one, path: labels.get(one.path) ?? one.path }));
  show("value-problems", answer ? problemList({ ...answer, problems: named }) : []);
  mark();
}

/** Mark the values that were changed, and say at each what is wrong with it. */
function mark() {
  for (const old of document.querySelectorAll(".wrong")) old.remove();
  let number = 0;
  for (const [path, input] of inputs) {
    const faults = (wrong?.problems ?? []).filter((one) => one.path === path);
    input.classList.toggle("changed", state.changed.includes(path));
    input.setAttribute("aria-invalid", String(faults.length > 0));
    input.removeAttribute("aria-describedby");
    if (!faults.length) continue;
    const words = faults.map(({ expected, hint }) => `Expected: ${expected}${hint ? ` (${hint})` : ""}`).join("; ");
    const told = el("span", { class: "wrong alarm", id: `wrong-${(number += 1)}` }, words);
    input.setAttribute("aria-describedby", told.id);
    input.after(told);
  }
}

/** Have the values of the file judged again, in place of what was typed. */
export function resetValues() {
  state.edits = {};
  apply();
  return applied;
}

at("filter").addEventListener("input", () => { most = MOST_FIRMS; showFirms(); });
at("more").addEventListener("click", () => { most += MOST_FIRMS; showFirms(); });
