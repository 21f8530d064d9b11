-- one row per raw row, with the reasons it can't be trusted; null where it can. Of
-- several rows of a lead that can be trusted by themselves all but one are rejected
{{ config(materialized="view") }}
{%- set raw, extra = [], [] -%}
{%- for column in canonical_columns() -%}
    {%- do raw.append("raw_" ~ column) -%}
{%- endfor -%}
{%- for name in extra_columns() -%}
    {%- do extra.append(adapter.quote(name)) -%}
{%- endfor -%}
{%- set columns = (raw + canonical_columns() + extra) | join(", ") %}

with

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    ranked as (

        select
            stg_leads_typed.*,
            row_number() over (
                partition by lead_id
                order by
                    last_engaged desc nulls last,
                    created_at desc nulls last,
                    intent_score desc nulls last,
                    lifecycle_stages.stage_order desc,
                    {%- for column in raw + extra %}
                        {{ column }} nulls last {%- if not loop.last %},{% endif %}
                    {%- endfor %}
            ) as place
        from {{ ref("stg_leads_typed") }} as stg_leads_typed
        inner join
            lifecycle_stages
            on coalesce(stg_leads_typed.funnel_stage, 'Lead') = lifecycle_stages.stage
        -- the id's text of such a row is kept only where its lead has another row
        where rejection_reasons is null and raw_lead_id is not null

    )

-- named twice, since DuckDB would keep all of it in memory for the few rows above
select {{ columns }}, rejection_reasons
from {{ ref("stg_leads_typed") }}
where rejection_reasons is not null or raw_lead_id is null
union all
select
    {{ columns }}, case when place > 1 then 'duplicate_lead_id' end as rejection_reasons
from ranked
