-- one row per lead with an override in force: of its stage, track and owner each what a
-- person decided, who, why, when and until when
-- depends_on: {{ ref("current_build") }}, which stops a build for other leads
{%- set fields = ["stage", "track", "owner"] %}

with

    overrides as (

        select *
        from {{ ref("stg_logic_overrides") }}
        where target_kind = 'lead' and is_in_force and new_value is not null

    )

select
    target as lead_id,
    {%- for field in fields %}
        max(
            case when field = '{{ field }}' then override_id end
        ) as {{ field }}_override_id,
    {%- endfor %}
    {%- for field in fields %}
        max(case when field = '{{ field }}' then new_value end) as {{ field }},
        max(
            case when field = '{{ field }}' then logged_by end
        ) as {{ field }}_overridden_by,
        max(
            case when field = '{{ field }}' then reason end
        ) as {{ field }}_override_reason,
    {%- endfor %}
    {%- for field in fields %}
        max(
            case when field = '{{ field }}' then logged_at end
        ) as {{ field }}_overridden_at,
        max(
            case when field = '{{ field }}' then expires_on end
        ) as {{ field }}_expires_on
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from overrides
group by target
