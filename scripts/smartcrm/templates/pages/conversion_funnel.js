// --- rules in force ---

function showRules() {
  const thresholds = table("Thresholds in force", data.thresholds, [
    ["Threshold", (row) => words(row.threshold)],
    [["In force"], (row) => `${count(row.value)} ${row.unit ?? ""}`],
    [["By default"], (row) => count(row.first_value)],
    ["Meaning", (row) => text(row.meaning)],
  ]);
  put("thresholds", thresholds);

  const meanings = table("Lifecycle stages", [...stages, ...outside], [
    ["Stage", (row) => row.stage],
    ["Meaning", (row) => row.meaning],
    ["Owner team", (row) => row.owner_team],
  ]);
  put("stages", meanings);

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
  const overrides = table("Overrides in force", data.overrides, [
    ["What", (row) => lines(named(row.target), aside(`${row.field} of the ${row.target_kind}`))],
    ["Old → new", (row) => lines(named(row.old_value), " → ", named(row.new_value))],
    ["Who", (row) => named(row.logged_by)],
    ["When", (row) => lines(day(row.logged_on), ...until(row))],
    ["Why", (row) => named(row.reason, 300)],
    [["Leads it moved"], (row) => (row.moved_count === null ? "–" : count(row.moved_count))],
  ]);
  put("overrides", overrides);
}

// --- the page ---

const shown = { segment: null };
const picked = () => segmentOf(address());

// what the address names, or all leads where this build has no such segment
function segmentOf({ show: [type, name], and: [otherType, otherName] }) {
  const first = data.segments.find(sameAs(type, name)) ?? everything;
  const second = data.segments.find(sameAs(otherType, otherName));
  const isOf = (one, other) => (row) =>
    row.first_id === one.segment_id && row.second_id === other.segment_id;
  const pairs = data.segments.filter(isPair);
  if (!second) return first;
  return pairs.find(isOf(first, second)) ?? pairs.find(isOf(second, first)) ?? first;
}

function segmentOption(segment) {
  const node = new Option(short(segment.segment), segment.segment_id);
  node.dir = "auto";
  return node;
}

// by kind of segment, which is the label of its group
function fillOptions(select, segments, ...first) {
  const types = [...new Set(segments.map((row) => row.segment_type))].filter(
    (type) => type !== "all",
  );
  const groups = types.map((type) => {
    const members = segments.filter((row) => row.segment_type === type);
    const group = element("optgroup", ...members.map(segmentOption));
    const { type_count } = members[0];
    const all = data.segments.filter((row) => row.segment_type === type).length;
    const some = ` (${count(all)} largest of ${count(type_count)})`;
    group.label = `By ${segmentWords(type).toLowerCase()}${all < type_count ? some : ""}`;
    return group;
  });
  select.replaceChildren(...first, ...groups);
}

function showPicker(segment) {
  const [first, second] = isPair(segment) ? pickedInOrder(segment) : [segment, null];
  byId("first").value = first.segment_id;
  const others = data.segments
    .filter(isPair)
    .filter((row) => [row.first_id, row.second_id].includes(first.segment_id))
    .flatMap((row) => singlesOf(row).filter((one) => one !== first))
    .sort((one, other) => one.segment_id - other.segment_id);
  fillOptions(byId("second"), others, new Option("everything", ""));
  byId("second").value = second?.segment_id ?? "";
  byId("second").disabled = others.length === 0;

  const { ever_count } = of("funnel", segment)[0];
  const kinds = singlesOf(segment).flatMap((one, i) => [
    i ? " and " : "",
    `${segmentWords(one.segment_type)}: `,
    named(one.segment),
  ]);
  const size = leads(ever_count);
  const status = segment === everything ? [`All ${size}`] : [...kinds, `, ${size}`];
  const { show, and } = address();
  const asked = [show, and].filter((one) => one.length);
  const isFound = asked.length === (segment === everything ? 0 : singlesOf(segment).length);
  const lost = isFound ? [] : [". This build has no ", named(asked.at(-1).at(-1)), " among them"];
  put("segment-status", ...status, ...lost);
}

// the one that was picked first stands first
function pickedInOrder(segment) {
  const [type] = address().show;
  const [one, other] = singlesOf(segment);
  return one.segment_type === type ? [one, other] : [other, one];
}

const namesOf = (id) => {
  const segment = segmentById.get(Number(id));
  return segment && segment !== everything ? [segment.segment_type, segment.segment] : [];
};

function drawCharts() {
  drawFunnel(shown.segment);
  drawTimes(shown.segment);
}

function showSegment(segment) {
  shown.segment = segment;
  showPicker(segment);
  showFigures(segment);
  showRecorded(segment);
  showCohorts(segment);
  showVelocity(segment);
  showOpportunities(segment);
  drawCharts();
}

// everything that the address says
function show() {
  const state = address();
  const segment = segmentOf(state);
  const key = JSON.stringify([state.show, state.and]);
  if (key !== shown.key) showSegment(segment);
  // what was said of the last address is past
  else if (state.list.length > 0) showPicker(segment);
  shown.key = key;
  for (const details of document.querySelectorAll("main details")) {
    const id = details.lastElementChild.id;
    details.open = state.open.includes(id) || (isPrinting && details.matches(".printed"));
  }
  showLeads(state);
  showLead(state);
}

function listen() {
  byId("first").addEventListener("change", ({ target }) => {
    go({ show: namesOf(target.value), and: [] });
  });
  byId("second").addEventListener("change", ({ target }) => {
    go({ and: namesOf(target.value) });
  });
  for (const details of document.querySelectorAll("main details")) {
    details.addEventListener("toggle", () => {
      const { open } = address();
      const { id } = details.lastElementChild;
      if (isPrinting || open.includes(id) === details.open) return;
      const others = open.filter((one) => one !== id);
      go({ open: details.open ? [...others, id] : others }, "replaceState");
    });
  }
  listenToDialogs();
  window.addEventListener("popstate", show);
  keepDrawn("funnel", drawCharts);
  // what is folded away on a screen is on paper
  window.addEventListener("beforeprint", show);
  window.addEventListener("afterprint", show);
}

if (data.build.length) showAsOf(data.build[0]);
showRules();
showRejected();
byId("notices").hidden = data.notices.length === 0;
put("notices-list", ...data.notices.map((row) => element("li", text(row.notice))));

if (data.recorded.length > 0) {
  byId("filled").hidden = false;
  fillOptions(byId("first"), data.segments.filter((row) => !isPair(row)), segmentOption(everything));
  showHappened();
  showHolds();
  showBacktest();
  showWork();
  showMoved();
  listen();
  show();
}
