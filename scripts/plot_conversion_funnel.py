"""Draw the conversion funnel as a page that a manager opens in the browser.

Every number on it is read from the marts; the page only formats and draws them. It is
one HTML file that asks nothing of the network.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from string import Template
from typing import Any

import duckdb
from plotly.offline import get_plotlyjs
from warehouse import Fault, built_warehouse
from whole_file import whole_file

TEMPLATES = Path(__file__).with_name("templates")

# The page must not grow with the number of leads: these bound what is embedded.
SEGMENTS_A_TYPE, LEADS_AN_OPPORTUNITY, LEADS_IN_ALL, OVERRIDES = 50, 25, 1500, 100

PICKED = f"""
    create temp table picked_segments as
    select segment_type, segment, cast(row_number() over (
            order by segment_type, reached_count desc, segment) as int) as segment_id,
        count(*) over (partition by segment_type) as type_count
    from conversion_funnel
    where stage_order = 1
    qualify row_number() over (
        partition by segment_type order by reached_count desc, segment
    ) <= {SEGMENTS_A_TYPE};

    create temp table picked_opportunities as
    select *, row_number() over (
        order by potential_count desc, segment_type, segment, stage) as opportunity_id
    from strategy_opportunities
    inner join picked_segments using (segment_type, segment);

    create temp view leads_by_segment as
    unpivot (
        select lead_id, intent_score, effective_stage, stage_rule, stage_reason, source,
            engagement_channel, company_size,
            coalesce(effective_owner, 'Unassigned') as sales_owner
        from leads)
    on source, engagement_channel, company_size, sales_owner
    into name segment_type value segment;

    create temp view leads_by_opportunity as
    select opportunity_id, lead_id, intent_score, stage_reason, stage_rule = main_rule
        as is_main_rule
    from leads_by_segment
    inner join picked_opportunities using (segment_type, segment)
    where effective_stage = stage;

    create temp table picked_leads as
    select opportunity_id, lead_id, row_number() over (
        partition by opportunity_id
        order by intent_score desc nulls last, lead_id) as place
    from leads_by_opportunity
    qualify place <= {LEADS_AN_OPPORTUNITY};

    delete from picked_leads where lead_id not in (
        select lead_id from picked_leads
        group by lead_id
        order by min(place), min(opportunity_id), lead_id
        limit {LEADS_IN_ALL})
"""

PAGE = {
    "decision_context": "select as_of_date from decision_context",
    "lifecycle_stages": "from lifecycle_stages order by stage_order",
    "segments": """
        select segment_id, segment_type, segment, type_count, sum(lead_count) filter (
                is_backward is not null) as moved_count,
            sum(lead_count) filter (is_backward) as moved_back_count
        from picked_segments
        left join segment_counts using (segment_type, segment)
        left join (
            select distinct funnel_stage, simulated_stage, is_backward
            from reclassified_leads) using (funnel_stage, simulated_stage)
        group by all order by segment_id""",
    "conversion_funnel": """
        select segment_id, conversion_funnel.* exclude (segment_type, segment)
        from conversion_funnel
        inner join picked_segments using (segment_type, segment)
        order by segment_id, stage_order""",
    "health": """
        select segment_id, effective_stage, engagement_health, sum(lead_count)
            as lead_count
        from segment_counts
        inner join picked_segments using (segment_type, segment)
        group by all order by all""",
    "recorded": """
        select segment_id, funnel_stage, simulated_stage, sum(lead_count) as lead_count
        from segment_counts
        inner join picked_segments using (segment_type, segment)
        group by all order by all""",
    "strategy_opportunities": """
        select picked_opportunities.* exclude type_count, example_reason,
            coalesce(lead_ids, []) as lead_ids
        from picked_opportunities
        left join (
            select opportunity_id, max_by(stage_reason, (intent_score, lead_id)) filter
                (is_main_rule) as example_reason
            from leads_by_opportunity group by all) using (opportunity_id)
        left join (
            select opportunity_id, list(lead_id order by place) as lead_ids
            from picked_leads group by all) using (opportunity_id)
        order by opportunity_id""",
    "leads": """
        select lead_id, effective_owner, stage_reason, override_reason, next_step
        from leads
        left join decision_rules_in_force on track_rule = rule_id
        where lead_id in (select lead_id from picked_leads)
        order by lead_id""",
    "thresholds": """
        select threshold, in_force.value, thresholds.value as default_value, unit,
            meaning
        from (unpivot (select * exclude as_of_date from decision_context) on *
            into name threshold value value) as in_force
        left join thresholds using (threshold)
        order by unit desc, in_force.value, threshold""",
    "overrides": f"""
        select override_id, target_kind, target, field, old_value, new_value, reason,
            logged_by, cast(logged_at as date) as logged_on, expires_on,
            count(*) over () as total_count
        from stg_logic_overrides where is_in_force
        order by logged_at desc, override_id desc limit {OVERRIDES}""",
}


def read_page(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Rows for each part of the page, by the names of PAGE; a row is a dict.

    Raises:
        duckdb.CatalogException: a mart is missing.
    """
    connection.execute(PICKED)
    page = {}
    for name, query in PAGE.items():
        rows = connection.execute(query)
        columns = [column[0] for column in rows.description]
        page[name] = [
            dict(zip(columns, row, strict=True)) for row in rows.fetchall()
        ]
    return page


def render_json(page: dict[str, list[dict[str, Any]]]) -> str:
    """Return JSON that can't end or open anything in the HTML around it."""
    text = json.dumps(
        page, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":")
    )
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def render_html(page: dict[str, list[dict[str, Any]]]) -> str:
    """Return the whole page: the template with style, script, data and plotly inside."""
    html, style, script = (
        (TEMPLATES / f"conversion_funnel.{kind}").read_text(encoding="utf-8")
        for kind in ("html", "css", "js")
    )
    return Template(html).substitute(
        style=style, script=script, plotly=get_plotlyjs(), data=render_json(page)
    )


def main(argv: list[str] | None = None) -> int:
    """Write the page and print its path; 2 where it can't."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default="outputs/conversion_funnel.html")
    arguments = parser.parse_args(argv)
    try:
        with built_warehouse() as connection:
            page = read_page(connection)
        with whole_file(arguments.out) as partial:
            partial.write_text(render_html(page), encoding="utf-8")
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2
    print(arguments.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
