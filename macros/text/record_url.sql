{# SQL that yields the address of a lead in its CRM, by the var record_url; null without. #}
{% macro record_url(lead_id) %}
    {%- set url = var("record_url") or "" -%}
    {%- if not url -%}
        cast(null as {{ dbt.type_string() }})
        {%- elif "{lead_id}" not in url or not modules.re.fullmatch(
            "(?i)https?://[^\s\"'<>]+", url
        ) -%}
        {%- do exceptions.raise_compiler_error(
            "record_url is '%s'; give an address that starts with http:// or "
            "https:// and has {lead_id} where the id goes" % url
        ) -%}
    {%- else -%}
        replace(
            {{ smartcrm.text_literal(url) }},
            '{lead_id}',
            {{ smartcrm.url_encoded(lead_id) }}
        )
    {%- endif -%}
{% endmacro %}
