// Draws what the marts say, and works nothing out.

const isPair = (row) => row.first_id !== null;
const everything = data.segments.find((row) => row.segment_type === "all");
const segmentById = new Map(data.segments.map((row) => [row.segment_id, row]));
const singlesOf = (segment) =>
  isPair(segment)
    ? [segment.first_id, segment.second_id].map((id) => segmentById.get(id))
    : [segment];
const sameAs = (type, name) => (row) => row.segment_type === type && row.segment === name;

const grouped = {};
for (const [part, rows] of Object.entries(data)) {
  grouped[part] = new Map();
  for (const row of rows) {
    const together = grouped[part].get(row.segment_id) ?? [];
    together.push(row);
    grouped[part].set(row.segment_id, together);
  }
}
const of = (part, segment) => grouped[part].get(segment.segment_id) ?? [];

const stages = data.stages.filter((row) => row.stage_order > 0);
// the stages that a lead goes on to
const onward = stages.slice(1).map((row) => row.stage);
const stageOrder = Object.fromEntries(data.stages.map((row) => [row.stage, row.stage_order]));
// a stage outside the funnel is shown where leads are in it
const outside = data.stages.filter(
  (row) =>
    row.stage_order === 0 && data.recorded.some((cell) => cell.simulated_stage === row.stage),
);
const allStages = [...stages, ...outside].map((row) => row.stage);

// the stage that most are still to go on from
const fullestOf = (funnel) =>
  funnel
    .slice(0, -1)
    .reduce((most, row) => (row.still_here_count > most.still_here_count ? row : most));

const HEALTH = data.healths.map((row) => row.engagement_health);
const SHADES = 5;
const shade = (health) =>
  `health-${HEALTH.length > 1 ? (HEALTH.indexOf(health) % SHADES) + 1 : SHADES}`;

function leadCount(rows, match) {
  const fits = (row) => Object.entries(match).every(([column, value]) => row[column] === value);
  return rows.find(fits)?.lead_count ?? 0;
}

// an id in words; a stage in it is written as a stage
const acronyms = data.stages.map((row) => row.stage).filter((stage) => !/[a-z]/.test(stage));

function words(id) {
  const sentence = id.charAt(0).toUpperCase() + id.slice(1).replaceAll("_", " ");
  const spelled = (word) => acronyms.find((one) => one === word.toUpperCase()) ?? word;
  return sentence.replace(/\S+/g, spelled);
}

// where a shorter word than the column's name says it
const SEGMENT_WORDS = { all: "All leads", engagement_channel: "Channel" };
const segmentWords = (type) => SEGMENT_WORDS[type] ?? words(type);

// names of a segment, apart from each other
function segmentName(segment, most = 36) {
  const [first, ...more] = singlesOf(segment).map((single) => named(single.segment, most));
  return element("span", first, ...more.flatMap((one) => [" and ", one]));
}

// an estimate: two digits of it are enough, and more than it is sure of
const twoDigits = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 2 });
const rough = orDash((value) =>
  Math.abs(value) < 10 ? twoDigits.format(value) : whole.format(Math.round(value)),
);

const monthsBy = (style) =>
  dated(new Intl.DateTimeFormat("en-GB", { month: style, year: "numeric", timeZone: "UTC" }));
const [month, shortMonth] = [monthsBy("long"), monthsBy("short")];
const wholePercents = new Intl.NumberFormat("en-US", { style: "percent" });
const wholePercent = orDash((value) => wholePercents.format(value));
const inDays = orDash((value) => `${count(value)} ${value === 1 ? "day" : "days"}`);
// what to say where no day is known on which a lead reached a stage
const whichFile = () => [
  "Not known, for want of the days on which leads reached their stages. A file of stage " +
    "changes would tell: ",
  element("code", "make STAGE_CHANGES=changes.csv"),
  ".",
];
