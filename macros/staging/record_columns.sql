{# The columns that a mapping of a kind of record yields, in their order. #}
{% macro record_columns(record) %}
    {%- set columns = {
        "leads": smartcrm.canonical_columns(),
        "activities": [
            "lead_id",
            "occurred_at",
            "activity_type",
            "channel",
        ],
        "stage_changes": ["lead_id", "stage", "entered_at"],
    } -%}
    {{- return(columns[record]) -}}
{% endmacro %}
