{# One row per lead that the CRM is to update: stage and owner where they differ, and why.
   The leads of another CRM, which the var crm names, are not in this one. #}
{% macro updates_by_lead(other_crm) %}
    select
        lead_id,
        max(case when field = 'lifecycle_stage' then decided_value end) as stage,
        max(case when field = 'owner' then decided_value end) as owner,
        concat_ws(
            '; ',
            max(case when field = 'lifecycle_stage' then reason end),
            max(case when field = 'owner' then reason end)
        ) as reason,
        max(case when is_backward then 1 else 0 end) as backward_count
    from {{ ref("crm_updates") }}
    where {{ smartcrm.text_literal(var("crm")) }} != '{{ other_crm }}'
    group by lead_id
{% endmacro %}
