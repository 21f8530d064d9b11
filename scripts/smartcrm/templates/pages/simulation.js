// Draws what simulation.sql says of the policies, and works nothing out.
const [facts] = data.facts;

const signedDigit = new Intl.NumberFormat("en-US", {
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});
const signed = orDash((value) => signedDigit.format(value));
const people = (value) => `${decimal(value)} ${value === 1 ? "person" : "people"}`;

const names = new Map(data.names.map((row) => [row.policy, row.name]));
const capital = (name) => name.charAt(0).toUpperCase() + name.slice(1);
const policyName = (policy) => capital(names.get(policy));
const stages = data.stage_names.map((row) => row.stage);
const allDays = [...new Set(data.stages.map((row) => row.day))];

const PALETTE = ["others", "health-2", "accent", "health-1", "lost", "health-4", "health-5"];
const stageFill = (stage) => PALETTE[stages.indexOf(stage) % PALETTE.length];

// rows of a part that are of a policy
const parted = {};
for (const part of ["stages", "flows", "teams", "lists"]) {
  parted[part] = {};
  for (const row of data[part]) (parted[part][row.policy] ??= []).push(row);
}
const of = (part) => parted[part][shown.policy] ?? [];

const shown = { policy: "in_force", day: allDays.length - 1 };

function spoken(row, measure) {
  const bounds = range(row[`${measure}_low`], row[`${measure}_high`], decimal);
  return decimal(row[measure]) + (bounds && ` (${bounds})`);
}

// how far the interval of a mean goes to both sides
function reach(rows, measure) {
  const far = (row, end) => (row[measure + end] === null ? 0 : Math.abs(row[measure + end] - row[measure]));
  return {
    type: "data",
    symmetric: false,
    array: rows.map((row) => far(row, "_high")),
    arrayminus: rows.map((row) => far(row, "_low")),
    thickness: 2,
    width: 5,
  };
}

// --- policies ---

const policyFill = (policy) =>
  ({ in_force: "accent", candidate: "health-1" })[policy] ?? "others";

function drawPolicies() {
  const rows = data.policies;
  const keys = rows.map((_, i) => i);
  const traces = rows.map((row, i) => ({
    type: "scatter",
    mode: "markers",
    x: [row.customers],
    y: [i],
    error_x: { ...reach([row], "customers"), color: colour(policyFill(row.policy)) },
    marker: {
      color: colour(policyFill(row.policy)),
      size: 12,
      symbol: row.policy === "oracle" ? "diamond" : "circle",
    },
    hovertext: [`${policyName(row.policy)}<br>${spoken(row, "customers")} customers`],
    cliponaxis: false,
  }));
  const today = rows.find((row) => row.policy === "in_force").customers;
  const told = rows.map((row) => `${names.get(row.policy)} ${spoken(row, "customers")}`);
  draw("policies", `Customers by policy: ${told.join(", ")}`, traces, {
    margin: { l: 8, r: 20, t: 8, b: 46 },
    shapes: [
      {
        ...upright(today, { color: colour("accent"), width: 1, dash: "dot" }),
        layer: "below",
      },
    ],
    xaxis: {
      title: { text: "Customers", font: { size: 12, color: colour("muted") } },
      rangemode: "tozero",
      ...gridded(),
    },
    yaxis: {
      tickvals: keys,
      ticktext: rows.map((row) => policyName(row.policy)),
      range: [rows.length - 0.4, -0.6],
    },
  });
}

const verdict = (isBeyond) =>
  isBeyond === null ? [] : [aside(isBeyond ? element("span.marked", "beyond noise") : "within noise")];

const besideToday = (row) =>
  lines(estimate(row, "more_customers", signed), ...verdict(row.is_beyond_noise));

function showPolicies() {
  put(
    "policies-note",
    facts.world_count === 1
      ? "Customers in one world, which can't say how much is chance. "
      : `Customers, and the interval (95%) that ${count(facts.world_count)} worlds leave. `,
    "The dotted line is the rules in force.",
  );
  const isToday = (row) => row.policy === "in_force";
  const policies = table("Policies compared", data.policies, [
    ["Policy", (row) => element(isToday(row) ? "span.marked" : "span", policyName(row.policy))],
    [["Customers"], (row) => estimate(row, "customers")],
    [["Beside today’s"], (row) => (isToday(row) ? "–" : besideToday(row))],
    [["Of the most"], (row) => estimate(row, "share_of_oracle", percent)],
    [["Touches"], (row) => estimate(row, "touches")],
    [["Per customer"], (row) => estimate(row, "touches_per_customer")],
    [["Days to first touch"], (row) => estimate(row, "days_to_first_touch")],
    [["Never touched"], (row) => decimal(row.never_touched)],
    [["Lost to silence"], (row) => decimal(row.lost_to_silence)],
    [["Bought elsewhere"], (row) => decimal(row.bought_elsewhere)],
    [["Opted out"], (row) => decimal(row.opted_out)],
  ]);
  // as cards it is long
  byId("policies-table").parentElement.open = !narrow.matches;
  put("policies-table", policies);
}

// --- capacity ---

const thresholds = [...new Set(data.capacity.map((row) => row.sql_min_intent))];
const others = thresholds.filter((threshold) => threshold !== facts.sql_min_intent);
const OTHERS = ["health-4", "health-2", "health-1", "health-5"];
const thresholdFill = (threshold) =>
  threshold === facts.sql_min_intent ? "accent" : OTHERS[others.indexOf(threshold) % OTHERS.length];
const DASHES = ["dot", "dash", "dashdot", "longdash"];

function drawCapacity() {
  const title = `People at ${facts.caller_team}`;
  const best = data.capacity.filter((row) => row.is_best);
  const today = data.capacity.filter((row) => row.is_today);
  const path = (rows) => ({ x: rows.map((row) => row.people), y: rows.map((row) => row.customers) });
  const frontier = {
    ...{ type: "scatter", mode: "lines", hoverinfo: "skip", ...path(best) },
    line: { color: colour("accent-soft"), width: 16 },
  };
  const curves = thresholds.map((threshold) => {
    const rows = data.capacity.filter((row) => row.sql_min_intent === threshold);
    const isToday = threshold === facts.sql_min_intent;
    const fill = colour(thresholdFill(threshold));
    return {
      ...{ type: "scatter", mode: "lines+markers", ...path(rows) },
      line: {
        ...{ color: fill, width: isToday ? 2.5 : 1.75 },
        dash: isToday ? "solid" : DASHES[others.indexOf(threshold) % DASHES.length],
      },
      marker: { color: fill, size: isToday ? 9 : 7 },
      ...(isToday ? { error_y: { ...reach(rows, "customers"), color: fill, thickness: 1.5 } } : {}),
      hovertext: rows.map(
        (row) =>
          `${people(row.people)}, sql_min_intent ${threshold}` +
          `<br>${spoken(row, "customers")} customers`,
      ),
      cliponaxis: false,
    };
  });
  const ring = {
    ...{ type: "scatter", mode: "markers", hoverinfo: "skip", ...path(today) },
    marker: { size: 19, color: "rgba(0,0,0,0)", line: { width: 2.5, color: colour("text") } },
    cliponaxis: false,
  };
  const told = best.map((row) => `${people(row.people)} ${decimal(row.customers)}`);
  draw(
    "capacity",
    `Customers by people at ${facts.caller_team}: ${told.join(", ")}; today ${people(facts.people)}`,
    [...(facts.is_swept ? [frontier] : []), ...curves, ring],
    {
      margin: { l: 58, r: 24, t: 16, b: 48 },
      annotations: today.map((row) => ({
        ...{ x: row.people, y: row.customers, text: "today", showarrow: false },
        ...{ xanchor: "left", yanchor: "top", xshift: 10, yshift: -8 },
      })),
      xaxis: {
        title: { text: title, font: { size: 13 } },
        tickvals: [...new Set(data.capacity.map((row) => row.people))],
        ...gridded(),
      },
      yaxis: {
        title: { text: narrow.matches ? "" : "Customers", font: { size: 13 } },
        ...gridded(),
      },
    },
  );
}

function showCapacity() {
  put(
    "capacity-note",
    facts.is_swept
      ? "Each line is a threshold of SQL. The broad band is the frontier: the most for each number of people."
      : "With the rules in force, and more or fewer people who call SQLs. SWEEP=yes tries other thresholds too.",
  );
  const entries = thresholds.map((threshold) => [
    thresholdFill(threshold),
    `sql_min_intent ${threshold}${threshold === facts.sql_min_intent ? ", today’s" : ""}`,
  ]);
  legend("capacity-legend", facts.is_swept ? entries : []);
  const crowd = (row) => {
    const mark = marks({ today: row.is_today, most: row.is_best && facts.is_swept });
    return mark ? lines(decimal(row.people), " ", element("span.marked", mark)) : decimal(row.people);
  };
  const beside = (row) =>
    row.sql_min_intent === facts.sql_min_intent ? "–" : besideToday(row);
  const further = (row) =>
    row.fewer_people === null
      ? "–"
      : lines(
          estimate(row, "customers_per_further_person", signed),
          ...verdict(row.is_further_person_beyond_noise),
        );
  const ifSwept = (head, cell) => (facts.is_swept ? [[[head], cell]] : []);
  const capacity = table("Customers by people who call", data.capacity, [
    [`People at ${facts.caller_team}`, crowd],
    ...ifSwept("sql_min_intent", (row) => count(row.sql_min_intent)),
    [["Customers"], (row) => estimate(row, "customers")],
    ...ifSwept(`Beside ${facts.sql_min_intent}`, beside),
    [["Per further person"], further],
    [["Touches"], (row) => decimal(row.touches)],
  ]);
  put("capacity-table", capacity);
}

// --- a policy and a day ---

const dayShown = () => allDays[shown.day];
// the last week that has begun by the day that is shown
const weekOf = (rows) => rows.map((row) => row.week_from).filter((week) => week <= dayShown()).at(-1);

const dayLine = () => upright(dayShown(), { color: colour("text"), width: 1.5, dash: "dash" });
const dates = {
  ...{ type: "date", tickformat: "%-d %b", tickangle: 0, showline: true },
  hoverformat: "%-d %B %Y",
};

function drawStanding() {
  const found = of("stages");
  // customers at the bottom, and who left on top
  const [left, inFunnel] = [true, false].map((isOut) =>
    data.stage_names.filter((row) => (row.stage_order === 0) === isOut).map((row) => row.stage),
  );
  const order = [...inFunnel.reverse(), ...left];
  const traces = order.map((stage) => {
    const rows = found.filter((row) => row.stage === stage);
    return {
      ...{ type: "scatter", mode: "lines", stackgroup: "stages", line: { width: 0 } },
      x: rows.map((row) => row.day),
      y: rows.map((row) => row.leads),
      fillcolor: colour(stageFill(stage)),
      text: rows.map((row) => `${label(stage)} ${decimal(row.leads)}`),
    };
  });
  const last = stages.map((stage) => {
    const row = found.findLast((one) => one.stage === stage);
    return `${stage} ${decimal(row.leads)}`;
  });
  draw("standing", `Leads by stage and day; on the last: ${last.join(", ")}`, traces, {
    margin: { l: 8, r: 12, t: 8, b: 34 },
    hovermode: "x unified",
    shapes: [dayLine()],
    xaxis: { ...dates, linecolor: colour("line"), nticks: narrow.matches ? 4 : 10 },
    yaxis: { rangemode: "tozero", ...gridded() },
  });
}

function showStanding() {
  const found = of("stages");
  const standing = found.filter((row) => row.day === dayShown());
  const leadsAt = (stage) => standing.find((row) => row.stage === stage).leads;
  put(
    "standing-note",
    `${policyName(shown.policy)}, ${day(dayShown())}: mean of ${count(facts.world_count)} ` +
      `${facts.world_count === 1 ? "world" : "worlds"}.`,
    data.names.find((row) => row.policy === shown.policy).has_stages
      ? ""
      : " It asks for no stage, so a lead stays a Lead until it is won or lost.",
  );
  const figures = stages.map((stage) =>
    element("div", element("dt", stage), element("dd", decimal(leadsAt(stage)))),
  );
  put("standing-figures", ...figures);
  // the last day of each month, and the day that is shown
  const ends = allDays.filter((one, i) => one.slice(0, 7) !== allDays[i + 1]?.slice(0, 7));
  const listed = [...new Set([...ends, dayShown()])].sort();
  const cell = (one, stage) => found.find((row) => row.day === one && row.stage === stage).leads;
  const byDay = table("Leads by stage, at the end of each month", listed, [
    ["Day", (one) => element(one === dayShown() ? "span.marked" : "span", day(one))],
    ...stages.map((stage) => [[stage], (one) => decimal(cell(one, stage))]),
  ]);
  put("standing-table", byDay);
}

const NEW = "New";

function showMoves() {
  const all = of("flows");
  const week = weekOf(all);
  const flows = all
    .filter((row) => row.week_from === week)
    .map((row) => ({ from: row.from_stage ?? NEW, to: row.stage, value: row.leads }));
  put("moves-note", week ? `Leads that went from stage to stage in the week from ${day(week)}.` : "No lead yet.");
  const told = flows.map((row) => `${row.from} to ${row.to} ${decimal(row.value)}`);
  const shaded = flows.map((row) => ({
    ...row,
    fill: colour(stageFill(row.to)) + "90",
    told: `${label(`${row.from} → ${row.to}`)}<br>${decimal(row.value)} leads`,
  }));
  drawSankey(
    "moves",
    `Leads that moved: ${told.join(", ") || "none"}`,
    shaded,
    [[NEW, ...stages], stages],
    decimal,
  );
  const cell = (from, to) => decimal(flows.find((row) => row.from === from && row.to === to)?.value ?? null);
  const froms = [NEW, ...stages].filter((from) => flows.some((row) => row.from === from));
  const moves = table("Leads by stage before (rows) and after (columns)", froms, [
    ["From", (from) => from],
    ...stages.map((to) => [[to], (from) => cell(from, to)]),
  ]);
  put("moves-table", moves);
}

const TEAMS = ["accent", "health-2", "others", "health-4"];

function showLists() {
  const teams = of("teams");
  const found = of("lists");
  const week = weekOf(found);
  const fills = teams.map((_, i) => TEAMS[i % TEAMS.length]);
  put("lists-note", "How many leads a team's list has in the morning, by week.");
  legend("lists-legend", teams.map((row, i) => [fills[i], row.team]));
  const traces = teams.map((team, i) => {
    const rows = found.filter((row) => row.team === team.team);
    return {
      ...{ type: "scatter", mode: rows.length > 1 ? "lines" : "markers" },
      x: rows.map((row) => row.week_from),
      y: rows.map((row) => row.mean_listed),
      line: { color: colour(fills[i]), width: 2.5 },
      marker: { color: colour(fills[i]), size: 8 },
      hovertext: rows.map(
        (row) => `${label(team.team)}, week from ${day(row.week_from)}<br>${decimal(row.mean_listed)} leads`,
      ),
    };
  });
  const told = teams.map((row) => `${row.team} ${decimal(row.mean_listed)}`);
  draw("lists", `Leads on each list by week, on average: ${told.join(", ")}`, traces, {
    margin: { l: 8, r: 12, t: 8, b: 34 },
    shapes: [dayLine()],
    xaxis: { ...dates, linecolor: colour("line"), nticks: 5, range: [allDays[0], allDays.at(-1)] },
    yaxis: { rangemode: "tozero", ...gridded() },
  });
  const thisWeek = (team) =>
    found.find((row) => row.team === team && row.week_from === week)?.mean_listed ?? null;
  const lists = table("Leads on each list", teams, [
    ["Team", (row) => named(row.team)],
    [["People"], (row) => decimal(row.people)],
    [["In this week"], (row) => decimal(thisWeek(row.team))],
    [["On average"], (row) => decimal(row.mean_listed)],
    [["At most"], (row) => count(row.most_listed)],
  ]);
  put("lists-table", lists);
}

function showDay() {
  byId("day").value = shown.day;
  byId("day").setAttribute("aria-valuetext", day(dayShown()));
  put("day-shown", day(dayShown()));
  showStanding();
  drawStanding();
  showMoves();
  showLists();
}

function drawCharts() {
  drawPolicies();
  drawCapacity();
  showDay();
}

put(
  "as-of",
  `${count(facts.world_count)} ${facts.world_count === 1 ? "world" : "worlds"} of ` +
    `${leads(facts.lead_count)} · ${day(facts.first_day)} to ${day(facts.as_of_date)} · ` +
    `seed ${facts.seed}`,
);
showWords();
legend("standing-legend", stages.map((stage) => [stageFill(stage), stage]));
byId("day").max = allDays.length - 1;
byId("policy").append(...data.policies.map((row) => new Option(policyName(row.policy), row.policy)));
byId("policy").value = shown.policy;
showPolicies();
showCapacity();
drawCharts();

byId("policy").addEventListener("change", ({ target }) => {
  shown.policy = target.value;
  showDay();
});
let isWaiting = false;
byId("day").addEventListener("input", ({ target }) => {
  shown.day = Number(target.value);
  if (isWaiting) return;
  isWaiting = true;
  requestAnimationFrame(() => {
    isWaiting = false;
    showDay();
  });
});
keepDrawn("policies", drawCharts);
