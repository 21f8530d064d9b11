-- one row per raw row of the activities that can't be trusted or says what another
-- says, whole,
-- with the reasons
{%- set texts = record_columns("activities") %}

with

    stg_activity_rows as (

        select * from {{ ref("stg_activity_rows") }} where set_aside_as is null

    ),

    -- what was counted on the way is far cheaper than a window over every row
    repeated_activities as (

        select * from {{ ref("stg_activities") }} where row_count > 1

    ),

    ranked as (

        select
            stg_activity_rows.*,
            row_number() over (
                partition by
                    stg_activity_rows.lead_id,
                    stg_activity_rows.activity_type,
                    stg_activity_rows.occurred_at
                order by
                    {%- for column in texts %}
                        raw_{{ column }} nulls last {%- if not loop.last %},{% endif %}
                    {%- endfor %}
            ) as place
        from stg_activity_rows
        inner join
            repeated_activities
            on stg_activity_rows.lead_id = repeated_activities.lead_id
            and stg_activity_rows.activity_type = repeated_activities.activity_type
            and stg_activity_rows.occurred_at = repeated_activities.occurred_at
        where stg_activity_rows.input = 'activities'

    ),

    rejected as (

        select
            input,
            {%- for column in texts %} raw_{{ column }}, {% endfor %}
            rejection_reasons
        from stg_activity_rows
        where rejection_reasons is not null
        union all
        select
            input,
            {%- for column in texts %} raw_{{ column }}, {% endfor %}
            'duplicate_activity' as rejection_reasons
        from ranked
        where place > 1

    )

select
    input,
    {%- for column in texts %} raw_{{ column }} as {{ column }}, {% endfor %}
    rejection_reasons
from rejected
