{# Relation of the ids that leads have by their first 15 characters, of which the case
   counts: reports give no more, loaders three more, which say which of them are capitals.
   One row per short_id. #}
{% macro salesforce_leads() %}
    (
        select substr(trim(lead_id), 1, 15) as short_id, min(trim(lead_id)) as full_id
        from {{ ref(smartcrm.record_mapping("leads")) }}
        where {{ smartcrm.is_salesforce_id("trim(lead_id)") }}
        group by substr(trim(lead_id), 1, 15)
        -- what is no id of Salesforce's may differ in the last three
        having min(trim(lead_id)) = max(trim(lead_id))
    )
{% endmacro %}
