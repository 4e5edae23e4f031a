// The page: asks the server of this machine, and shows what it says. Nothing is computed here.

import { el, pageElements, problemList } from "/report.js";
import { ask, lost, take } from "/server.js";
import { at, inTab, reveal, show, state } from "/tab.js";
import { resetValues, showValues, valuesStand } from "/values.js";

const MOST_BUTTONS = 24; // firms that can be asked about by a button each; of more, from a list
const MOST_BYTES = 64 * 1024 * 1024;
const SAID_EVERY = 10; // seconds between two lines that are read out
let source = null; // of the computation that is followed

// --- opening --------------------------------------------------------------------------------------------------

async function open(name, read) {
  at("opening").textContent = `Reading ${name} …`;
  show("open-problems", []);
  try {
    begin(await read());
    at("opening").textContent = `${name} was read.`;
  } catch (answer) {
    at("opening").textContent = `${name} was not opened${state.name ? `; ${state.name} still is` : ""}.`;
    show("open-problems", problemList(answer));
    return answer;
  }
  return {};
}

async function openFile(file, encoding) {
  const kept = encoding ? `&encoding=${encoding}` : "";
  const { encodings } = await open(file.name, async () => {
    if (file.size > MOST_BYTES) throw { message: "The file is too large: at most 64 MB are read.", problems: [] };
    return inTab("POST", `/file?name=${encodeURIComponent(file.name)}${kept}`, file);
  });
  const offered = Object.entries(encodings ?? {});
  if (!offered.length) return;
  const options = offered.map(([value, title]) => el("option", { value, selected: value === encoding }, title));
  const choice = el("select", { id: "encoding" }, ...options);
  const again = el("button", { type: "button" }, "Read it again");
  again.addEventListener("click", () => openFile(file, choice.value));
  const field = el("div", { class: "field" }, el("label", { for: "encoding" }, "Its letters are written as"), choice);
  at("open-problems").append(el("p", {}, "Or choose how its letters are written, and see then whether all names are right:"),
    el("div", { class: "row" }, field, again));
}

function begin(answer) {
  if (source) source.close();
  at("job").hidden = true;
  for (const place of document.querySelectorAll(".opened-name")) place.textContent = answer.name;
  Object.assign(state, answer, { changed: Object.keys(answer.edits) });
  for (const unit of document.querySelectorAll(".unit")) unit.textContent = answer.currency ? `(${answer.currency})` : "";
  understood(answer);
  showValues(answer, understood);
  reveal("opened", true);
  if (answer.job) follow(answer.job);
}

function understood({ summary, warnings, notes }) {
  const said = notes ?? state.notes;
  const plain = said.filter(({ kind }) => kind !== "warning").map((note) => el("li", {}, note.text));
  const read = plain.length ? [el("ul", {}, ...plain)] : [];
  const cautions = said.filter(({ kind }) => kind === "warning").map((note) => el("p", { class: "caution" }, note.text));
  const count = warnings.length;
  const title = `${count} warning${count === 1 ? "" : "s"}: allowed, but perhaps not meant`;
  const doubts = count ? [el("details", {}, el("summary", {}, title), ...problemList({ problems: warnings }))] : [];
  const label = "What was understood";
  const shut = at("understood").querySelector("details:first-child:not([open])"); // as the reader left it
  show("understood", [
    el("details", { open: !shut }, el("summary", {}, label), ...pageElements(summary, 3, label), ...read),
    ...cautions, ...doubts,
  ]);
}

// --- computing ------------------------------------------------------------------------------------------------

/** Begin a computation; what is wrong with it is said at a place. */
async function start(path, body, place) {
  show(place, []);
  try {
    follow(await inTab("POST", path, body), place);
    return true;
  } catch (answer) {
    show(place, problemList(answer));
    return false;
  }
}

async function solve() {
  if (!await valuesStand()) {
    show("solve-problems", problemList({ message: "Correct the marked values first.", problems: [] }));
    return;
  }
  const begun = await start("/solve", { name: at("name").value, time_limit: at("limit").value }, "solve-problems");
  if (begun) at("name").value = ""; // the next one is another
}

/** Follow a computation until its end; where the connection is cut, the browser connects again by itself. */
function follow(job, place = "solve-problems") {
  if (source) source.close();
  const events = new EventSource(`/tabs/${state.tab}/jobs/${job.number}/events`);
  let said = 0;
  source = events;
  tell(job);
  at("job").hidden = false;
  at("job").classList.add("busy");
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
    end(JSON.parse(data), place);
  });
  events.onerror = () => {
    const gone = events.readyState === EventSource.CLOSED;
    if (gone) at("job").hidden = true;
    lost(gone ? "This computation is not known any more: load the page again." : "The connection was cut; trying again.");
  };
}

function tell(job) {
  const stopping = job.stopping ? ", stopping with the best so far" : "";
  at("progress").textContent = `${job.title}${stopping}: ${job.parts.join(" | ")} | ${job.seconds.toFixed(0)} s`;
  at("stop").textContent = job.stopping ? "Stop at once, without it" : "Stop with the best so far";
}

async function end({ title, seconds, outcome }, place) {
  at("job").hidden = true;
  const done = outcome.failure ? "" : `${title}: done after ${seconds.toFixed(1)} s.`;
  at("announced").textContent = done;
  if (outcome.failure) return show(place, problemList({ message: outcome.failure, problems: [] }));
  const explained = "firm" in outcome;
  if (!explained) await compare();
  const look = () => {
    at("job").hidden = true;
    return contract(outcome.variant, outcome.firm);
  };
  if (!document.activeElement.matches("#change *")) return look();
  at("job").hidden = false; // who is changing values is not taken away from them
  at("job").classList.remove("busy");
  at("progress").textContent = done;
  at("stop").textContent = explained ? "Show the explanation" : "Show the contract";
  at("stop").onclick = look;
}

// --- variants and contracts -----------------------------------------------------------------------------------

async function compare() {
  const { variants, page } = await inTab("GET", "/comparison");
  reveal("solved", variants.length > 0);
  if (!variants.some(({ number }) => number === state.variant)) hideContract();
  show("solved", variants.map(({ number, name }) => {
    const look = el("button", { type: "button", "data-variant": String(number) }, `Show ${name}`);
    look.addEventListener("click", () => contract(number));
    const drop = el("button", { type: "button", class: "second" }, `Remove ${name}`);
    drop.addEventListener("click", () => remove(number));
    return el("li", { class: "row" }, look, drop);
  }));
  show("comparison", pageElements(page, 2, "Variants"));
  markShown();
}

async function remove(number) {
  await inTab("DELETE", `/variants/${number}`).catch(() => {}); // gone already
  await compare();
  at("variants-title").focus();
}

function hideContract() {
  state.variant = 0;
  reveal("shown", false);
  at("contract-title").textContent = "Contract";
}

/** Mark the variant whose contract is shown. */
function markShown() {
  for (const button of document.querySelectorAll("#solved [data-variant]")) {
    const shown = button.dataset.variant === String(state.variant);
    button.setAttribute("aria-pressed", String(shown));
    button.classList.toggle("second", !shown);
  }
}

async function contract(number, firm) {
  const told = await inTab("GET", `/variants/${number}`);
  Object.assign(state, { variant: number, downloads: told.downloads });
  reveal("shown", true);
  markShown();
  at("contract-title").textContent = `Contract: ${told.name}`;
  const changed = told.changed.length ? `changed: ${told.changed.join("; ")}` : "with its own values";
  at("settings").textContent = `${told.source}, ${changed}.`;
  show("why-problems", []);
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
  show("take-problems", []);
  show("downloads", Object.entries(state.downloads).map(([form, title]) => {
    const href = `/tabs/${state.tab}/variants/${state.variant}/files/${form}?language=${language}`;
    const link = el("a", { href, download: "" }, title);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      take(href).catch((answer) => show("take-problems", problemList(answer)));
    });
    return el("li", {}, link);
  }));
}

function why({ number, firms, status }) {
  if (status === "stopped") return show("why", [el("p", {}, "There is nothing to explain yet: solve it again, with more time.")]);
  const exists = status !== "no_contract";
  const asking = (firm) => start("/explain", { variant: number, firm }, "why-problems");
  const whole = el("button", { type: "button" }, exists ? "Explain the whole contract" : "What would make a contract possible?");
  whole.addEventListener("click", () => asking(""));
  if (!exists) return show("why", [whole]);
  if (firms.length <= MOST_BUTTONS) {
    return show("why", [whole, ...firms.map(({ name, label, member }) => {
      const made = el("button", { type: "button", class: "second" }, `Why ${member ? "" : "not "}${label}?`);
      made.addEventListener("click", () => asking(name));
      return made;
    })]);
  }
  const options = firms.map(({ name, label, member }) => el("option", { value: name }, member ? `${label} (member)` : label));
  const choice = el("select", { id: "firm" }, ...options);
  const button = el("button", { type: "button", class: "second" }, "Explain this firm");
  button.addEventListener("click", () => asking(choice.value));
  return show("why", [whole, el("div", { class: "field" }, el("label", { for: "firm" }, "Firm"), choice), button]);
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

at("file").addEventListener("change", () => { if (at("file").files.length) openFile(at("file").files[0]); });
at("file").addEventListener("click", () => { at("file").value = ""; }); // so that the same file, mended, can be opened again
onSubmit("example-form", () => {
  const name = at("example").value;
  at("file").value = ""; // what is named there is not what is open
  open(name, () => inTab("POST", "/example", { name }));
});
onSubmit("solve-form", solve);
at("reset").addEventListener("click", async () => {
  await resetValues();
  await inTab("GET", "").then(begin, () => {}); // that it is lost is said already
});
at("language").addEventListener("change", downloads);
load().catch((answer) => lost(answer.message ?? String(answer)));
