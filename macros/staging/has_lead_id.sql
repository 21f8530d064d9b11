{# Whether one of the headers is that of the id of a lead, by the mapping that reads the
   file. #}
{% macro has_lead_id(headers, setting="leads_path") %}
    {%- set record = setting.removesuffix("_path") -%}
    {%- if record == "call_notes" -%}
        {{ return(smartcrm.matching_column(headers, ["lead_id"]) is not none) }}
    {%- endif -%}
    {%- for read in smartcrm.fields_read(headers, none, record) if read.field == "lead_id" and read.column -%}
        {{ return(true) }}
    {%- endfor -%}
    {{- return(false) -}}
{% endmacro %}
