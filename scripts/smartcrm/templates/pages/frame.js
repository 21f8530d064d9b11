// What the pages share: formats, elements and charts. Names come from a CRM export, so they
// reach a page as text only: text nodes here, label() in the charts.
const byId = (id) => document.getElementById(id);

async function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const unzipped = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unzipped).json();
}

byId("outdated").hidden = "DecompressionStream" in window;
// the address behind the # is what a page shows
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
const data = await unpack(byId("data").textContent);

const narrow = window.matchMedia("(max-width: 600px)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");

// --- formats ---

const orDash = (format) => (value) => (value === null ? "–" : format(value));
const whole = new Intl.NumberFormat("en-US");
const oneDecimal = { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 };
const percents = new Intl.NumberFormat("en-US", oneDecimal);
const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });

const count = orDash((value) => whole.format(value));
const percent = orDash((value) => percents.format(value));
const oneDigit = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });
const decimal = orDash((value) => oneDigit.format(value));
// an address that somebody has typed may hold what is not a date
const dated = (format) =>
  orDash((value) => {
    const date = new Date(value + "T00:00:00Z");
    return isNaN(date) ? "–" : format.format(date);
  });
const day = dated(days);
const leads = (value) => `${count(value)} ${value === 1 ? "lead" : "leads"}`;

// what turns the letters beside it, and would reach beyond the name that it is in
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

function short(name, most = 60) {
  const characters = Array.from(name.replace(TURNS, ""));
  return characters.length > most
    ? characters.slice(0, most - 1).join("") + "…"
    : characters.join("");
}

// Plotly reads tags and entities in its labels, and a right-to-left name would reorder
// the numbers beside it.
function label(name) {
  const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  return "\u2068" + short(name, 32).replace(/[&<>]/g, (character) => escapes[character]) + "\u2069";
}

// --- elements ---

// kind is a tag, or tag.class; strings become text, never markup
function element(kind, ...children) {
  const [tag, className] = kind.split(".");
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const put = (id, ...children) => byId(id).replaceChildren(...children);
const lines = (first, ...more) => element("span", first, ...more);
const aside = (...children) => element("span.aside-line", ...children);
const range = (low, high, format) => (low === null ? "" : `${format(low)} to ${format(high)}`);

// a value, what is said of it, and its interval where it has one
function estimate(row, column, format = decimal, ...said) {
  const bounds = range(row[`${column}_low`], row[`${column}_high`], format);
  return lines(format(row[column]), ...said, ...(bounds ? [aside(bounds)] : []));
}

// the words that are true of a row
const marks = (words) =>
  Object.keys(words)
    .filter((word) => words[word])
    .join(", ");

function named(name, most) {
  if (name === null) return "–";
  const node = element("bdi", short(String(name), most));
  if (node.textContent !== String(name)) node.title = name;
  return node;
}

// a whole sentence, in which there may be somebody's words
const text = (value) => named(value, Infinity);

// an id that leads to its record in the CRM, where the address is known
function linked(id, url, most) {
  const name = named(id, most);
  if (url === null) return name;
  const link = element("a", name);
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener";
  return link;
}

// headline figures: of each its term, its value and what is to be said beside it
function putFigures(figures) {
  const cards = figures.map(([term, value, more]) =>
    element("div", element("dt", term), element("dd.value", value), element("dd.aside", more)),
  );
  put("figures", ...cards);
}

// the day that the leads were judged on, and the file that they came from
function showAsOf(build) {
  put("as-of", `As of ${day(build.as_of_date)} · from `, named(build.leads_from));
}

// what the page says in words, what its numbers are of, and what to type next
function showWords() {
  const said = data.sentences.map((row) =>
    element(row.is_detail ? "p.more" : "p", text(row.sentence)),
  );
  put("sentences", ...said);
  if (data.notes) put("notes", ...data.notes.map((row) => element("li", row.note)));
  if (!data.commands) return;
  byId("commands-card").hidden = data.commands.length === 0;
  put("commands", data.commands.map((row) => row.command).join("\n"));
}

const headed = (kind, scope, ...children) => Object.assign(element(kind, ...children), { scope });

// where a screen is too narrow for columns, a cell says which it is of
function labelled(cell, label) {
  cell.dataset.label = label;
  return cell;
}

// columns: of each its head, in a list if the column is of numbers, and its cell of a row
function table(caption, rows, columns) {
  const kinds = columns.map(([head]) => (Array.isArray(head) ? ".number" : ""));
  const heads = columns.map(([head], i) => headed("th" + kinds[i], "col", ...[head].flat()));
  const body = rows.map((row) => {
    const [first, ...others] = columns.map(([, cell]) => cell(row));
    const cells = others.map((value, i) =>
      labelled(element("td" + kinds[i + 1], value), heads[i + 1].textContent),
    );
    return element("tr", headed("th", "row", first), ...cells);
  });
  // a few numbers have room on a phone; of all else a row is a card
  const isSmall = columns.length <= 5 && kinds.slice(1).every(Boolean);
  const region = element(
    "div.scroller",
    element(
      isSmall ? "table.small" : "table.cards",
      element("caption", caption),
      element("thead", element("tr", ...heads)),
      element("tbody", ...body),
    ),
  );
  region.tabIndex = 0;
  region.setAttribute("role", "region");
  region.setAttribute("aria-label", `Table: ${caption}`);
  return region;
}

function legend(id, entries) {
  const items = entries.map(([swatch, name]) =>
    element("li", element("span.swatch " + swatch), named(name)),
  );
  put(id, ...items);
}

// --- charts ---

function colour(variable) {
  return getComputedStyle(document.documentElement)
    .getPropertyValue("--" + variable)
    .trim();
}

const PRINTED = { width: 940, height: 230 };
// of two charts that stand beside each other
const BESIDE = { width: 450, height: 270 };
let isPrinting = false;

function sizeOf(node) {
  if (!isPrinting) return { width: node.clientWidth, height: node.clientHeight };
  return node.closest(".charts") ? BESIDE : PRINTED;
}

// paper is light; the tables' library goes by a class
function setPaper(printing) {
  isPrinting = printing;
  document.documentElement.classList.toggle("print", isPrinting);
  document.documentElement.classList.toggle("dark", dark.matches && !isPrinting);
}

// draws the charts again for another theme, another room and on paper
function keepDrawn(id, drawCharts) {
  const redraw = (printing) => {
    setPaper(printing);
    drawCharts();
  };
  dark.addEventListener("change", () => redraw(isPrinting));
  window.addEventListener("beforeprint", () => redraw(true));
  window.addEventListener("afterprint", () => redraw(false));
  new ResizeObserver(() => requestAnimationFrame(drawCharts)).observe(byId(id));
}

setPaper(false);

// a line from the bottom of a chart to its top
const upright = (x, line) => ({ type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line });
const gridded = () => ({ showgrid: true, gridcolor: colour("line") });

function draw(id, description, traces, { xaxis, yaxis, ...layout } = {}) {
  const node = byId(id);
  const family = getComputedStyle(document.body).fontFamily;
  const font = { family, size: 13, color: colour("text") };
  const ticks = { ticks: "outside", ticklen: 7, tickcolor: "rgba(0,0,0,0)" };
  const axis = { ...ticks, fixedrange: true, zeroline: false, showgrid: false };
  node.setAttribute("aria-label", description.replace(TURNS, ""));
  Plotly.react(
    node,
    traces.map((trace) => ({ hoverinfo: "text", ...trace })),
    {
      ...sizeOf(node),
      ...layout,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font,
      hoverlabel: { bgcolor: colour("card"), bordercolor: colour("others"), font },
      showlegend: false,
      dragmode: false,
      xaxis: { ...axis, ...xaxis },
      yaxis: { ...axis, automargin: true, ...yaxis },
    },
    { displayModeBar: false },
  );
}

// --- flows ---

// the names on one side of the diagram, with the leads that have them
function side(flows, names, end, x) {
  const all = names.map((name) => {
    const own = flows.filter((flow) => flow[end] === name);
    return { name, x, value: own.reduce((sum, flow) => sum + flow.value, 0) };
  });
  return all.filter((node) => node.value > 0);
}

// one below the other, as high as their leads are many
function place(nodes, gap) {
  const total = nodes.reduce((sum, node) => sum + node.value, 0);
  const room = 1 - gap * (nodes.length - 1);
  let top = 0;
  return nodes.map((node) => {
    const height = (node.value / total) * room;
    const y = Math.min(Math.max(top + height / 2, 0.001), 0.999);
    top += height + gap;
    return { ...node, y };
  });
}

// flows: from, to, value, fill and what is told of each; the names on both sides in order
function drawSankey(id, description, flows, [froms, tos], format) {
  const pad = 18;
  const gap = pad / (byId(id).clientHeight - 24);
  const before = place(side(flows, froms, "from", 0.001), gap);
  const after = place(side(flows, tos, "to", 0.999), gap);
  const nodes = [...before, ...after];
  const at = (list, name) => list.findIndex((node) => node.name === name);
  const trace = {
    type: "sankey",
    arrangement: "fixed",
    hoverinfo: "none",
    node: {
      label: nodes.map((node) => `${label(node.name)} ${format(node.value)}`),
      x: nodes.map((node) => node.x),
      y: nodes.map((node) => node.y),
      color: colour("node"),
      line: { width: 0 },
      pad,
      thickness: 12,
      hovertemplate: "%{label}<extra></extra>",
    },
    link: {
      source: flows.map((flow) => at(before, flow.from)),
      target: flows.map((flow) => before.length + at(after, flow.to)),
      value: flows.map((flow) => flow.value),
      color: flows.map((flow) => flow.fill),
      customdata: flows.map((flow) => flow.told),
      hovertemplate: "%{customdata}<extra></extra>",
    },
  };
  // a new diagram does not glide there from the last one
  Plotly.purge(byId(id));
  draw(id, description, flows.length ? [trace] : [], {
    margin: { l: 8, r: 8, t: 12, b: 12 },
    xaxis: { visible: false },
    yaxis: { visible: false },
  });
}
