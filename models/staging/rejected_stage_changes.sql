-- one row per raw row of the stage changes that can't be trusted or says what another
-- says, whole,
-- with the reasons
{%- set texts = record_columns("stage_changes") %}

with

    stg_stage_change_rows as (

        select * from {{ ref("stg_stage_change_rows") }} where set_aside_as is null

    ),

    -- what was counted on the way is far cheaper than a window over every row
    repeated_stage_changes as (

        select * from {{ ref("stg_stage_changes") }} where row_count > 1

    ),

    ranked as (

        select
            stg_stage_change_rows.*,
            row_number() over (
                partition by
                    stg_stage_change_rows.lead_id,
                    stg_stage_change_rows.stage,
                    stg_stage_change_rows.entered_at
                order by
                    {%- for column in texts %}
                        raw_{{ column }} nulls last {%- if not loop.last %},{% endif %}
                    {%- endfor %}
            ) as place
        from stg_stage_change_rows
        inner join
            repeated_stage_changes
            on stg_stage_change_rows.lead_id = repeated_stage_changes.lead_id
            and stg_stage_change_rows.stage = repeated_stage_changes.stage
            and stg_stage_change_rows.entered_at = repeated_stage_changes.entered_at
        where stg_stage_change_rows.input = 'stage_changes'

    ),

    rejected as (

        select
            input,
            {%- for column in texts %} raw_{{ column }}, {% endfor %}
            rejection_reasons
        from stg_stage_change_rows
        where rejection_reasons is not null
        union all
        select
            input,
            {%- for column in texts %} raw_{{ column }}, {% endfor %}
            'duplicate_stage_change' as rejection_reasons
        from ranked
        where place > 1

    )

select
    input,
    {%- for column in texts %} raw_{{ column }} as {{ column }}, {% endfor %}
    rejection_reasons
from rejected
