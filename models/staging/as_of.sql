-- one row: the day that leads are judged on, so that an export is judged as of
-- its own day
with

    days as (

        {% for model, moment in [
            ("stg_leads_typed", "created_at"),
            ("stg_leads_typed", "last_engaged"),
            ("stg_activities", "cast(occurred_at as date)"),
            ("stg_stage_changes", "cast(entered_at as date)"),
        ] %}
            select max({{ moment }}) as newest_on
            from {{ ref(model) }}
            where {{ moment }} <= current_date
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    )

select
    coalesce(
        {{ date_setting("as_of_date") }}, max(newest_on), current_date
    ) as as_of_date
from days
