-- one row per raw row whose lead has another one that could be trusted as well, read
-- again with its texts; all but one are rejected
{%- set tie_breakers = [] -%}
{%- for column in canonical_columns() -%}
    {%- do tie_breakers.append("raw_" ~ column) -%}
{%- endfor -%}
{%- for name in extra_columns() -%}
    {%- do tie_breakers.append(adapter.quote(name)) -%}
{%- endfor %}

with

    stg_lead_rows as (

        select * from {{ ref("stg_lead_rows") }} where rejection_reasons is null

    ),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    -- grouping the ids is far cheaper than a window over every row
    repeated_ids as (

        select lead_id as repeated_id
        from {{ ref("stg_leads_typed") }}
        where rejection_reasons is null
        group by lead_id
        having count(*) > 1

    ),

    ranked as (

        select
            {%- for column in lead_row_columns() if column != "rejection_reasons" %}
                stg_lead_rows.{{ column }},
            {%- endfor %}
            row_number() over (
                partition by stg_lead_rows.lead_id
                order by
                    last_engaged desc nulls last,
                    created_at desc nulls last,
                    intent_score desc nulls last,
                    lifecycle_stages.stage_order desc,
                    {%- for column in tie_breakers %}
                        {{ column }} nulls last {%- if not loop.last %},{% endif %}
                    {%- endfor %}
            ) as place
        from repeated_ids
        inner join stg_lead_rows on repeated_ids.repeated_id = stg_lead_rows.lead_id
        inner join
            lifecycle_stages
            on coalesce(stg_lead_rows.funnel_stage, 'Lead') = lifecycle_stages.stage

    ),

    judged as (

        select *, case when place > 1 then 'duplicate_lead_id' end as rejection_reasons
        from ranked

    )

select {{ lead_row_columns() | join(", ") }}
from judged
