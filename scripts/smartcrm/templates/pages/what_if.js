// Draws what the models what_if_* say of a candidate, and works nothing out.
const [summary] = data.summary;

const DECISIONS = ["stage", "health", "track", "work"];
const GROUPS = { before: "Before", after: "After", added: "Added", dropped: "Dropped" };
const signed = new Intl.NumberFormat("en-US", { signDisplay: "exceptZero" });

const difference = (row, column) =>
  element(
    row[`${column}_after`] === row[`${column}_before`] ? "span" : "span.marked",
    signed.format(row[`${column}_after`] - row[`${column}_before`]),
  );

// --- charts ---

const outcomesOf = (decision) =>
  data.outcomes.filter((row) => row.decision === decision).map((row) => row.outcome);
const flowsOf = (decision) => data.matrix.filter((row) => row.decision === decision);
const change = (row) => `${row.outcome_before} → ${row.outcome_after}`;

function drawFlows(decision) {
  const flows = flowsOf(decision);
  const outcomes = outcomesOf(decision);
  const moved = flows.filter((row) => row.is_moved);
  const listed = moved.map((row) => `${change(row)} ${count(row.lead_count)}`).join(", ");
  const drawn = flows.map((row) => ({
    from: row.outcome_before,
    to: row.outcome_after,
    value: row.lead_count,
    fill: colour(row.is_moved ? "accent" : "others") + (row.is_moved ? "b0" : "40"),
    told: `${label(change(row))}<br>${leads(row.lead_count)}`,
  }));
  drawSankey(decision, `Leads that move: ${listed || "none"}`, drawn, [outcomes, outcomes], count);

  const cell = (outcome_before, outcome_after) => {
    const row = flows.find(
      (one) => one.outcome_before === outcome_before && one.outcome_after === outcome_after,
    );
    if (row === undefined) return "–";
    return row.is_moved ? element("b.marked", count(row.lead_count)) : count(row.lead_count);
  };
  const matrix = table(`Leads by ${decision} before (rows) and after (columns)`, outcomes, [
    ["Before", (before) => named(before)],
    ...outcomes.map((after) => [[named(after)], (before) => cell(before, after)]),
  ]);
  put(`${decision}-table`, matrix);
}

function drawPairs(id, rows, name, column, title) {
  const sides = [
    ["before", "others"],
    ["after", "accent"],
  ];
  const keys = rows.map((_, i) => i);
  const traces = sides.map(([when, fill]) => ({
    type: "bar",
    orientation: "h",
    y: keys,
    x: rows.map((row) => row[`${column}_${when}`]),
    text: rows.map((row) => count(row[`${column}_${when}`])),
    textposition: "outside",
    textfont: { size: 13 },
    cliponaxis: false,
    hovertext: rows.map((row) => `${label(row[name])} ${when}: ${leads(row[`${column}_${when}`])}`),
    marker: { color: colour(fill), cornerradius: 3 },
  }));
  const all = rows.map(
    (row) =>
      `${row[name]} ${count(row[`${column}_before`])} to ${count(row[`${column}_after`])}`,
  );
  draw(id, `${title}, before and after: ${all.join(", ")}`, traces, {
    barmode: "group",
    bargap: 0.32,
    bargroupgap: 0.06,
    margin: { l: 8, r: 56, t: 4, b: 4 },
    xaxis: { visible: false, rangemode: "tozero" },
    yaxis: {
      autorange: "reversed",
      tickvals: keys,
      ticktext: rows.map((row) => label(row[name]).replace(" / ", narrow.matches ? "<br>" : " / ")),
      tickfont: { size: narrow.matches ? 12 : 13 },
    },
  });
}

function drawCharts() {
  for (const decision of DECISIONS) drawFlows(decision);
  drawPairs("funnel", data.funnel, "stage", "now_count", "Leads at each stage or beyond");
  drawPairs("teams", data.teams, "owner_team", "lead_count", "Leads that need someone, by team");
}

// --- tables ---

function showFigures() {
  putFigures([
    ["Leads that move", count(summary.moved_count), `of ${leads(summary.lead_count)}`],
    ["Change stage", count(summary.stage_moved_count), "and may change team"],
    ["Change health", count(summary.health_moved_count), outcomesOf("health").join(", ")],
    ["Change track", count(summary.track_moved_count), "and the next step"],
  ]);
}

function showPrice() {
  byId("price-card").hidden = data.price.length === 0;
  put("price-note", data.price_notes.map((row) => row.note).join(" "));
  const caught = (row) =>
    lines(percent(row.caught_share), aside(`${count(row.win_count)} of ${count(row.all_win_count)}`));
  const stages = [...new Set(data.price.map((row) => row.stage))];
  const tables = stages.map((stage) => {
    const groups = data.price.filter((row) => row.stage === stage);
    const title = groups[0].is_last_stage ? stage : `${stage} or beyond`;
    return table(`Calls and wins: ${title}`, groups, [
      [title, (row) => GROUPS[row.lead_group]],
      [["Leads today"], (row) => count(row.lead_count)],
      [["Calls a week"], (row) => decimal(row.calls_per_week)],
      [["Per rep"], (row) => decimal(row.calls_per_rep)],
      [["At landmarks"], (row) => count(row.past_row_count)],
      [["Won of these"], (row) => estimate(row, "win_rate", percent)],
      [["Wins caught"], (row) => (row.caught_share === null ? "–" : caught(row))],
    ]);
  });
  put("price", ...tables);
}

function showChanges() {
  byId("changes-note").hidden = data.changes.length > 0;
  if (data.changes.length === 0) return;
  const changes = table("What is changed since the last build", data.changes, [
    ["What", (row) => named(row.changed)],
    ["Before", (row) => named(row.content_before, 300)],
    ["After", (row) => named(row.content_after, 300)],
  ]);
  put("changes", changes);
}

const compared = (column) => [
  [["Before"], (row) => count(row[`${column}_before`])],
  [["After"], (row) => count(row[`${column}_after`])],
  [["Change"], (row) => difference(row, column)],
];

function showCounts() {
  const team = ["Team", (row) => named(row.owner_team)];
  const stage = ["Stage", (row) => named(row.stage)];
  const owner = ["Owner", (row) => named(row.owner, 40)];
  const due = compared("lead_count");
  put("funnel-table", table("Funnel", data.funnel, [stage, ...compared("now_count")]));
  put("teams-table", table("Leads that need someone, by team", data.teams, [team, ...due]));
  const caption = "Leads by owner and team, the largest changes first";
  put("owners-table", table(caption, data.owners, [owner, team, ...due]));
}

function whatMoves(row) {
  const moves = DECISIONS.filter((decision) => row[`is_${decision}_moved`]).map((decision) =>
    aside(`${decision}: `, row[`${decision}_before`], " → ", row[`${decision}_after`]),
  );
  return element("span", ...moves);
}

const ownerAfter = (row) =>
  element("span", named(row.owner_after, 40), aside(named(row.owner_team_after)));

function showMoves() {
  const some = data.moves.length < summary.moved_count;
  put(
    "moves-note",
    some ? `The first ${count(data.moves.length)} of ${leads(summary.moved_count)}; all are in ` : "Also in ",
    element("code", "what_if_moves.csv"),
    ", beside this page.",
  );
  const moves = table("Leads that move, with the reason before and after", data.moves, [
    ["Lead", (row) => linked(row.lead_id, row.record_url, 40)],
    ["What moves", whatMoves],
    ["Reason before", (row) => named(row.reason_before, 300)],
    ["Reason after", (row) => named(row.reason_after, 300)],
    ["Owner after", ownerAfter],
  ]);
  put("moves", moves);
  const lines = [...byId("moves").querySelectorAll("tbody tr")];
  // what is shown shortened is found whole
  const texts = data.moves.map((row) =>
    Object.values(row)
      .filter((value) => typeof value === "string")
      .join("\n")
      .toLowerCase(),
  );
  const search = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    lines.forEach((line, i) => {
      line.hidden = !words.every((word) => texts[i].includes(word));
      if (!line.hidden) found += 1;
    });
    put("search-status", words.length ? `${leads(found)} found` : "");
  };
  byId("search").addEventListener("input", search);
}

if (summary.as_of_date !== null) showAsOf(summary);
byId("unmoved").hidden = summary.moved_count > 0;
byId("moves-card").hidden = summary.moved_count === 0;
showWords();
showPrice();
showFigures();
showChanges();
showCounts();
if (summary.moved_count > 0) showMoves();
drawCharts();
keepDrawn("stage", drawCharts);
