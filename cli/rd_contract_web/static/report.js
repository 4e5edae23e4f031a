// Neutral pages as elements. Text becomes text nodes and nothing else: no string is ever read as markup.

const MOST_BESIDE = 4; // columns that have room beside each other on the screen of a telephone

/** Return an element with properties (strings: attributes) and children (strings: text). */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "string") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

function runs(parts) {
  return parts.map(([text, tone]) => (tone === "plain" ? text : el("span", { class: tone }, text)));
}

function scrolling(label, content) {
  return el("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": label }, content);
}

// Roles are said in so many words: on narrow screens styles take tables apart, and some browsers then forget them.

function row(cells, columns, headed) {
  return el("tr", { role: "row" }, ...cells.map((cell, number) => {
    const { title, number: isNumber } = columns[number];
    const kind = { ...(isNumber ? { class: "number" } : {}), ...(title ? { "data-label": title } : {}) };
    return headed && number === 0
      ? el("th", { scope: "row", role: "rowheader", ...kind }, ...runs(cell))
      : el("td", { role: "cell", ...kind }, ...runs(cell));
  }));
}

function heading(column) {
  return column.title
    ? el("th", { scope: "col", role: "columnheader", ...(column.number ? { class: "number" } : {}) }, column.title)
    : el("td", { role: "cell" });
}

function rows(tag, ...entries) {
  return el(tag, { role: "rowgroup" }, ...entries);
}

/** Return a table. Rows without a name belong to the one above: few columns of them stay columns on narrow screens. */
function table(block, label) {
  const grouped = block.columns.length - 1 <= MOST_BESIDE && block.rows.some(([name]) => name.length === 0);
  const body = block.rows.map((cells) => row(cells, block.columns, cells[0].length > 0));
  const made = el("table", { role: "table", class: grouped ? "grouped" : "listed" },
    rows("thead", el("tr", { role: "row" }, ...block.columns.map(heading))),
    rows("tbody", ...body));
  if (grouped) made.style.setProperty("--beside", String(block.columns.length - 1));
  if (block.total) made.append(rows("tfoot", row(block.total, block.columns, true)));
  return scrolling(label, made);
}

function facts(block, label) {
  const columns = [{ number: false }, { number: true }, { number: false }];
  const body = block.rows.map((cells) => row(cells, columns, true));
  return scrolling(label, el("table", { role: "table", class: "facts" }, rows("tbody", ...body)));
}

function paragraph(block, level) {
  const [first] = block.runs;
  if (first && first[1] === "title") return el(`h${level}`, {}, first[0]);
  return el("p", block.runs.length === 1 ? { class: first[1] } : {}, ...runs(block.runs));
}

/** Return the elements of a page: its title as a heading of a level, its sections one below. */
export function pageElements(blocks, level, label) {
  let count = 0;
  let section = label;
  const named = () => `${section}, ${(count += 1)}`; // no two regions have one name
  return blocks.map((block) => {
    switch (block.kind) {
      case "heading": {
        section = `${label}: ${block.text}`;
        const unit = block.unit ? [" ", el("small", {}, `(${block.unit})`)] : [];
        return el(`h${level + 1}`, {}, block.text, ...unit);
      }
      case "paragraph": return paragraph(block, level);
      case "bullets": return el("ul", {}, ...block.entries.map((entry) => el("li", {}, ...runs(entry))));
      case "facts": return facts(block, named());
      case "table": return table(block, named());
      case "figure":
        return el("figure", {}, el("img", { src: block.source, alt: block.told }), el("figcaption", {}, block.title));
      default: return el("p", { class: "quiet" }, block.text);
    }
  });
}

/** Return problems as a list: each with its place, what was found, what is expected, a hint. */
export function problemList({ message, problems }) {
  const entries = problems.map((one) => {
    const hint = one.hint ? [el("br"), el("span", { class: "quiet" }, one.hint)] : [];
    return el("li", {}, el("strong", {}, one.path || "The file"), `: found ${one.found}; expected ${one.expected}`, ...hint);
  });
  const head = message ? [el("p", { class: "alarm" }, message)] : [];
  return entries.length ? [...head, el("ol", {}, ...entries)] : head;
}
