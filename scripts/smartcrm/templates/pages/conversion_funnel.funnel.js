// --- figures, the funnel, and the CRM's stage beside the rules' ---

function showFigures(segment) {
  const rows = of("funnel", segment);
  const [first, before, last] = [rows[0], rows.at(-2), rows.at(-1)];
  const top = of("funnel", everything);
  const isAll = segment === everything;
  // shares of leads as old as each other, which are estimated by one filter at a time
  const won = of("medians", segment).find((row) => row.stage === last.stage);
  const [pace] = of("velocity", segment);
  const horizon = data.cohorts[0]?.horizon_days;
  const byAge = [
    [won?.incidence_within_horizon, horizon],
    [pace?.customer_share, pace?.share_days],
  ].flatMap(([share, age]) => (share == null ? [] : [`${percent(share)} after ${inDays(age)}`]));
  putFigures([
    [
      "Leads",
      opener(first.ever_count, ["all"]),
      isAll ? "judged by the rules" : `of ${count(top[0].ever_count)} in all`,
    ],
    [
      `Ever reached ${before.stage}`,
      opener(before.ever_count, ["reached", before.stage]),
      (before.share_of_top === null ? "" : `${percent(before.share_of_top)} of leads; `) +
        `${count(before.now_count)} stand there or beyond now`,
    ],
    [
      `${last.stage}s`,
      opener(last.ever_count, ["reached", last.stage]),
      last.conversion_rate === null
        ? before.ever_count
          ? "conversion is not known"
          : `no lead reached ${before.stage}`
        : `${percent(last.conversion_rate)} of those that ever reached ${before.stage} so far`,
    ],
    [
      `${first.stage} → ${last.stage}`,
      percent(last.share_of_top),
      last.share_of_top === null
        ? "conversion is not known"
        : ["so far, young leads counted in", ...byAge].join("; ") +
          (isAll || mayChange(segment)
            ? ""
            : `. Of all leads ${percent(top.at(-1).share_of_top)} so far`),
    ],
  ]);
}

// what became of those that reached a stage, in the order of the bars
const FATES = [
  ["Went on", null, "accent", "Went on"],
  ...HEALTH.map((health) => ["Still here", health, shade(health), `Not gone on, ${health}`]),
  ["Left", null, "lost", "Left"],
];
const listOf = (stage, fate, health) => ["fate", stage, fate, ...(health === null ? [] : [health])];

// the points of a chart open the leads that they are of, by a click and by the keyboard
function opensLeads(id) {
  const node = byId(id);
  node.setAttribute("role", "group");
  const values = node.data.flatMap((trace) => trace.x);
  const lists = node.data.flatMap((trace) => trace.customdata);
  node.querySelectorAll(".points .point").forEach((point, i) => {
    const [value, list] = [values[i], lists[i]];
    // a bar of another segment may have been drawn with it
    for (const name of ["role", "tabindex", "aria-label"]) point.removeAttribute(name);
    point.onkeydown = null;
    if (!value) return;
    point.setAttribute("role", "button");
    point.setAttribute("tabindex", "0");
    const { words } = listNamed(list, picked());
    point.setAttribute("aria-label", `${leads(value)} ${words}`);
    point.onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      go({ list, find: [], sort: [] });
    };
  });
  node.removeAllListeners?.("plotly_click");
  node.on("plotly_click", ({ points: [point] }) => {
    if (point.value || point.x) go({ list: point.customdata, find: [], sort: [] });
  });
}

function drawFunnel(segment) {
  const funnel = of("funnel", segment);
  const found = of("steps", segment);
  const cell = (stage, fate, engagement_health) =>
    leadCount(found, { stage, fate, engagement_health });
  legend(
    "funnel-legend",
    FATES.map(([, , fill, name]) => [fill, name]),
  );

  const fullest = fullestOf(funnel);
  const unseen = funnel
    .filter((row, i) => i && 2 * row.inferred_count > row.ever_count)
    .map((row) => row.stage);
  put(
    "funnel-note",
    "Of all that ever reached a stage: who went on, who has not gone on yet, and who left. " +
      "It is reached once the CRM has had the lead there, or the rules have in a build. ",
    fullest.still_here_count
      ? `More stop at ${fullest.stage} than at any other stage: ` +
          `${count(fullest.still_here_count)} of the ` +
          `${count(fullest.ever_count)} that reached it have not gone on yet, ` +
          `${count(fullest.fell_back_count)} of them back at an earlier stage.`
      : "Every lead has gone on or left.",
    unseen.length
      ? ` Of most that reached ${unseen.join(", ")} no day there is known: it is inferred from ` +
          "where they stand now."
      : "",
  );

  const traces = FATES.map(([fate, health, fill, name]) => ({
    type: "bar",
    orientation: "h",
    y: funnel.map((row) => row.stage),
    x: funnel.map((row) => cell(row.stage, fate, health)),
    customdata: funnel.map((row) => listOf(row.stage, fate, health)),
    text: funnel.map((row) => count(cell(row.stage, fate, health))),
    textposition: "inside",
    insidetextanchor: "middle",
    textangle: 0,
    textfont: { color: colour("on-" + fill) },
    hovertext: funnel.map(
      (row) =>
        `${count(cell(row.stage, fate, health))} of ${count(row.ever_count)} that reached ` +
        `${row.stage}<br>${name}`,
    ),
    marker: { color: colour(fill), line: { color: colour("card"), width: 1.5 } },
  }));
  const told = (row, i) => {
    const rate = row.conversion_rate === null ? "" : `, ${percent(row.conversion_rate)}`;
    const before = rate && !narrow.matches ? ` of ${funnel[i - 1].stage}s` : "";
    return (
      `<b>${count(row.ever_count)}</b> ever${rate}${before}` +
      (i ? `<br>${count(row.now_count)} ${narrow.matches ? "now" : "there or beyond now"}` : "")
    );
  };
  const beside = (row, i) => ({
    ...{ x: row.ever_count, y: row.stage, xanchor: "left", xshift: 8, align: "left" },
    ...{ showarrow: false, font: { size: narrow.matches ? 11 : 13 }, text: told(row, i) },
  });
  const spoken = funnel.map(
    (row) =>
      `${row.stage} ${count(row.ever_count)}, of which ${count(row.went_on_count)} went on, ` +
      `${count(row.still_here_count)} still here, ${count(row.left_count)} left`,
  );
  const top = Math.max(...funnel.map((row) => row.ever_count), 1);
  draw("funnel", "Funnel: " + spoken.join("; "), traces, {
    barmode: "stack",
    bargap: 0.3,
    uniformtext: { mode: "hide", minsize: 11 },
    margin: { l: 8, r: narrow.matches ? 104 : 200, t: 6, b: 8 },
    xaxis: { visible: false, range: [0, top] },
    yaxis: {
      autorange: "reversed",
      tickfont: { size: 14 },
      categoryorder: "array",
      categoryarray: funnel.map((row) => row.stage),
    },
    annotations: funnel.map(beside),
  });
  opensLeads("funnel");

  const caption = "Leads that ever reached each stage, and what became of them";
  const counts = table(caption, funnel, [
    ["Stage", (row) => row.stage],
    [["Ever reached it"], (row) => opener(row.ever_count, ["reached", row.stage])],
    [["Of the stage before"], (row) => percent(row.conversion_rate)],
    [["Seen on no day"], (row) => count(row.inferred_count)],
    [["Skipped it"], (row) => count(row.skipped_count)],
    ...FATES.map(([fate, health, , name]) => [
      [name],
      ({ stage }) => opener(cell(stage, fate, health), listOf(stage, fate, health)),
    ]),
    [["Fell back"], (row) => count(row.fell_back_count)],
    [["Now there or beyond"], (row) => count(row.now_count)],
    [["Of the stage before, now"], (row) => percent(row.now_conversion_rate)],
    [["Stand there now"], (row) => opener(row.standing_count, ["standing", row.stage])],
  ]);
  put("funnel-table", counts);
}

// a table whose cells are shaded by their share of the most; of a cell behind the first:
// text or node, its share from 0 to 1, and a class
function heatTable(caption, rows, columns) {
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row)));
  const shown = columns.map(([head], i) => [head, (row) => row[i].shown ?? row[i]]);
  const region = table(caption, cells, shown);
  const node = region.querySelector("table");
  node.className = "heat";
  cells.forEach(([, ...others], i) => {
    others.forEach(({ share, kind }, j) => {
      const cell = node.tBodies[0].rows[i].cells[j + 1];
      cell.style.setProperty("--share", `${Math.round(100 * (share ?? 0))}%`);
      if (kind) cell.classList.add(kind);
    });
  });
  return region;
}

function showRecorded(segment) {
  const found = of("recorded", segment);
  const cell = (funnel_stage, simulated_stage) =>
    leadCount(found, { funnel_stage, simulated_stage });
  const most = Math.max(...found.map((row) => row.lead_count));
  const moves = of("moves", segment)[0];
  put(
    "recorded-note",
    `The rules place ${leads(moves.moved_count)} at another stage than the CRM has on ` +
      `record: ${count(moves.moved_back_count)} further back, ` +
      `${count(moves.moved_on_count)} further on.`,
  );
  const recorded = heatTable("Leads by the CRM’s stage and the rules’ stage", allStages, [
    ["In the CRM ↓ By the rules →", (inCrm) => inCrm],
    ...allStages.map((byRules) => [
      [byRules],
      (inCrm) => ({
        shown: opener(cell(inCrm, byRules), ["recorded", inCrm, byRules]),
        share: cell(inCrm, byRules) / most,
        kind: inCrm === byRules ? "outlined" : "",
      }),
    ]),
  ]);
  put("recorded", recorded);
}
