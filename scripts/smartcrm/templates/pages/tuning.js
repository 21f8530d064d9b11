// Draws what tuning.sql says of each setting, and works nothing out.
const [facts] = data.facts;

const setting = (row) => `intent ${row.sql_min_intent}, ${row.sql_max_quiet_days} days`;
const mark = (row) => marks({ today: row.is_today, chosen: row.is_best });

// --- chart ---

function points(rows, fill, more) {
  return {
    type: "scatter",
    mode: "markers",
    x: rows.map((row) => row.calls_per_rep),
    y: rows.map((row) => row.caught_share),
    hovertext: rows.map(
      (row) =>
        `${setting(row)}<br>${percent(row.caught_share)} of the wins` +
        `<br>${decimal(row.calls_per_rep)} calls per rep and week`,
    ),
    marker: { color: colour(fill), size: 8 },
    cliponaxis: false,
    ...more,
  };
}

function drawFrontier() {
  const line = data.settings.filter((row) => row.is_on_frontier);
  const others = data.settings.filter((row) => !row.is_on_frontier);
  const marked = data.settings.filter((row) => row.is_today || row.is_best);
  const traces = [
    points(others, "others", { marker: { color: colour("others"), size: 7, opacity: 0.55 } }),
    points(line, "accent", {
      mode: "lines+markers",
      line: { color: colour("accent"), width: 2, shape: "hv" },
    }),
    points(marked, "accent", {
      mode: "markers",
      marker: {
        size: 17,
        color: "rgba(0,0,0,0)",
        line: { width: 2.5, color: colour("text") },
      },
    }),
  ];
  const most = Math.max(...data.settings.map((row) => row.calls_per_rep));
  const least = Math.min(...data.settings.map((row) => row.calls_per_rep));
  const room = (most - least) * 0.08 || 1;
  // a capacity far from all settings is in the words above, not in the chart
  const isNear = facts.capacity <= most + room && facts.capacity >= least - room;
  const bound = upright(facts.capacity, { color: colour("text"), width: 1.5, dash: "dash" });
  // on either side of the line, which rises
  const names = marked.map((row) => ({
    x: row.calls_per_rep,
    y: row.caught_share,
    text: mark(row),
    showarrow: false,
    xanchor: row.is_best ? "right" : "left",
    yanchor: row.is_best ? "bottom" : "top",
    xshift: row.is_best ? -9 : 9,
    yshift: row.is_best ? 7 : -7,
  }));
  const capacity = {
    x: facts.capacity,
    y: 0,
    yref: "paper",
    text: `${decimal(facts.capacity)} calls`,
    showarrow: false,
    xanchor: facts.capacity > (least + most) / 2 ? "right" : "left",
    yanchor: "bottom",
    xshift: facts.capacity > (least + most) / 2 ? -6 : 6,
  };
  const told = marked.map(
    (row) =>
      `${mark(row)}: ${setting(row)}, ${percent(row.caught_share)} of the wins with ` +
      `${decimal(row.calls_per_rep)} calls`,
  );
  draw(
    "frontier",
    `Share of wins caught by calls per rep and week, for ${data.settings.length} settings; ${told.join("; ")}`,
    traces,
    {
      margin: { l: 58, r: 20, t: 12, b: 48 },
      shapes: isNear ? [bound] : [],
      annotations: isNear ? [...names, capacity] : names,
      xaxis: {
        title: { text: "Calls per rep and week", font: { size: 13 } },
        range: [least - room, most + room],
        ...gridded(),
      },
      yaxis: {
        title: { text: narrow.matches ? "" : "Share of wins caught", font: { size: 13 } },
        tickformat: "~%",
        ...gridded(),
      },
    },
  );
}

// --- words and tables ---

const CAUGHT = [
  [["Wins caught"], (row) => `${count(row.win_count)} of ${count(row.all_win_count)}`],
  [["Share of wins"], (row) => estimate(row, "caught_share", percent)],
  [["Won of its leads"], (row) => estimate(row, "win_rate", percent)],
];

function showSettings() {
  const shown = data.settings.filter((row) => row.is_on_frontier || row.is_today || row.is_best);
  const marked = (row) => lines(setting(row), " ", element("span.marked", mark(row)));
  const settings = table("Settings on the line, and today's", shown, [
    ["Setting", (row) => (mark(row) ? marked(row) : setting(row))],
    [["SQLs today"], (row) => count(row.lead_count)],
    [["Calls per rep"], (row) => decimal(row.calls_per_rep)],
    [["SQLs at a landmark"], (row) => decimal(row.mean_count)],
    ...CAUGHT,
  ]);
  put("settings", settings);
}

function showNewer() {
  byId("newer-card").hidden = data.newer.length === 0;
  if (data.newer.length === 0) return;
  put(
    "newer-note",
    `Chosen on landmarks until ${day(facts.older_until)} alone, judged on those since ` +
      `${day(facts.newer_from)}, beside today's.`,
  );
  const chosen = (row) => marks({ "chosen then": row.is_chosen, today: row.is_today });
  const newer = table("The choice by older landmarks on newer ones", data.newer, [
    ["Setting", (row) => lines(setting(row), aside(chosen(row)))],
    [["Calls per rep"], (row) => decimal(row.calls_per_rep)],
    ...CAUGHT,
  ]);
  put("newer", newer);
}

showAsOf(facts);
showWords();
showSettings();
showNewer();
drawFrontier();
keepDrawn("frontier", drawFrontier);
