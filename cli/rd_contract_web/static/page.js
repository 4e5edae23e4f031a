// The page: asks the server of this machine, and shows what it says. Nothing is computed here.

import { el, pageElements, problemList } from "/report.js";

const MOST_FIRMS = 30; // rows of the table of firms that are shown at once
const MOST_BUTTONS = 24; // firms that can be asked about by a button each; of more, from a list
const MOST_BYTES = 64 * 1024 * 1024;
const SAID_EVERY = 10; // seconds between two lines that are read out
const FILES = {
  "report.html": "Report", "report.docx": "Word", "report.xlsx": "Workbook", "report.md": "Markdown",
  "result.json": "Result as JSON", "instance.json": "Instance as JSON",
};

const UNREADABLE = {
  403: "The server was started anew: open the link that it printed.",
  other: "rd-contract failed inside: what it printed in the terminal tells more.",
};

const at = (id) => document.getElementById(id);
const show = (id, elements) => at(id).replaceChildren(...elements);
const state = { tab: "", firms: [], columns: [], memberships: [], edits: {}, changed: new Set(), scenario: 0,
  most: MOST_FIRMS, wrong: null };
const inputs = new Map(); // by path, those on the page
const labels = new Map(); // by path, what they are called
let applied = Promise.resolve();
let source = null; // of the computation that is followed

// --- asking ---------------------------------------------------------------------------------------------------

/** Ask the server; return what it says, throw what is wrong. */
async function ask(method, path, body) {
  const content = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(path, { method, body: content });
  } catch {
    lost("The server does not answer: it was ended, or the connection was cut.");
    throw { message: "The server does not answer.", problems: [] };
  }
  lost("");
  const answer = await response.json().catch(() => ({ message: UNREADABLE[response.status] ?? UNREADABLE.other, problems: [] }));
  if (answer.problems) throw answer;
  return answer;
}

const inTab = (method, path, body) => ask(method, `/tabs/${state.tab}${path}`, body);

function lost(message) {
  at("lost").textContent = message;
  at("lost").hidden = !message;
}

function reveal(stage, there) {
  for (const one of document.querySelectorAll(`[data-before="${stage}"]`)) one.hidden = there;
  for (const one of document.querySelectorAll(`[data-after="${stage}"]`)) one.hidden = !there;
}

// --- opening --------------------------------------------------------------------------------------------------

async function open(name, read) {
  at("opening").textContent = `Reading ${name} …`;
  show("open-problems", []);
  try {
    begin(await read());
    at("opening").textContent = `${name} was read.`;
    await compare();
  } catch (answer) {
    at("opening").textContent = `${name} was not opened.`;
    show("open-problems", problemList(answer));
  }
}

function openFile() {
  const [file] = at("file").files;
  if (!file) return;
  open(file.name, async () => {
    if (file.size > MOST_BYTES) throw { message: "The file is too large: at most 64 MB are read.", problems: [] };
    return inTab("POST", `/file?name=${encodeURIComponent(file.name)}`, file);
  });
}

function begin(answer) {
  if (source) source.close();
  at("job").hidden = true;
  Object.assign(state, answer, { most: MOST_FIRMS, changed: new Set(Object.keys(answer.edits)) });
  for (const unit of document.querySelectorAll(".unit")) unit.textContent = answer.currency ? `(${answer.currency})` : "";
  understood(answer);
  inputs.clear();
  show("project", answer.project.map(projectField));
  at("filter").value = "";
  showFirms();
  judge(null);
  reveal("opened", true);
  reveal("shown", false);
  if (answer.job) follow(answer.job);
}

function understood({ summary, warnings, notes }) {
  const said = notes ?? state.notes;
  const read = said.length ? [el("ul", {}, ...said.map((note) => el("li", {}, note)))] : [];
  const count = warnings.length;
  const title = `${count} warning${count === 1 ? "" : "s"}: allowed, but perhaps not meant`;
  const doubts = count ? [el("details", {}, el("summary", {}, title), ...problemList({ problems: warnings }))] : [];
  const label = "What was understood";
  const shut = at("understood").querySelector("details:first-child:not([open])"); // as the reader left it
  show("understood", [
    el("details", { open: !shut }, el("summary", {}, label), ...pageElements(summary, 3, label), ...read), ...doubts,
  ]);
}

// --- changing values ------------------------------------------------------------------------------------------

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
  const follows = () => { slider.value = input.value === "" ? field.most : input.value; };
  follows();
  input.addEventListener("change", follows);
  slider.addEventListener("input", () => { input.value = String(Number(Number(slider.value).toPrecision(6))); });
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
  const rows = found.slice(0, state.most);
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
      understood(answer);
      state.changed = new Set(answer.changed);
      judge(null);
    } catch (answer) {
      judge(answer);
    }
  });
}

function judge(answer) {
  state.wrong = answer;
  const named = (answer?.problems ?? []).map((one) => ({ ...one, path: labels.get(one.path) ?? one.path }));
  show("value-problems", answer ? problemList({ ...answer, problems: named }) : []);
  mark();
}

/** Mark the values that were changed, and say at each what is wrong with it. */
function mark() {
  for (const old of document.querySelectorAll(".wrong")) old.remove();
  let number = 0;
  for (const [path, input] of inputs) {
    const wrong = (state.wrong?.problems ?? []).filter((one) => one.path === path);
    input.classList.toggle("changed", state.changed.has(path));
    input.setAttribute("aria-invalid", String(wrong.length > 0));
    input.removeAttribute("aria-describedby");
    if (!wrong.length) continue;
    const words = wrong.map(({ expected, hint }) => `Expected: ${expected}${hint ? ` (${hint})` : ""}`).join("; ");
    const told = el("span", { class: "wrong alarm", id: `wrong-${(number += 1)}` }, words);
    input.setAttribute("aria-describedby", told.id);
    input.after(told);
  }
}

async function reset() {
  state.edits = {};
  apply();
  await applied;
  const scenario = state.scenario;
  begin(await inTab("GET", ""));
  if (scenario) reveal("shown", true);
}

// --- computing ------------------------------------------------------------------------------------------------

async function start(path, body) {
  show("solve-problems", []);
  try {
    await applied;
    if (state.wrong) throw { message: "Correct the marked values first.", problems: [] };
    follow(await inTab("POST", path, body));
    at("solve").scrollIntoView();
  } catch (answer) {
    show("solve-problems", problemList(answer));
    at("solve").scrollIntoView();
  }
}

/** Follow a computation until its end; where the connection is cut, the browser connects again by itself. */
function follow(job) {
  if (source) source.close();
  const events = new EventSource(`/tabs/${state.tab}/jobs/${job.number}/events`);
  let said = 0;
  source = events;
  tell(job);
  at("job").hidden = false;
  at("announced").textContent = "";
  at("stop").onclick = () => inTab("POST", `/jobs/${job.number}/stop`).then(tell, () => {});
  events.addEventListener("progress", ({ data }) => {
    const now = JSON.parse(data);
    lost("");
    tell(now);
    if (now.seconds - said < SAID_EVERY) return; // who listens is not told ten times a second
    said = now.seconds;
    at("announced").textContent = `${now.title}: ${now.parts.join(", ")}.`;
  });
  events.addEventListener("end", ({ data }) => {
    events.close();
    end(JSON.parse(data));
  });
  events.onerror = () => {
    const gone = events.readyState === EventSource.CLOSED;
    lost(gone ? "This computation is not known any more: load the page again." : "The connection was cut; trying again.");
  };
}

function tell(job) {
  at("progress").textContent = `${job.title}: ${job.parts.join(" | ")} | ${job.seconds.toFixed(0)} s`;
  at("stop").textContent = job.stopping ? "Stop at once, without it" : "Stop with the best so far";
}

async function end({ title, seconds, outcome }) {
  at("job").hidden = true;
  at("announced").textContent = outcome.failure ? "" : `${title}: done after ${seconds.toFixed(1)} s.`;
  if (outcome.failure) return show("solve-problems", problemList({ message: outcome.failure, problems: [] }));
  if (!outcome.firm) await compare();
  return contract(outcome.scenario, outcome.firm);
}

// --- scenarios and contracts ----------------------------------------------------------------------------------

async function compare() {
  const { scenarios, page } = await inTab("GET", "/comparison");
  reveal("solved", scenarios.length > 0);
  show("solved", scenarios.map(({ number, name }) => {
    const look = el("button", { type: "button" }, `Show ${name}`);
    look.addEventListener("click", () => contract(number));
    const drop = el("button", { type: "button", class: "second" }, `Remove ${name}`);
    drop.addEventListener("click", () => remove(number));
    return el("li", { class: "row" }, look, drop);
  }));
  show("comparison", pageElements(page, 2, "Scenarios"));
}

async function remove(number) {
  await inTab("DELETE", `/scenarios/${number}`).catch(() => {}); // gone already
  if (state.scenario === number) reveal("shown", false);
  await compare();
  at("scenarios-title").focus();
}

async function contract(number, firm) {
  const told = await inTab("GET", `/scenarios/${number}`);
  state.scenario = number;
  reveal("shown", true);
  at("contract-title").textContent = `Contract: ${told.name}`;
  at("settings").textContent = told.changed.length ? `Changed: ${told.changed.join("; ")}` : "With the values of the file.";
  downloads();
  show("report", pageElements(told.page, 3, "Report"));
  why(told);
  const titles = new Map();
  show("explanations", told.explanations.map(({ firm: name, label, page }) => {
    const title = el("h4", { tabIndex: -1 }, `About ${label}`);
    titles.set(name, title);
    return el("div", { class: "explanation" }, title, ...pageElements(page, 4, `About ${label}`));
  }));
  (titles.get(firm) ?? at("contract-title")).focus();
}

function downloads() {
  const language = at("language").value;
  show("downloads", Object.entries(FILES).map(([form, title]) => {
    const href = `/tabs/${state.tab}/scenarios/${state.scenario}/files/${form}?language=${language}`;
    return el("li", {}, el("a", { href, download: "" }, title));
  }));
}

function why({ number, firms }) {
  const asking = (firm) => start("/explain", { scenario: number, firm });
  if (firms.length <= MOST_BUTTONS) {
    return show("why", firms.map(({ name, label, member }) => {
      const made = el("button", { type: "button", class: "second" }, `Why ${member ? "" : "not "}${label}?`);
      made.addEventListener("click", () => asking(name));
      return made;
    }));
  }
  const options = firms.map(({ name, label, member }) => el("option", { value: name }, member ? `${label} (member)` : label));
  const choice = el("select", { id: "firm" }, ...options);
  const button = el("button", { type: "button" }, "Explain");
  button.addEventListener("click", () => asking(choice.value));
  return show("why", [el("div", { class: "field" }, el("label", { for: "firm" }, "Firm"), choice), button]);
}

// --- the page itself ------------------------------------------------------------------------------------------

/** Tell whether another page works under a name: browsers copy what a page keeps when a tab is duplicated. */
function isTaken(tab) {
  const others = new BroadcastChannel("tabs");
  return new Promise((resolve) => {
    others.addEventListener("message", ({ data }) => {
      if (data.asked === state.tab) others.postMessage({ mine: state.tab });
      if (data.mine === tab) resolve(true);
    });
    others.postMessage({ asked: tab });
    setTimeout(() => resolve(false), 100);
  });
}

async function load() {
  const kept = sessionStorage.getItem("tab") ?? "";
  const taken = await isTaken(kept);
  state.tab = kept;
  let answer = kept && !taken ? await inTab("GET", "").catch(() => null) : null;
  if (!answer) {
    answer = await ask("POST", "/tabs");
    state.tab = answer.tab;
    sessionStorage.setItem("tab", answer.tab);
  }
  show("example", answer.examples.map((name) => el("option", { value: name }, name)));
  at("file").setAttribute("accept", answer.endings.join(","));
  if (!answer.firms) return;
  begin(answer);
  await compare();
}

function onSubmit(id, act) {
  at(id).addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

at("file").addEventListener("change", openFile);
at("file").addEventListener("click", () => { at("file").value = ""; }); // so that the same file, mended, can be opened again
onSubmit("example-form", () => {
  const name = at("example").value;
  open(name, () => inTab("POST", "/example", { name }));
});
onSubmit("solve-form", () => start("/solve", { name: at("name").value, time_limit: at("limit").value }));
at("filter").addEventListener("input", () => { state.most = MOST_FIRMS; showFirms(); });
at("more").addEventListener("click", () => { state.most += MOST_FIRMS; showFirms(); });
at("reset").addEventListener("click", reset);
at("language").addEventListener("change", downloads);
load().catch((answer) => lost(answer.message ?? String(answer)));
