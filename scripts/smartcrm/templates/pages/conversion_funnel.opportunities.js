// --- what is held up, due and moving ---

const ROWS_AT_FIRST = 15;

function showOpportunities(segment) {
  put("opportunities-note", "");
}

// --- work, moves and rejected rows: of all leads, whatever is picked ---

function showWork() {
  const columns = [["Late"], ["Due within a week"], ["Without a date"], ["Later"], ["In all"]];
  const rowsOf = (kind, cell) =>
    data.work
      .filter((row) => row.list_kind === kind)
      .map((row) => [
        named(row.list_name),
        cell(row, "late_count"),
        count(row.due_count),
        count(row.undated_count),
        count(row.later_count),
        cell(row, "lead_count"),
      ]);
  const byTeam = rowsOf("team", (row, column) =>
    opener(row[column], ["team", row.list_name, column], everything),
  );
  const byOwner = rowsOf("owner", (row, column) => count(row[column]));
  put("work", table("Work by team", ["Team", ...columns], byTeam));
  byId("work-owners").hidden = byOwner.length === 0;
  put("work-table", table("Work by owner", ["Owner", ...columns], byOwner));
}

const CHANGES = { new: "new", changed: "changed", left: "gone from the export", returned: "back" };

function showMoved() {
  const [build] = data.build;
  if (!build) return;
  const isFirst = build.known_count === 0;
  const parts = Object.entries(CHANGES).flatMap(([change, said], i) => [
    i ? ", " : "",
    ["new", "changed", "returned"].includes(change)
      ? opener(build[`${change}_count`], ["changed", change], everything)
      : count(build[`${change}_count`]),
    ` ${said}`,
  ]);
  const first =
    "This is the first build that is remembered. From the second day on, this shows which " +
    "leads are new, changed or gone, and who moved from stage to stage in each week.";
  put("moved-note", ...(isFirst ? [first] : ["Since the last build: ", ...parts, "."]));
  if (data.moved.length === 0) return;
  const rows = data.moved.map((row) => [
    day(row.week_starting_on),
    `${row.from_stage} → ${row.to_stage}`,
    row.is_backward ? "back" : "on",
    count(row.lead_count),
  ]);
  put("moved", table("Moves by week", ["Week of", "Move", "Direction", ["Leads"]], rows));
}

function showRejected() {
  const total = data.rejections.length;
  put(
    "rejected-note",
    total
      ? "They count nowhere on this page; what is wrong with each is beside it."
      : "None: every row of the export is a lead.",
  );
  if (total === 0) return;
  const reasons = data.rejections.map((row) => [words(row.rejection_reasons), count(row.row_count)]);
  put("rejected", table("Rejected rows by reason", ["Reason", ["Rows"]], reasons));
  const columns = Object.keys(data.rejected[0]);
  const rows = data.rejected.map((row) => columns.map((column) => named(row[column])));
  byId("rejected-rows").hidden = false;
  put("rejected-summary", `The rows as they are in the export, ${count(rows.length)} at most 200`);
  put("rejected-table", table("Rejected rows", columns.map(words), rows));
}
