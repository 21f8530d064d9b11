-- one row per date of the data and day: how many leads, activities or stage changes
-- have it
{% for model, field, moment in [
    ("stg_leads_typed", "created_at", "created_at"),
    ("stg_leads_typed", "last_engaged", "last_engaged"),
    ("stg_activities", "occurred_at", "cast(occurred_at as date)"),
    ("stg_stage_changes", "entered_at", "cast(entered_at as date)"),
] %}
    select '{{ field }}' as field, count(*) as date_count, {{ moment }} as dated_on
    from {{ ref(model) }}
    where {{ moment }} is not null
    group by {{ moment }}
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
