{# One row per lead that a CRM is to update: stage and owner where they differ, and why.
   None where its import files are not due. #}
{% macro updates_by_lead(crm) %}
    select
        crm_updates.lead_id,
        max(case when field = 'lifecycle_stage' then decided_value end) as stage,
        max(case when field = 'owner' then decided_value end) as owner,
        concat_ws(
            '; ',
            max(case when field = 'lifecycle_stage' then reason end),
            max(case when field = 'owner' then reason end)
        ) as reason,
        count(case when is_backward then 1 end) as backward_count
    from {{ ref("crm_updates") }} as crm_updates
    inner join
        {{ ref("crm_update_files") }} as crm_update_files
        on crm_update_files.crm = '{{ crm }}'
        and crm_update_files.is_due
    group by crm_updates.lead_id
{% endmacro %}
