-- one row per raw row: its nine texts as they came, the same cast once, what each text
-- failed to be, and the reasons that the row can't be trusted, be it the only one of
-- its
-- lead
{{ config(materialized="ephemeral") }}
{%- set least_score, most_score = score_range() -%}
{%- set last_day = "coalesce(%s, %s)" % (date_setting("as_of_date"), today()) %}

with

    -- a mapping of a warehouse's table may have dates and numbers
    raw_leads as (

        select
            {%- for name in extra_columns() %}
                cast(
                    {{ adapter.quote(name) }} as {{ dbt.type_string() }}
                ) as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %}
                cast({{ column }} as {{ dbt.type_string() }}) as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from {{ ref(crm_mapping()) }}

    ),

    without_blanks as (

        select
            {%- for name in extra_columns() %}
                {{ trimmed(adapter.quote(name)) }} as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %}
                {{ column }} as raw_{{ column }},
                {{ trimmed(column) }} as {{ column }}
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from raw_leads

    ),

    cleaned as (

        select
            {%- for name in extra_columns() %}
                {{ not_blank(adapter.quote(name)) }} as {{ adapter.quote(name) }},
            {%- endfor %}
            {%- for column in canonical_columns() %}
                raw_{{ column }},
                {{ not_blank(column) }} as {{ column }}_text
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from without_blanks

    ),

    typed as (

        select
            *,
            {{ one_of("funnel_stage_text", allowed_values("funnel_stage")) }}
            as funnel_stage,
            {{ one_of("company_size_text", allowed_values("company_size")) }}
            as company_size,
            {{ one_of("source_text", allowed_values("source")) }} as source,
            {{
                one_of(
                    "engagement_channel_text", allowed_values("engagement_channel")
                )
            }} as engagement_channel,
            case
                when {{ matches("intent_score_text", "[+-]?(\d+(\.\d*)?|\.\d+)") }}
                then {{ try_cast("intent_score_text", type_double()) }}
            end as intent_score_number,
            {{ text_to_date("created_at_text", date_format("created_at")) }}
            as created_at,
            {{ text_to_date("last_engaged_text", date_format("last_engaged")) }}
            as last_engaged
        from cleaned

    ),

    ranged as (

        select
            *,
            coalesce(
                intent_score_number not between {{ least_score }} and {{ most_score }},
                false
            ) as is_intent_score_out_of_range
        from typed

    ),

    flagged as (

        select
            {%- for column in canonical_columns() %} raw_{{ column }}, {% endfor %}
            lead_id_text as lead_id,
            case
                when funnel_stage_text is null then 'Lead' else funnel_stage
            end as funnel_stage,
            coalesce(
                company_size, {{ text_literal(allowed_values("company_size") | last) }}
            ) as company_size,
            coalesce(
                source, {{ text_literal(allowed_values("source") | last) }}
            ) as source,
            coalesce(
                engagement_channel,
                {{ text_literal(allowed_values("engagement_channel") | last) }}
            ) as engagement_channel,
            sales_owner_text as sales_owner,
            {{ extra_columns_named() }}
            cast(
                case
                    when is_intent_score_out_of_range
                    then null
                    else
                        {{
                            score_of_100(
                                "intent_score_number", least_score, most_score
                            )
                        }}
                end as {{ dbt.type_int() }}
            ) as intent_score,
            created_at_text is not null and created_at is null as is_invalid_created_at,
            last_engaged_text is not null
            and last_engaged is null as is_invalid_last_engaged,
            intent_score_text is null as is_missing_intent_score,
            intent_score_text is not null
            and intent_score_number is null as is_invalid_intent_score,
            is_intent_score_out_of_range,
            funnel_stage_text is not null
            and funnel_stage is null as is_unknown_funnel_stage,
            funnel_stage_text is null as is_missing_funnel_stage,
            company_size is null as is_unknown_company_size,
            source is null as is_unknown_source,
            engagement_channel is null as is_unknown_engagement_channel,
            created_at,
            last_engaged
        from ranged

    )

select
    *,
    nullif(
        concat_ws(
            ', ',
            case when lead_id is null then 'missing_lead_id' end,
            case when is_invalid_created_at then 'invalid_created_at' end,
            case when is_invalid_last_engaged then 'invalid_last_engaged' end,
            -- no date that counts lies between the newest one and today
            case
                when greatest(created_at, last_engaged) > {{ last_day }}
                then 'date_after_as_of'
            end,
            case when is_unknown_funnel_stage then 'unknown_funnel_stage' end
        ),
        ''
    ) as rejection_reasons
from flagged
