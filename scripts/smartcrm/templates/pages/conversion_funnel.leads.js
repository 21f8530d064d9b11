// --- the leads behind a number, and why each of them is where it is ---

// beside the page
const WHOLE_LIST = "leads_with_nurture_tracks.csv";
const leadsById = new Map(data.leads.map((lead) => [lead.lead_id, lead]));
const ownerOf = (lead) => lead.effective_owner ?? "Unassigned";
// what a work list is counted by, in the words of the workbook
const DUE = {
  late: { title: "Late", words: "that are late" },
  due: { title: "Due in a week", words: "due in a week" },
  undated: { title: "No due date", words: "without a due date" },
  later: { title: "Due later", words: "due later" },
  lead: { title: "On the list", words: "on the list" },
};
const inSegment = (segment) => (lead) =>
  singlesOf(segment).every((one) => lead.segments[one.segment_type] === one.segment);

function waiting(stage, health) {
  const isLast = stage === onward.at(-1);
  const reached = isLast ? `that became ${stage}s` : `that got as far as ${stage}`;
  return HEALTH.length > 1 ? `${reached} and are ${health}` : reached;
}

// What can be listed, by the name and values it has in the address: what to call it, how
// many leads a mart counts there, and which leads of the page these are. A list of its own
// segment, or of all leads, says so.
const LISTS = {
  all: (segment) => ({
    words: "",
    total: of("funnel", segment)[0].ever_count,
    holds: () => true,
  }),
  found: () => ({
    segment: everything,
    words: "to search",
    total: of("funnel", everything)[0].ever_count,
    holds: () => true,
  }),
  reached: (segment, stage) => ({
    words: `that ever reached ${stage}`,
    total: of("funnel", segment).find((row) => row.stage === stage)?.ever_count,
    holds: (lead) => lead.furthest_stage_order >= stageOrder[stage],
  }),
  standing: (segment, stage) => ({
    words: `at ${stage} now`,
    total: of("funnel", segment).find((row) => row.stage === stage)?.standing_count,
    holds: (lead) => lead.effective_stage === stage,
  }),
  fate: (segment, stage, fate, engagement_health = null) => ({
    words: {
      "Went on": `that went on from ${stage}`,
      "Still here": waiting(stage, engagement_health),
      Left: `that left at ${stage}`,
    }[fate],
    total: leadCount(of("steps", segment), { stage, fate, engagement_health }),
    holds: (lead) =>
      fate === "Went on"
        ? lead.furthest_stage_order > stageOrder[stage]
        : lead.furthest_stage === stage &&
          lead.has_left === (fate === "Left") &&
          (engagement_health === null || lead.engagement_health === engagement_health),
  }),
  recorded: (segment, funnel_stage, simulated_stage) => ({
    words: `with ${funnel_stage} in the CRM and ${simulated_stage} by the rules`,
    total: leadCount(of("recorded", segment), { funnel_stage, simulated_stage }),
    holds: (lead) =>
      lead.funnel_stage === funnel_stage && lead.simulated_stage === simulated_stage,
  }),
  created: (segment, created) => ({
    segment: alone(segment),
    words: `created in ${month(created)}`,
    total: cohort(segment, created, onward[0])?.lead_count,
    holds: (lead) => lead.created_month === created,
  }),
  cohort: (segment, created, stage) => {
    const row = cohort(segment, created, stage);
    const inTime = `within ${inDays(row?.horizon_days ?? null)}`;
    return {
      segment: alone(segment),
      words: `created in ${month(created)} that reached ${stage} ${inTime}`,
      total: row?.reached_count,
      holds: (lead) =>
        lead.created_month === created &&
        lead.days_to_stage[stage] !== null &&
        lead.days_to_stage[stage] <= row.horizon_days,
    };
  },
  work: (segment, kind, name, status) => ({
    segment: everything,
    words: `of ${short(name ?? "")} ${Object.hasOwn(DUE, status) ? DUE[status].words : ""}`,
    file: "worklists",
    total: data.work.find((row) => row.list_kind === kind && row.list_name === name)?.[
      `${status}_count`
    ],
    holds: (lead) =>
      lead.due_status !== null &&
      (status === "lead" || lead.due_status === status) &&
      { all: name, team: lead.owner_team, owner: ownerOf(lead) }[kind] === name,
  }),
  // stuck in an opportunity, which is of one segment whatever is picked
  stuck: (segment, type, name, stage) => {
    const one = data.segments.find(sameAs(type, name)) ?? everything;
    const row = data.opportunities.find(
      (each) => each.segment_id === one.segment_id && each.stage === stage,
    );
    return {
      segment: one,
      words: `at ${stage} now`,
      total: row?.stuck_count,
      holds: (lead) => lead.effective_stage === stage,
    };
  },
  held: (segment, hold = "") => ({
    segment: everything,
    words: `held back: ${words(hold)}`,
    total: data.holds.find((row) => row.hold === hold)?.lead_count,
    holds: (lead) => (lead.held_by ?? []).includes(hold),
  }),
  moved: (segment, ...move) => {
    const [week, from_stage, to_stage] = move;
    const isIt = (row) => `${[row.week_starting_on, row.from_stage, row.to_stage]}` === `${move}`;
    return {
      segment: everything,
      words: `that moved from ${from_stage} to ${to_stage} in the week of ${day(week)}`,
      lacks: " Who has left the export since is in neither.",
      total: data.moved.find(isIt)?.lead_count,
      holds: (lead) => (lead.moves ?? []).includes(move.join(" ")),
    };
  },
  changed: (segment, change) => ({
    segment: everything,
    words: `${change} in the CRM since the last build`,
    total: data.build[0]?.[`${change}_count`],
    holds: (lead) => lead.change === change,
  }),
};

// the list that an address names, or nothing where it names none
function listNamed([kind, ...values], segment) {
  if (!Object.hasOwn(LISTS, kind ?? "")) return null;
  const list = { segment, ...LISTS[kind](segment, ...values) };
  return list.words === undefined || !Number.isInteger(list.total) ? null : list;
}

function opens(node, name, changes) {
  node.type = "button";
  node.setAttribute("aria-label", name);
  node.setAttribute("aria-haspopup", "dialog");
  node.addEventListener("click", () => go(changes));
  return node;
}

// a number that opens its leads; nothing to open is a number alone
function opener(value, list, segment = picked()) {
  if (!value) return element("span", count(value));
  const { words } = listNamed(list, segment);
  const button = element("button.open", count(value));
  return opens(button, `${leads(value)} ${words}`.trim(), { list, find: [], sort: [] });
}

const decidedBy = (lead) =>
  lead.stage_override_reason === null
    ? []
    : [aside("A person decided: ", named(lead.stage_override_reason, 300))];

function leadButton(lead) {
  const button = element("button.open", named(lead.lead_id));
  return opens(button, `Why ${short(lead.lead_id)} is where it is`, { lead: [lead.lead_id] });
}

function dueWords(lead) {
  if (lead.due_on === null) return lines("–");
  return lines(day(lead.due_on), ...(lead.is_late ? [aside("late")] : []));
}

// what sorts and is searched, and what is shown of it
const COLUMNS = [
  {
    title: "Lead",
    value: (lead) => lead.lead_id,
    shown: leadButton,
    sought: (lead) => Object.values(lead.segments).join(" "),
  },
  { title: "Owner", value: ownerOf, shown: (lead) => named(ownerOf(lead)) },
  // words of ours, which are not broken to make room
  { title: "Stage", value: (lead) => lead.effective_stage, shown: (lead) => lead.effective_stage },
  { title: "Health", value: (lead) => lead.engagement_health, shown: (lead) => lead.engagement_health },
  { title: "Intent", value: (lead) => lead.intent_score, isNumber: true, isBlankLast: true },
  {
    title: "Why it is there",
    value: (lead) => lead.stage_override_reason ?? lead.stage_reason,
    shown: (lead) => lines(text(lead.stage_reason), ...decidedBy(lead)),
  },
  { title: "Next step", value: (lead) => lead.next_step },
  { title: "Due", value: (lead) => lead.due_on, shown: dueWords, isBlankLast: true },
  // in the file alone: here it stands below the day
  { title: "Late", value: (lead) => (lead.is_late ? "late" : ""), isHidden: true },
];

// what is not known comes last, whichever way is up
for (const [way, sign] of [["asc", 1], ["desc", -1]]) {
  DataTable.ext.type.order[`blank-last-${way}`] = (one, other) => {
    if (one === "" || other === "") return (one === "") - (other === "");
    return sign * ((one > other) - (one < other));
  };
}

// DataTables takes texts for HTML where it searches, so it gets none
const escaped = (value) =>
  String(value ?? "").replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
// what a spreadsheet takes for a formula is text, as in the files beside this page
const FORMULA = /(^|[;\t\r\n])(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/g;
const exported = (value) => String(value ?? "").replace(FORMULA, "$1'");

function cellOf(column) {
  const shown = column.shown ?? ((lead) => text(column.value(lead)));
  const as = {
    display: (lead) => element("span", shown(lead)),
    filter: (lead) => escaped(`${column.value(lead) ?? ""} ${column.sought?.(lead) ?? ""}`),
    export: (lead) => exported(column.value(lead)),
  };
  return {
    title: column.title,
    data: null,
    type: column.isBlankLast ? "blank-last" : "string",
    visible: !column.isHidden,
    className: column.isNumber ? "number" : "",
    render: (lead, kind) => as[kind]?.(lead) ?? column.value(lead) ?? "",
    createdCell: (cell) => (cell.dataset.label = column.title),
  };
}

const opened = { list: "", table: null };

function fillLeads(list) {
  const rows = data.leads.filter((lead) => inSegment(list.segment)(lead) && list.holds(lead));
  const isAll = list.segment === everything;
  const whose = isAll ? [] : [segmentName(list.segment), ": "];
  put("leads-heading", ...whose, `${leads(list.total)} ${list.words}`);
  const byNeed = "late work first, then by the priority of the work lists";
  const some = [
    `${count(rows.length)} of these ${leads(list.total)} are inside this page, ${byNeed}; ` +
      "all leads are in ",
    element("code", list.file ?? WHOLE_LIST),
    `, beside it.${list.lacks ?? ""}`,
  ];
  const whole = [`By need: ${byNeed}. A lead’s name opens why it is where it is.`];
  put("leads-note", ...(rows.length < list.total ? some : whole));

  opened.table?.destroy();
  const node = element("table.cards");
  put("leads-list", node);
  const plain = { body: (value) => value, header: (value) => value };
  opened.table = new DataTable(node, {
    data: rows,
    columns: COLUMNS.map(cellOf),
    order: [],
    autoWidth: false,
    pageLength: 25,
    layout: {
      topStart: { search: { text: "Search these leads" } },
      topEnd: {
        buttons: {
          dom: { button: { className: "button" } },
          buttons: [
            {
              ...{ extend: "csvHtml5", text: "Download CSV", filename: "leads" },
              ...{ bom: true, footer: false },
              exportOptions: { orthogonal: "export", format: plain },
            },
          ],
        },
      },
      bottomStart: "info",
      bottomEnd: "paging",
    },
    language: {
      info: "_START_ to _END_ of _TOTAL_",
      infoEmpty: "None",
      infoFiltered: "(of _MAX_)",
      zeroRecords: "No lead matches the search.",
      emptyTable: "None of these leads is inside this page.",
    },
  });
  // what is searched and sorted by is kept in the address too
  opened.table.on("search.dt", () => {
    const find = [opened.table.search()].filter(Boolean);
    if (String(find) !== String(address().find)) go({ find }, "replaceState");
  });
  opened.table.on("order.dt", () => {
    const [[column, direction] = []] = opened.table.order();
    const sort = direction ? [column, direction].map(String) : [];
    if (String(sort) !== String(address().sort)) go({ sort }, "replaceState");
  });
}

function showLeads({ list, find, sort, show, and }) {
  const named = listNamed(list, picked());
  const dialog = byId("leads");
  if (named === null) {
    opened.list = "";
    if (dialog.open) dialog.close();
    if (list.length === 0) return;
    byId("segment-status").append(". This build has no list of the kind that the address names");
    go({ list: [] }, "replaceState");
    return;
  }
  const key = JSON.stringify([list, show, and]);
  if (key !== opened.list) fillLeads(named);
  opened.list = key;
  const [sought = ""] = find;
  const [column, direction] = sort;
  const order = column in COLUMNS ? [[Number(column), direction === "desc" ? "desc" : "asc"]] : [];
  const { table } = opened;
  if (table.search() !== sought) table.search(sought).draw();
  if (String(table.order()) !== String(order)) table.order(order).draw();
  openDialog(dialog);
}

function openDialog(dialog) {
  if (dialog.open) return;
  dialog.showModal();
  dialog.scrollTop = 0;
}

// --- one lead ---

const MILESTONES = ["Lead", "MQL", "SQL", "Customer", "Lost"];
const KNOWN_FROM = {
  created: "when it was created",
  crm: "as the CRM says",
  history: "as an earlier build saw",
};

const reasons = (lead, side) =>
  [1, 2, 3].map((place) => lead[`reason_${side}_${place}`]).filter((reason) => reason !== null);

function factsOf(lead) {
  const horizon = data.cohorts[0]?.horizon_days ?? null;
  const sentence = (...parts) => element("span", ...parts);
  const until = lead.stage_expires_on === null ? "" : ` until ${day(lead.stage_expires_on)}`;
  const isOverruled = lead.stage_override_reason !== null;
  const reached = MILESTONES.filter((name) => lead[`${name.toLowerCase()}_on`] !== null);
  const milestone = (name) => {
    const column = name.toLowerCase();
    const source = KNOWN_FROM[lead[`${column}_known_from`]];
    return element("li", `${name} on ${day(lead[`${column}_on`])}, ${source}`);
  };
  return [
    ["In the CRM", lead.funnel_stage],
    ["By the rules", sentence(`${lead.simulated_stage}: `, text(lead.stage_reason))],
    isOverruled && [
      "A person decided",
      sentence(
        `${lead.effective_stage}${until}: `,
        named(lead.stage_override_reason, 300),
        " (",
        named(lead.stage_overridden_by),
        ")",
      ),
    ],
    lead.next_stage_needs !== null && [
      isOverruled ? "By the rules it needs" : "For the next stage",
      lead.next_stage_needs,
    ],
    lead.leaves_stage_on !== null && [
      "If nothing more happens",
      `it becomes ${lead.leaves_stage_for} on ${day(lead.leaves_stage_on)}`,
    ],
    ["Health", text(lead.health_reason)],
    ["Track", sentence(`${lead.effective_track}: `, text(lead.effective_track_reason))],
    ["Work", sentence(`${lead.work}: `, text(lead.work_reason))],
    ["Next step", text(lead.next_step)],
    lead.due_on !== null && ["Due", dueWords(lead)],
    ["Owner", sentence(named(ownerOf(lead)), `, of ${lead.owner_team}`)],
    ["Intent", lead.intent_score === null ? "not scored" : count(lead.intent_score)],
    lead.win_probability !== null && [
      "Chance to be won",
      lines(
        `${percent(lead.win_probability)} within ${inDays(horizon)}, as it was with leads ` +
          `like it; of all open leads ${percent(lead.base_rate)}`,
        ...reasons(lead, "for").map((reason) => aside("+ ", reason)),
        ...reasons(lead, "against").map((reason) => aside("− ", reason)),
      ),
    ],
    ["Last engaged", lead.last_engaged === null ? "none on record" : day(lead.last_engaged)],
    lead.last_touched !== null && ["Last touched by us", day(lead.last_touched)],
    reached.length > 0 && ["Reached", element("ul", ...reached.map(milestone))],
    ...Object.entries(lead.segments)
      .filter(([type]) => type !== "all" && type !== "sales_owner")
      .map(([type, name]) => [segmentWords(type), named(name)]),
  ].filter(Boolean);
}

function showLead({ lead: [id] }) {
  const dialog = byId("lead");
  const lead = leadsById.get(id);
  if (lead === undefined) {
    if (dialog.open) dialog.close();
    // a link to a lead that is not inside this page says where it is
    if (id) go({ lead: [], list: ["found"], find: [id] }, "replaceState");
    return;
  }
  put("lead-heading", "Why is ", linked(lead.lead_id, lead.record_url), " where it is?");
  const command = `make why LEAD=${lead.lead_id}`;
  const isPlain = /^[\w.-]+$/.test(lead.lead_id);
  const more = isPlain
    ? ["Every rule in order, with the lead’s own values: ", element("code", command)]
    : [];
  put("lead-note", ...more);
  put(
    "lead-facts",
    ...factsOf(lead).map(([term, fact]) =>
      element("div", element("dt", term), element("dd", fact)),
    ),
  );
  openDialog(dialog);
}

// the lead of that name, or all that the words are found in
function find(sought) {
  const wanted = sought.trim();
  const exact = data.leads.find((lead) => lead.lead_id.toLowerCase() === wanted.toLowerCase());
  if (exact) go({ lead: [exact.lead_id] });
  else if (wanted) go({ list: ["found"], find: [wanted], sort: [] });
}

function listenToDialogs() {
  const closed = { leads: { list: [], find: [], sort: [] }, lead: { lead: [] } };
  for (const [id, changes] of Object.entries(closed)) {
    const dialog = byId(id);
    // the address says so first, so that nothing opens again what it still names
    const close = (event) => {
      event.preventDefault();
      go(changes);
    };
    dialog.addEventListener("cancel", close);
    dialog.querySelector("form").addEventListener("submit", close);
    // however else it was closed; that is heard late, when it may be open again
    dialog.addEventListener("close", () => {
      const [key] = Object.keys(changes);
      if (!dialog.open && address()[key].length) go(changes);
    });
  }
  byId("find").addEventListener("submit", (event) => {
    event.preventDefault();
    find(byId("find-text").value);
  });
}
