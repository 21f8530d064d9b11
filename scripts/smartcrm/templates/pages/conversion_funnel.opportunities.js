// --- opportunities, what holds leads back, and whether the rules mean anything ---

const byDays = data.cohorts[0] ? `within ${inDays(data.cohorts[0].horizon_days)}` : "in time";

function extraCustomers(row) {
  const sum =
    `${count(row.lead_count)} × (${percent(row.bar_rate)} − ${percent(row.conversion_rate)})` +
    (row.customer_rate === 1 ? "" : ` × ${percent(row.customer_rate)}`) +
    ` ≈ ${rough(row.extra_customers)}`;
  return lines(estimate(row, "extra_customers", rough), aside(sum));
}

function whatToDo(row) {
  const held = `${count(row.main_rule_count)} of ${count(row.stuck_count)}`;
  const reason = aside(`${held}: ${words(row.main_rule ?? "none")}`);
  if (row.is_opportunity) return lines(text(row.next_step), reason);
  return lines(row.finding ?? "Within the noise: of so many compared, chance may explain it", reason);
}

function stuckLeads(row) {
  const list = ["stuck", row.segment_type, row.segment, row.stage];
  return opener(row.stuck_count, list, segmentById.get(row.segment_id));
}

function wentOn(row) {
  const counted = `${count(row.went_on_count)} of ${count(row.lead_count)}`;
  return lines(percent(row.conversion_rate), aside(counted));
}

const opportunityTable = (caption, rows, last) =>
  table(caption, rows, [
    ["Segment", (row) => lines(named(row.segment, 36), aside(segmentWords(row.segment_type)))],
    ["Step", (row) => `${row.stage} → ${row.next_stage}`],
    [["Went on"], wentOn],
    [["Others of its kind"], (row) => percent(row.bar_rate)],
    [["Gap"], (row) => estimate(row, "gap", percent)],
    [["Extra customers"], extraCustomers],
    [["Stuck now"], stuckLeads],
    [last, whatToDo],
    ["Owner team", (row) => row.owner_team],
  ]);

function showOpportunities(segment) {
  const types = singlesOf(segment).map((one) => one.segment_type);
  const isAll = segment === everything;
  const found = data.opportunities.filter((row) => isAll || types.includes(row.segment_type));
  const real = found.filter((row) => row.is_opportunity);
  const others = found.filter((row) => !row.is_opportunity);
  const kinds = types.map((type) => segmentWords(type).toLowerCase()).join(" or ");
  const kind = isAll ? "" : ` by ${kinds}`;
  const [oldest] = of("cohorts", everything).map((row) => row.created_month).sort();
  const since = oldest ? `since ${month(oldest)} ` : "";
  const sum =
    "Extra customers = leads × (others’ rate − own rate) × the share of those who go on " +
    `that is won, of all leads ${since}that have had the time, ${byDays}. Different kinds of ` +
    "segment hold the same leads, so don’t add them up.";
  if (found.length === 0) {
    const isDated = data.times.some((row) => row.incidence !== null);
    const none = [`None${kind}: no segment stays behind its kind.`];
    put("opportunities-note", ...(isDated ? none : whichFile()));
  } else if (real.length === 0) {
    put(
      "opportunities-note",
      `None${kind}: ${count(found.length)} times a segment's leads go on less often than ` +
        "others of their kind, and each gap is within what chance explains, or nothing that " +
        `anyone can change. ${sum}`,
    );
  } else put("opportunities-note", `By the customers they would have brought${kind}. `, sum);
  put(
    "opportunities",
    ...(real.length ? [opportunityTable("Strategy opportunities", real, "What to do")] : []),
  );
  byId("findings").hidden = others.length === 0;
  put("findings-summary", `Gaps that are no opportunity, and why (${count(others.length)})`);
  const caption = "Gaps that are no opportunity";
  put("findings-table", opportunityTable(caption, others, "Why it is none"));
}

function showHolds() {
  const side = (row, name) =>
    row[`${name}_count`] === 0
      ? "–"
      : lines(
          percent(row[`${name}_win_rate`]),
          aside(`of ${count(row[`${name}_count`])}`),
        );
  const difference = (row) =>
    row.difference === null
      ? "not known"
      : lines(
          estimate(row, "difference", percent),
          ...(row.is_beyond_noise ? [] : [aside("within the noise")]),
        );
  const holds = table("What holds leads back", data.holds, [
    ["What holds them", (row) => lines(words(row.hold), aside(text(row.meaning)))],
    [["Leads now"], (row) => opener(row.lead_count, ["held", row.hold], everything)],
    [["Won of those that came free"], (row) => side(row, "freed")],
    [["Won of those that did not"], (row) => side(row, "held")],
    [["Difference at equal intent"], difference],
  ]);
  put("holds", holds);
}

function showBacktest() {
  const [past] = data.past;
  const [best] = data.backtest;
  const known = data.backtest.length > 0;
  put(
    "backtest-note",
    ...(known
      ? [`What the rules would have said of open leads on ${count(past.day_count)} earlier days. ` +
          "A lead counts on each of these days that it was open, as a lead-day. " +
          `Of ${count(past.row_count)} lead-days ${percent(data.backtest[0].base_rate)} were won ` +
          `${byDays}, of the ${count(best.flagged_count)} that they put at ${best.flag} ` +
          `${percent(best.win_rate)}. ` +
          "It shows what the rules would have said, not what they would have caused." +
          (past.unscored_count * 2 > past.row_count || past.is_engagement_unseen
            ? ` On ${count(past.unscored_count)} of them no score is known` +
              (past.is_engagement_unseen
                ? `, and on ${count(past.unengaged_count)} no engagement`
                : "") +
              ": what the CRM said then, only builds of that time have seen, and activities " +
              "would tell."
            : "") +
          (data.scores[0].message ? ` ${data.scores[0].message}.` : "")]
      : [data.quality[0].message + "."]),
  );
  byId("backtest-rules").hidden = !known;
  byId("quality").hidden = !known;
  if (!known) return;
  const leadDays = (days) => `${count(days)} lead-day${days === 1 ? "" : "s"}`;
  const flagged = (row) => aside(`on ${leadDays(row.flagged_count)}`);
  const won = (row) => aside(`${count(row.win_count)} of ${count(row.flagged_count)}`);
  const missed = (row) => aside(`${count(row.missed_count)} missed`);
  const rules = table("What the rules would have said", data.backtest, [
    ["Flagged by", (row) => (row.flagged_by === "rule" ? words(row.flag) : row.flag)],
    ["Stage", (row) => row.stage],
    [["Leads it flagged"], (row) => lines(count(row.lead_count), flagged(row))],
    [["Of its lead-days won"], (row) => estimate(row, "win_rate", percent, won(row))],
    [["Times the rate of all"], (row) => estimate(row, "lift", rough)],
    [["Of all lead-days won"], (row) => estimate(row, "caught_share", percent, missed(row))],
  ]);
  put("backtest-table", rules);
  put("quality-table", element("ul", ...data.quality.map((row) => element("li", row.message))));
}

// --- work, moves and rejected rows: of all leads, whatever is picked ---

function showWork() {
  // nothing is due later where no list reaches so far ahead
  const shown = Object.keys(DUE).filter(
    (status) => status !== "later" || data.work.some((row) => row.later_count),
  );
  const columns = shown.map((status) => [
    [DUE[status].title],
    (row) => opener(row[`${status}_count`], ["work", row.list_kind, row.list_name, status]),
  ]);
  const [byOwner, byTeam] = [true, false].map((isOwner) =>
    data.work.filter((row) => (row.list_kind === "owner") === isOwner),
  );
  const name = (row) => named(row.list_name);
  put("work", table("Work by team", byTeam, [["Team", name], ...columns]));
  byId("work-owners").hidden = byOwner.length === 0;
  put("work-table", table("Work by owner", byOwner, [["Owner", name], ...columns]));
  const all = data.work.find((row) => row.list_kind === "all");
  if (!all?.lead_count) return;
  const due = Object.keys(DUE).slice(0, 2).map((status) =>
    opener(all[`${status}_count`], ["work", "all", all.list_name, status]),
  );
  put("due", "Work: ", due[0], " late, ", due[1], " due within a week.");
}

const CHANGES = { new: "new", changed: "changed", left: "gone", returned: "back" };

function showMoved() {
  const [build] = data.build;
  if (!build || (build.known_count === 0 && data.moved.length === 0)) return;
  byId("moved-card").hidden = false;
  const parts = Object.entries(CHANGES).flatMap(([change, said], i) => [
    i ? ", " : "",
    ["changed", "returned"].includes(change)
      ? opener(build[`${change}_count`], ["changed", change], everything)
      : count(build[`${change}_count`]),
    ` ${said}`,
  ]);
  put("moved-note", "Leads of the export since the last build: ", ...parts, ".");
  byId("moved-weeks").hidden = data.moved.length === 0;
  const moveOf = (row) => ["moved", row.week_starting_on, row.from_stage, row.to_stage];
  const moves = table("Moves by week", data.moved, [
    ["Week of", (row) => day(row.week_starting_on)],
    ["Move", (row) => `${row.from_stage} → ${row.to_stage}`],
    ["Direction", (row) => (row.is_backward ? "back" : "on")],
    [["Leads"], (row) => opener(row.lead_count, moveOf(row), everything)],
  ]);
  put("moved-table", moves);
}

function showRejected() {
  const total = data.rejections.length;
  put(
    "rejected-note",
    total
      ? "They count nowhere on this page; what is wrong with each is beside it."
      : data.recorded.length > 0
        ? "None: every row of the export is a lead."
        : "None: the export has no rows.",
  );
  if (total === 0) return;
  const reasons = table("Rejected rows by reason", data.rejections, [
    ["Reason", (row) => words(row.rejection_reasons)],
    [["Rows"], (row) => count(row.row_count)],
  ]);
  put("rejected", reasons);
  const columns = Object.keys(data.rejected[0]);
  const cells = columns.map((column) => [words(column), (row) => named(row[column])]);
  byId("rejected-rows").hidden = false;
  const { length } = data.rejected;
  const some = length < 200 ? "All of them" : `The first ${length} of them`;
  put("rejected-summary", `${some}, as they are in the export`);
  put("rejected-table", table("Rejected rows", data.rejected, cells));
}
