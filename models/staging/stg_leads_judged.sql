-- one row per raw row, with the reasons it can't be trusted; null where it can
{%- set raw_columns = [] -%}
{%- for column in canonical_columns() -%}
    {%- do raw_columns.append("raw_" ~ column) -%}
{%- endfor -%}
{%- set columns = raw_columns + [
    "lead_id",
    "funnel_stage",
    "company_size",
    "source",
    "engagement_channel",
    "sales_owner",
    "intent_score",
    "is_invalid_created_at",
    "is_invalid_last_engaged",
    "is_missing_intent_score",
    "is_invalid_intent_score",
    "is_intent_score_out_of_range",
    "is_unknown_funnel_stage",
    "is_missing_funnel_stage",
    "is_unknown_company_size",
    "is_unknown_source",
    "is_unknown_engagement_channel",
    "created_at",
    "last_engaged",
] -%}
{%- set tie_breakers = raw_columns[:] -%}
{%- for name in extra_columns() -%}
    {%- do columns.append(adapter.quote(name)) -%}
    {%- do tie_breakers.append(adapter.quote(name)) -%}
{%- endfor %}

with

    stg_leads_typed as (select * from {{ ref("stg_leads_typed") }}),

    as_of as (select * from {{ ref("as_of") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    judged_alone as (

        select
            stg_leads_typed.*,
            nullif(
                concat_ws(
                    ', ',
                    case when lead_id is null then 'missing_lead_id' end,
                    case when is_invalid_created_at then 'invalid_created_at' end,
                    case when is_invalid_last_engaged then 'invalid_last_engaged' end,
                    case
                        when created_at > as_of_date or last_engaged > as_of_date
                        then 'date_after_as_of'
                    end,
                    case when is_unknown_funnel_stage then 'unknown_funnel_stage' end
                ),
                ''
            ) as rejection_reasons
        from stg_leads_typed
        cross join as_of

    ),

    -- grouping the ids is far cheaper than a window over every row
    repeated_ids as (

        select lead_id as repeated_id
        from judged_alone
        where rejection_reasons is null
        group by lead_id
        having count(*) > 1

    ),

    ranked_repeats as (

        select
            judged_alone.*,
            row_number() over (
                partition by lead_id
                order by
                    last_engaged desc nulls last,
                    created_at desc nulls last,
                    intent_score desc nulls last,
                    lifecycle_stages.stage_order desc,
                    {%- for column in tie_breakers %}
                        judged_alone.{{ column }} nulls last
                        {% if not loop.last %},{% endif %}
                    {%- endfor %}
            ) as place_among_repeats
        from judged_alone
        inner join repeated_ids on judged_alone.lead_id = repeated_ids.repeated_id
        inner join
            lifecycle_stages on judged_alone.funnel_stage = lifecycle_stages.stage
        where rejection_reasons is null

    ),

    judged as (

        select {{ columns | join(", ") }}, rejection_reasons
        from judged_alone
        left join repeated_ids on judged_alone.lead_id = repeated_ids.repeated_id
        where rejection_reasons is not null or repeated_id is null
        union all
        select
            {{ columns | join(", ") }},
            case
                when place_among_repeats > 1 then 'duplicate_lead_id'
            end as rejection_reasons
        from ranked_repeats

    )

select *
from judged
