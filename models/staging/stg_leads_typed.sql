-- one row per raw row, as stg_lead_rows has it, but with its texts only where the row
-- is rejected, its lead has another one or its field is not what the text says: of most
-- rows nobody needs them
{%- set said_otherwise = {
    "last_engaged": "last_engaged < created_at",
    "intent_score": "raw_intent_score != cast(intent_score as %s)"
    % dbt.type_string(),
} %}

with

    stg_lead_rows as (select * from {{ ref("stg_lead_rows") }}),

    repeated_ids as (select lead_id as repeated_id from {{ ref("repeated_ids") }})

select
    {%- for column in canonical_columns() %}
        case
            when
                rejection_reasons is not null
                or repeated_id is not null
                or {{ column }} is null
                {%- if column in said_otherwise %}
                    or {{ said_otherwise[column] }}
                {%- endif %}
            then raw_{{ column }}
        end as raw_{{ column }},
    {%- endfor %}
    lead_id,
    funnel_stage,
    company_size,
    source,
    engagement_channel,
    sales_owner,
    {{ extra_columns_named() }}
    intent_score,
    created_at,
    last_engaged,
    rejection_reasons
from stg_lead_rows
left join repeated_ids on stg_lead_rows.lead_id = repeated_ids.repeated_id
