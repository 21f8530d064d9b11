// Draws what the marts say, and works nothing out.

const ROWS_AT_FIRST = 15;
const PRINTED = { width: 430, height: 270 };
const WHOLE_LIST = "opportunity_leads.csv"; // beside the page

const everything = data.segments.find((row) => row.segment_type === "all");
const state = { segment: everything, showAll: false, printing: false };

const rough = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 });
const potential = (value) => (value < 10 ? rough.format(value) : whole.format(Math.round(value)));
const reachedOf = (row) => `${count(row.reached_count)} of ${count(row.previous_count)}`;

// an id in words; a stage in it is written as a stage
const acronyms = data.stages.map((row) => row.stage).filter((stage) => !/[a-z]/.test(stage));

function words(id) {
  const sentence = id.charAt(0).toUpperCase() + id.slice(1).replaceAll("_", " ");
  const spelled = (word) => acronyms.find((one) => one === word.toUpperCase()) ?? word;
  return sentence.replace(/\S+/g, spelled);
}

// where a shorter word than the column's name says it
const SEGMENT_WORDS = { all: "All leads", engagement_channel: "Channel" };
const segmentTypes = [...new Set(data.segments.map((row) => row.segment_type))];
const segmentWords = (type) => SEGMENT_WORDS[type] ?? words(type);

// --- what the marts say of a segment ---

const of = (part, segment) => data[part].filter((row) => row.segment_id === segment.segment_id);
const stages = data.stages.filter((row) => row.stage_order > 0);
// a stage outside the funnel is shown where leads are in it
const outside = data.stages.filter(
  (row) =>
    row.stage_order === 0 && data.recorded.some((cell) => cell.simulated_stage === row.stage),
);
const allStages = [...stages, ...outside].map((row) => row.stage);

const HEALTH = data.healths.map((row) => row.engagement_health);
const SHADES = 5;
const shade = (health) =>
  `health-${HEALTH.length > 1 ? (HEALTH.indexOf(health) % SHADES) + 1 : SHADES}`;

const steps = (segment) =>
  of("funnel", segment).flatMap((row, i, rows) =>
    i ? { ...row, step: `${rows[i - 1].stage} → ${row.stage}` } : [],
  );

function leadCount(rows, match) {
  const fits = (row) => Object.entries(match).every(([column, value]) => row[column] === value);
  return rows.find(fits)?.lead_count ?? 0;
}

// --- charts ---

function sizeOf(id) {
  const { clientWidth, clientHeight } = byId(id);
  return state.printing ? PRINTED : { width: clientWidth, height: clientHeight };
}

function drawChart(id, description, traces, layout) {
  const labelled = traces.map((trace) => ({ ...trace, hoverinfo: "text" }));
  draw(id, description, labelled, { ...sizeOf(id), ...layout });
}

function drawFunnel(segment) {
  const funnel = of("funnel", segment);
  const onward = steps(segment);
  const worst = onward.reduce((most, row) =>
    row.drop_off_count > most.drop_off_count ? row : most,
  );
  put(
    "funnel-note",
    worst.drop_off_count
      ? `Most leads stop at ${worst.step}: ${count(worst.drop_off_count)} of ` +
          `${count(worst.previous_count)} went no further.`
      : "No lead has stopped on the way.",
  );

  const dropOff = (row, i) => ({
    ...{ xref: "paper", x: 1, xanchor: "left", xshift: 10, y: i + 0.5, align: "left" },
    showarrow: false,
    font: { color: colour("lost"), size: 13 },
    visible: row.previous_count > 0,
    text:
      (row.drop_off_count ? "−" : "") +
      (narrow.matches
        ? `${count(row.drop_off_count)}<br>${percent(row.drop_off_rate)}`
        : `${leads(row.drop_off_count)}<br>${percent(row.drop_off_rate)} drop-off`),
  });
  // plotly writes nothing where there is no bar
  const nobody = (row, i) => ({
    ...{ x: 0, y: i, text: "0", showarrow: false, font: { size: 15 } },
    visible: row.reached_count === 0,
  });
  const trace = {
    type: "funnel",
    y: funnel.map((row) => row.stage),
    x: funnel.map((row) => row.reached_count),
    text: funnel.map((row) => count(row.reached_count)),
    textinfo: "text",
    textposition: "auto",
    insidetextfont: { color: colour("on-accent"), size: 15 },
    outsidetextfont: { color: colour("text"), size: 15 },
    hovertext: funnel.map((row) =>
      [
        `${count(row.reached_count)} reached ${row.stage}`,
        `${percent(row.share_of_top)} of all`,
        `${count(row.standing_count)} stand there now`,
      ].join("<br>"),
    ),
    marker: { color: colour("accent") },
    connector: { fillcolor: colour("accent-soft"), line: { width: 0 } },
  };
  const spoken = funnel.map((row) => `${row.stage} ${count(row.reached_count)}`);
  drawChart("funnel", "Funnel: " + spoken.join(", "), [trace], {
    margin: { l: 8, r: narrow.matches ? 84 : 128, t: 6, b: 6 },
    funnelgap: 0.38,
    xaxis: { visible: false },
    yaxis: { tickfont: { size: 14 } },
    annotations: [...onward.map(dropOff), ...funnel.map(nobody)],
  });

  const columns = ["Reached", "Of all", "Stand there now", "Drop-off before", "Drop-off rate"];
  const rows = funnel.map((row) => [
    row.stage,
    count(row.reached_count),
    percent(row.share_of_top),
    count(row.standing_count),
    count(row.drop_off_count),
    percent(row.drop_off_rate),
  ]);
  const caption = "Leads that reached each stage";
  put("funnel-table", table(caption, ["Stage", ...columns.map((column) => [column])], rows));
}

function drawConversion(segment) {
  const compared = [...new Set([segment, everything])].map((one, i) => ({
    segment: one,
    fill: ["accent", "others"][i],
    rows: steps(one),
  }));
  const own = compared[0].rows;
  legend(
    "conversion-legend",
    compared.map((one) => [one.fill, one.segment.segment]),
  );

  const traces = compared.map((one) => ({
    type: "bar",
    x: one.rows.map((row) => row.step),
    y: one.rows.map((row) => row.conversion_rate),
    text: one.rows.map((row) => percent(row.conversion_rate)),
    textposition: "outside",
    textfont: { size: narrow.matches ? 12 : 14 },
    textangle: 0,
    cliponaxis: false,
    hovertext: one.rows.map((row) =>
      [
        label(one.segment.segment),
        `${row.step}: ${percent(row.conversion_rate)}`,
        reachedOf(row),
      ].join("<br>"),
    ),
    marker: { color: colour(one.fill), cornerradius: 4 },
  }));
  const rates = (i) => compared.map((one) => percent(one.rows[i].conversion_rate));
  const spoken = own.map((row, i) => `${row.step} ${rates(i).join(" against ")}`);
  const versus = compared.length > 1 ? ", the segment against all leads" : "";
  drawChart("conversion", `Conversion from stage to stage${versus}: ${spoken.join(", ")}`, traces, {
    margin: { l: 8, r: 8, t: 26, b: 48 },
    bargap: compared.length > 1 ? 0.3 : 0.55,
    bargroupgap: 0.08,
    xaxis: {
      showline: true,
      linecolor: colour("line"),
      tickvals: own.map((row) => row.step),
      ticktext: own.map((row) => `${row.step}<br>${reachedOf(row)}`),
      tickangle: 0,
      tickfont: { size: narrow.matches ? 11 : 13 },
    },
    yaxis: { visible: false, range: [0, 1] },
  });

  const columns = ["Went on", "Of", ...compared.map((one) => named(one.segment.segment, 32))];
  const rows = own.map((row, i) => [
    row.step,
    count(row.reached_count),
    count(row.previous_count),
    ...rates(i),
  ]);
  const caption = "Conversion from stage to stage";
  put("conversion-table", table(caption, ["Step", ...columns.map((column) => [column])], rows));
}

function drawHealth(segment) {
  const found = of("health", segment);
  const cell = (effective_stage, engagement_health) =>
    leadCount(found, { effective_stage, engagement_health });
  const most = Math.max(...of("funnel", segment).map((row) => row.standing_count));
  legend(
    "health-legend",
    HEALTH.map((health) => [shade(health), health]),
  );

  const traces = HEALTH.map((health) => ({
    type: "bar",
    orientation: "h",
    y: allStages,
    x: allStages.map((stage) => cell(stage, health)),
    text: allStages.map((stage) => count(cell(stage, health))),
    textposition: "inside",
    insidetextanchor: "middle",
    textangle: 0,
    textfont: { color: colour("on-" + shade(health)) },
    hovertext: allStages.map((stage) => `${stage}: ${count(cell(stage, health))} ${health}`),
    marker: {
      color: colour(shade(health)),
      line: { color: colour("card"), width: 1.5 },
    },
  }));
  const spoken = allStages.map(
    (stage) =>
      `${stage} ${HEALTH.map((health) => `${count(cell(stage, health))} ${health}`).join(", ")}`,
  );
  drawChart("health", "Engagement health by stage: " + spoken.join("; "), traces, {
    barmode: "stack",
    bargap: 0.35,
    uniformtext: { mode: "hide", minsize: 12 },
    margin: { l: 8, r: 8, t: 6, b: 30 },
    xaxis: {
      showgrid: true,
      gridcolor: colour("line"),
      tickfont: { color: colour("muted"), size: 12 },
      tickformat: ",d",
      nticks: 5,
      dtick: most < 5 ? 1 : undefined,
      rangemode: "tozero",
    },
    yaxis: { autorange: "reversed", tickfont: { size: 14 } },
  });

  const caption = "Leads by stage and engagement health";
  const rows = allStages.map((stage) => [
    stage,
    ...HEALTH.map((health) => count(cell(stage, health))),
  ]);
  put("health-table", table(caption, ["Stage", ...HEALTH.map((health) => [health])], rows));
}

function drawRecorded(segment) {
  const found = of("recorded", segment);
  const grid = allStages.map((funnel_stage) =>
    allStages.map((simulated_stage) => leadCount(found, { funnel_stage, simulated_stage })),
  );
  const moves = of("moves", segment)[0];
  const note =
    `The rules place ${leads(moves.moved_count)} at another stage than the CRM has on ` +
    `record: ${count(moves.moved_back_count)} further back, ` +
    `${count(moves.moved_on_count)} further on.`;
  put("recorded-note", note);

  const tight = outside.length > 0 && sizeOf("recorded").width < 500;
  const brief = (stage) => (tight && stage.length > 5 ? stage.slice(0, 4) + "." : stage);
  const titled = (title) => ({
    title: { text: title, font: { size: 12, color: colour("muted") }, standoff: 4 },
    tickvals: allStages,
    ticktext: allStages.map(brief),
  });
  const trace = {
    type: "heatmap",
    x: allStages,
    y: allStages,
    z: grid,
    text: grid.map((row) => row.map(count)),
    texttemplate: "%{text}",
    textfont: { color: colour("text"), size: 14 },
    hovertext: grid.map((row, i) =>
      row.map((value, j) => `${leads(value)}<br>CRM: ${allStages[i]}<br>Rules: ${allStages[j]}`),
    ),
    colorscale: Object.entries(["page", "heat"]).map(([at, shade]) => [Number(at), colour(shade)]),
    zmin: 0,
    showscale: false,
    xgap: 4,
    ygap: 4,
  };
  drawChart("recorded", `Leads by the CRM’s stage and the rules’ stage. ${note}`, [trace], {
    margin: { l: 8, r: 8, t: 46, b: 8 },
    shapes: allStages.map((stage, i) => ({
      ...{ type: "rect", x0: i - 0.47, x1: i + 0.47, y0: i - 0.46, y1: i + 0.46 },
      line: { color: colour("text"), width: 2 },
    })),
    xaxis: { ...titled("By the rules"), side: "top", tickangle: 0 },
    yaxis: { ...titled("In the CRM"), autorange: "reversed" },
  });

  const caption = "Leads by the CRM’s stage (rows) and the rules’ stage (columns)";
  const rows = grid.map((row, i) => [allStages[i], ...row.map(count)]);
  put("recorded-table", table(caption, ["In the CRM", ...allStages.map((stage) => [stage])], rows));
}

function drawCharts() {
  for (const chart of [drawFunnel, drawConversion, drawHealth, drawRecorded]) chart(state.segment);
}

// --- figures ---

function showFigures(segment) {
  const isAll = segment === everything;
  const rows = of("funnel", segment);
  const [first, before, last] = [rows[0], rows.at(-2), rows.at(-1)];
  const [allFirst, ...more] = of("funnel", everything);
  const figures = [
    [
      "Leads",
      count(first.reached_count),
      isAll ? "judged by the rules" : `of ${count(allFirst.reached_count)} in all`,
    ],
    [
      `Reached ${before.stage}`,
      count(before.reached_count),
      `${percent(before.share_of_top)} of leads`,
    ],
    [
      `${last.stage}s`,
      count(last.reached_count),
      last.conversion_rate === null
        ? before.reached_count
          ? "conversion is not known"
          : `no lead reached ${before.stage}`
        : `${percent(last.conversion_rate)} of those that reached ${before.stage}`,
    ],
    [
      `${first.stage} → ${last.stage}`,
      percent(last.share_of_top),
      isAll ? "overall conversion" : `all leads: ${percent(more.at(-1).share_of_top)}`,
    ],
  ];
  const cards = figures.map(([term, value, more]) =>
    element("div", element("dt", term), element("dd.value", value), element("dd.aside", more)),
  );
  put("figures", ...cards);

  const type = segmentWords(segment.segment_type);
  const size = leads(first.reached_count);
  const status = isAll ? [`All ${size}`] : [`${type}: `, named(segment.segment), `, ${size}`];
  put("segment-status", ...status);
}

// --- opportunities ---

const leadsById = new Map(data.leads.map((row) => [row.lead_id, row]));

function openLeads(opportunity) {
  const { segment, stage, stuck_count, lead_ids } = opportunity;
  put("leads-heading", named(segment), `: ${leads(stuck_count)} at ${stage}`);
  const some = `${count(lead_ids.length)} of ${count(stuck_count)}`;
  const note =
    lead_ids.length < stuck_count
      ? [`${some}, highest intent first; the whole list is in `, element("code", WHOLE_LIST), "."]
      : [`All ${count(stuck_count)}, highest intent first.`];
  put("leads-note", ...note);

  const decided = (row) =>
    row.stage_override_reason === null
      ? []
      : [aside("A person decided: ", named(row.stage_override_reason))];
  const rows = lead_ids
    .map((id) => leadsById.get(id))
    .map((row) => [
      linked(row.lead_id, row.record_url),
      row.effective_owner === null ? "Unassigned" : named(row.effective_owner),
      lines(text(row.stage_reason), ...decided(row)),
      text(row.next_step),
    ]);
  const columns = ["Lead", "Owner", "Why it is there", "Next step"];
  put("leads-list", table("Leads and what to do with each", columns, rows));
  byId("leads").showModal();
  byId("leads").scrollTop = 0;
}

function leadsButton(opportunity) {
  const button = element("button.link", "Show leads");
  button.type = "button";
  const whose = `${short(opportunity.segment)} at ${opportunity.stage}`;
  button.setAttribute("aria-label", `Show leads of ${whose}`);
  button.setAttribute("aria-haspopup", "dialog");
  button.addEventListener("click", () => openLeads(opportunity));
  return button;
}

function opportunityRow(row) {
  const stuck = count(row.stuck_count);
  const best = percent(row.best_conversion_rate);
  const gain = potential(row.potential_count);
  const reason = `${count(row.main_rule_count)} of ${stuck}, such as: ${text(row.example_reason)}`;
  const cells = [
    headed("th", "row", aside(segmentWords(row.segment_type)), named(row.segment, 36)),
    element("td", row.stage, " → ", row.next_stage),
    element("td.number", stuck, element("br"), leadsButton(row)),
    element("td", words(row.main_rule), aside(reason)),
    element("td", text(row.next_step)),
    element("td", row.owner_team),
    element("td.number", percent(row.conversion_rate)),
    element("td", named(row.best_segment, 36), aside(best)),
    element("td.number", element("span.potential", gain), aside(`${stuck} × ${best} ≈ ${gain}`)),
  ];
  const isPicked = row.segment_id === state.segment.segment_id;
  const line = element(isPicked ? "tr.picked" : "tr", ...cells);
  if (isPicked) line.setAttribute("aria-current", "true");
  return line;
}

function showOpportunities(segment) {
  const type = segment.segment_type;
  const rows = data.opportunities.filter((row) => type === "all" || row.segment_type === type);
  const shown = state.showAll ? rows : rows.slice(0, ROWS_AT_FIRST);
  put("opportunities", ...shown.map(opportunityRow));
  byId("opportunities-region").hidden = rows.length === 0;
  byId("show-all").hidden = rows.length <= ROWS_AT_FIRST;
  put(
    "show-all",
    state.showAll ? `Show the top ${ROWS_AT_FIRST}` : `Show all ${count(rows.length)}`,
  );

  const kind = type === "all" ? "" : ` by ${segmentWords(type).toLowerCase()}`;
  put(
    "opportunities-note",
    rows.length
      ? `${count(shown.length)} of ${count(rows.length)} opportunities${kind}, the most promising first.`
      : `No opportunities${kind}: no segment with enough leads converts better than another.`,
  );
}

// --- rules in force ---

function showRules() {
  const thresholds = data.thresholds.map((row) => [
    words(row.threshold),
    `${count(row.value)} ${row.unit ?? ""}`,
    count(row.default_value),
    text(row.meaning),
  ]);
  const columns = ["Threshold", ["In force"], ["By default"], "Meaning"];
  put("thresholds", table("Thresholds in force", columns, thresholds));

  const meanings = [...stages, ...outside].map((row) => [row.stage, row.meaning, row.owner_team]);
  put("stages", table("Lifecycle stages", ["Stage", "Meaning", "Owner team"], meanings));

  if (data.overrides.length === 0) {
    put("overrides-note", "None: nobody has decided anything instead of the rules.");
    return;
  }
  const total = data.overrides[0].total_count;
  const some = `: ${count(data.overrides.length)} of ${count(total)}`;
  put(
    "overrides-note",
    "What people decided instead of the rules, newest first" +
      `${data.overrides.length < total ? some : ""}.`,
  );
  const until = (row) => (row.expires_on === null ? [] : [aside(`until ${day(row.expires_on)}`)]);
  const overrides = data.overrides.map((row) => [
    lines(named(row.target), aside(`${row.field} of the ${row.target_kind}`)),
    lines(named(row.old_value), " → ", named(row.new_value)),
    named(row.logged_by),
    lines(day(row.logged_on), ...until(row)),
    named(row.reason, 300),
  ]);
  const heads = ["What", "Old → new", "Who", "When", "Why"];
  put("overrides", table("Overrides in force", heads, overrides));
}

// --- the page ---

function fillPicker() {
  // all leads stand first, before any kind of segment
  const inOrder = [...segmentTypes].sort((one, other) => (other === "all") - (one === "all"));
  for (const type of inOrder) {
    const segments = data.segments.filter((row) => row.segment_type === type);
    const options = segments.map((row) => {
      const option = element("option", short(row.segment));
      option.value = row.segment_id;
      option.dir = "auto";
      return option;
    });
    if (type === "all") {
      byId("segment").append(...options);
      continue;
    }
    const group = element("optgroup", ...options);
    const { type_count } = segments[0];
    const some = ` (${count(segments.length)} largest of ${count(type_count)})`;
    group.label = `By ${segmentWords(type).toLowerCase()}${segments.length < type_count ? some : ""}`;
    byId("segment").append(group);
  }
}

function show(segment) {
  state.segment = segment;
  showFigures(segment);
  showOpportunities(segment);
  drawCharts();
}

function forPrint(printing) {
  state.printing = printing;
  document.documentElement.classList.toggle("print", printing);
  drawCharts();
}

if (data.as_of.length) showAsOf(data.as_of[0]);
showRules();
byId("notices").hidden = data.notices.length === 0;
put("notices-list", ...data.notices.map((row) => element("li", row.notice)));

if (data.recorded.length === 0) {
  byId("empty").hidden = data.notices.length > 0;
} else {
  byId("filled").hidden = false;
  fillPicker();
  show(everything);
  byId("segment").addEventListener("change", ({ target }) => {
    show(data.segments.find((row) => String(row.segment_id) === target.value));
  });
  byId("show-all").addEventListener("click", () => {
    state.showAll = !state.showAll;
    showOpportunities(state.segment);
  });
  byId("leads-close").addEventListener("click", () => byId("leads").close());
  dark.addEventListener("change", drawCharts);
  new ResizeObserver(() => requestAnimationFrame(drawCharts)).observe(byId("funnel"));
  window.addEventListener("beforeprint", () => forPrint(true));
  window.addEventListener("afterprint", () => forPrint(false));
}
