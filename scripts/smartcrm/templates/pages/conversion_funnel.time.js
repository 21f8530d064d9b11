// --- by month of creation, how long it takes, and what a month yields ---

// these are counted by one filter at a time
function alone(segment) {
  const [first] = isPair(segment) ? pickedInOrder(segment) : [segment];
  return first;
}

const aloneNote = (segment) =>
  isPair(segment)
    ? ["By one filter at a time: this is ", segmentName(alone(segment)), ". "]
    : [];

// a month's yield is only given by what a lead has had since it came
const mayChange = (segment) =>
  data.velocity.length > 0 &&
  !data.velocity.some((row) => row.segment_type === alone(segment).segment_type);

const kindOf = (segment) => segmentWords(alone(segment).segment_type).toLowerCase();

const changeNote = (segment) =>
  mayChange(segment)
    ? [
        `A lead may have got its ${kindOf(segment)} after it came, by how it went: who looks ` +
          "good gets an owner, and who never engages no channel. So these shares do not tell " +
          `what any ${kindOf(segment)} brings. `,
      ]
    : [];

const cohort = (segment, created, stage) =>
  of("cohorts", alone(segment)).find(
    (row) => row.created_month === created && row.stage === stage,
  );

// the months that are in sight: some are too young to have a rate
const NEWEST = 9;

function showCohorts(segment) {
  const one = alone(segment);
  const found = of("cohorts", one);
  const byMonth = [...new Set(found.map((row) => row.created_month))].sort().reverse();
  byId("cohorts-legend").hidden = found.length === 0;
  byId("cohorts-earlier").hidden = true;
  if (found.length === 0) {
    const nothing = "No lead has a day on which it was created, so there are no cohorts: a column ";
    put("cohorts-note", nothing, element("code", "created_at"), " would tell.");
    put("cohorts");
    return;
  }
  const { horizon_days } = found[0];
  const dated = onward.filter((stage) =>
    found.some((row) => row.stage === stage && (row.conversion_rate ?? row.reached_count)),
  );
  byId("cohorts-legend").hidden = dated.length === 0;
  put(
    "cohorts-note",
    ...aloneNote(segment),
    ...changeNote(segment),
    `Of the leads created in a month, the share that reached a stage within ` +
      `${inDays(horizon_days)}, with its 95% interval. There is no rate before every lead of ` +
      "the month has had that long. ",
    ...(dated.length ? [] : whichFile()),
  );
  const cell = (created, stage) => cohort(one, created, stage);
  const shownOf = (row) => {
    const list = ["cohort", row.created_month, row.stage];
    const reached = opener(row.reached_count, list, one);
    const counted = element("span.unbroken", reached, ` of ${count(row.lead_count)}`);
    if (row.conversion_rate === null) {
      const undated = row.undated_count
        ? `, and ${count(row.undated_count)} more on no known day`
        : "";
      const [why, sofar] = row.is_mature ? ["not known", ""] : ["too young", " so far"];
      return lines(why, aside(counted, sofar, undated));
    }
    const bounds = range(row.conversion_rate_low, row.conversion_rate_high, wholePercent);
    const between = element("span.unbroken", bounds);
    return lines(percent(row.conversion_rate), aside(counted, ", ", between));
  };
  const leadsOf = (created) => cell(created, onward[0]).lead_count;
  const columns = [
    ["Created in", shortMonth],
    [["Leads"], (created) => opener(leadsOf(created), ["created", created], one)],
    ...dated.map((stage) => [
      [`Reached ${stage}`],
      (created) => {
        const row = cell(created, stage);
        const kind = row.conversion_rate === null ? "hatched" : "";
        return { shown: shownOf(row), share: row.conversion_rate, kind };
      },
    ]),
  ];
  const caption = "Leads that reached a stage, by month of creation";
  const earlier = byMonth.slice(NEWEST);
  put("cohorts", heatTable(caption, byMonth.slice(0, NEWEST), columns));
  put("cohorts-table", heatTable(`${caption}, earlier months`, earlier, columns));
  byId("cohorts-earlier").hidden = earlier.length === 0;
}

const CURVES = ["others", "accent", "health-1"];

function drawTimes(segment) {
  const one = alone(segment);
  const found = of("times", one).filter((row) => row.incidence !== null);
  const medians = of("medians", one);
  const { horizon_days } = data.cohorts[0] ?? {};
  const dated = onward.filter((stage) => found.some((row) => row.stage === stage));
  byId("times").hidden = dated.length === 0;
  byId("times").nextElementSibling.hidden = dated.length === 0;
  if (dated.length === 0) {
    put("times-note", ...whichFile());
    return;
  }
  put(
    "times-note",
    ...aloneNote(segment),
    ...changeNote(segment),
    "The share of leads that had reached a stage so many days after they were created, with " +
      "its 95% interval. Leads that are still open count for as long as they have been, " +
      "and so do those that reached it on no known day.",
  );
  const curves = dated.map((stage) => ({
    stage,
    rows: found.filter((row) => row.stage === stage),
    fill: CURVES[onward.indexOf(stage) % CURVES.length],
  }));
  const line = (rows, column) => ({
    ...{ type: "scatter", mode: "lines", x: rows.map((row) => row.days) },
    y: rows.map((row) => row[column]),
  });
  const traces = curves.flatMap(({ stage, rows, fill }) => [
    { ...line(rows, "incidence_low"), line: { width: 0 }, hoverinfo: "skip" },
    {
      ...{ ...line(rows, "incidence_high"), line: { width: 0 }, hoverinfo: "skip" },
      ...{ fill: "tonexty", fillcolor: `${colour(fill)}26` },
    },
    {
      ...line(rows, "incidence"),
      mode: "lines+markers",
      line: { color: colour(fill), width: 2.5 },
      marker: { color: colour(fill), size: 7 },
      hovertext: rows.map(
        (row) =>
          `${percent(row.incidence)} reached ${stage} within ${inDays(row.days)}<br>` +
          `${range(row.incidence_low, row.incidence_high, percent)}; ` +
          `${count(row.event_count)} of ${count(row.lead_count)} did`,
      ),
    },
  ]);
  const last = curves.map(({ stage, rows, fill }) => ({
    ...{ x: rows.at(-1).days, y: rows.at(-1).incidence, xanchor: "left", xshift: 9 },
    ...{ showarrow: false, align: "left", font: { color: colour("text"), size: 13 } },
    text: `${stage} ${wholePercent(rows.at(-1).incidence)}`,
    bgcolor: colour("card"),
    bordercolor: colour(fill),
    borderpad: 2,
  }));
  const at = (rows, days) => rows.find((row) => row.days === days)?.incidence ?? null;
  const spoken = curves.map(
    ({ stage, rows }) => `${stage} ${percent(at(rows, horizon_days))} in ${inDays(horizon_days)}`,
  );
  draw("times", "Time to each stage: " + spoken.join(", "), traces, {
    margin: { l: 8, r: narrow.matches ? 112 : 124, t: 10, b: 42 },
    xaxis: {
      title: { text: "Days since creation", font: { size: 12, color: colour("muted") } },
      tickvals: narrow.matches ? [0, 90, 180, 365] : [0, 30, 90, 180, 365],
      tickangle: 0,
      range: [0, Math.max(...found.map((row) => row.days))],
      showline: true,
      linecolor: colour("line"),
    },
    yaxis: {
      tickformat: "~%",
      ...gridded(),
      rangemode: "tozero",
      nticks: 6,
    },
    annotations: last,
    shapes: [upright(horizon_days, { color: colour("muted"), width: 1, dash: "dot" })],
  });

  const allDays = [...new Set(found.map((row) => row.days))].sort((one, other) => one - other);
  const shares = table("Share that reached a stage, by days since creation", curves, [
    ["Stage", ({ stage }) => stage],
    [["Leads"], ({ rows }) => count(rows[0].lead_count)],
    ...allDays.map((days) => [[inDays(days)], ({ rows }) => percent(at(rows, days))]),
  ]);
  put("times-table", shares);

  const median = (row, column) => {
    const [low, high] = [row[`${column}_low`], row[`${column}_high`]];
    const bounds = `${count(low)} ${high === null ? "or more" : `to ${count(high)}`}`;
    return row[column] === null
      ? "–"
      : lines(inDays(row[column]), ...(low === null ? [] : [aside(bounds)]));
  };
  const halves = table("How long it takes", medians, [
    ["Stage", (row) => row.stage],
    [
      [`Reached it within ${inDays(horizon_days)}`],
      (row) => percent(row.incidence_within_horizon),
    ],
    [["Half of these within"], (row) => median(row, "median_days_within_horizon")],
    [["Half of all leads within"], (row) => median(row, "median_days")],
    [["Reached it on no known day"], (row) => count(row.undated_count)],
  ]);
  put("times-medians-table", halves);
}

// segments in sight: all leads, what is picked, and the best of its kind
const MOST = 10;

function showVelocity(segment) {
  const one = alone(segment);
  const type = one.segment_type;
  const kind = data.velocity.filter((row) => row.segment_type === type);
  const picked = [...new Set([...of("velocity", everything), ...of("velocity", one), ...kind])];
  const shareOf = (row) =>
    row.customer_share === null
      ? "–"
      : lines(
          percent(row.customer_share),
          aside(range(row.customer_share_low, row.customer_share_high, wholePercent)),
          // too few leads of it have been followed for a year
          ...(row.share_days < 365 ? [aside(`within ${inDays(row.share_days)}`)] : []),
        );
  const yieldOf = (row) => {
    const customers = rough(row.customers_per_month);
    const sum = `${rough(row.leads_per_month)} × ${percent(row.customer_share)} ≈ ${customers}`;
    return row.customers_per_month === null
      ? "not known"
      : lines(estimate(row, "customers_per_month", rough), aside(sum));
  };
  const days = picked[0]?.recent_days;
  const isDated = data.cohorts.length > 0;
  put(
    "velocity-note",
    !isDated
      ? "Not known, for want of the days on which leads were created."
      : "The customers that the leads of a month will come to: how many come, times the share " +
          "that is won within a year, or within the days that are named, for which 20 leads " +
          "have been followed. They come over that time, and not in the next month. The range " +
          "is that of 19 months in 20. " +
          `Leads and wins are those of the last ${inDays(days)}, ` +
          "by 30 of them." +
          (type === "all" ? " A segment that is picked above is shown beside its kind." : "") +
          (mayChange(segment)
            ? ` There is none by ${kindOf(segment)}, which a lead may get after it came.`
            : ""),
  );
  const columns = [
    ["Segment", (row) => named(row.segment, 36)],
    [["Leads a month"], (row) => rough(row.leads_per_month)],
    [["Won within a year"], shareOf],
    [["Half of these within"], (row) => inDays(row.half_won_days)],
    [["Customers its leads will be"], yieldOf],
    [["Customers won a month"], (row) => rough(row.wins_per_month)],
  ];
  const caption = "What a month yields";
  put("velocity", ...(isDated ? [table(caption, picked.slice(0, MOST), columns)] : []));
  put("velocity-table", table(`${caption}, the others`, picked.slice(MOST), columns));
  byId("velocity-others").hidden = !isDated || picked.length <= MOST;
}

// --- the first line: what happened ---

function showHappened() {
  const found = of("cohorts", everything).filter((row) => row.stage === onward.at(-1));
  const newest = found.at(-1);
  const won = of("medians", everything).find((row) => row.stage === onward.at(-1));
  const fullest = fullestOf(of("funnel", everything));
  const healths = HEALTH.map((health) => {
    const match = { stage: fullest.stage, fate: "Still here", engagement_health: health };
    return `${count(leadCount(of("steps", everything), match))} ${health}`;
  });
  const sentences = [];
  if (newest) {
    const { lead_count, conversion_rate, is_mature } = newest;
    const became = `${percent(conversion_rate)} became customers in time`;
    const judged = !is_mature ? "too young to judge" : conversion_rate === null ? "" : became;
    sentences.push([`${month(newest.created_month)}: ${leads(lead_count)}`, judged]
      .filter(Boolean)
      .join(", ") + ".");
  }
  const stay = fullest.still_here_count
    ? `more stop at ${fullest.stage} than anywhere else, ${count(fullest.still_here_count)} of ` +
      `${count(fullest.ever_count)}${HEALTH.length > 1 ? `: ${healths.join(", ")}` : ""}`
    : "no lead is open any more";
  const last = of("funnel", everything).at(-1);
  if (won && won.incidence_within_horizon !== null) {
    const half = won.median_days_within_horizon;
    sentences.push(
      `Within ${inDays(newest.horizon_days)} ${percent(won.incidence_within_horizon)} of leads ` +
        "become customers" +
        (half === null ? "" : `, half of these in ${inDays(half)}`) +
        `; ${stay}.`,
    );
  } else {
    const unknown = "When leads became customers is not known";
    sentences.push(`${last.ever_count ? unknown : `No lead became a ${last.stage}`}; ${stay}.`);
  }
  put("happened", sentences.join(" "));
}
