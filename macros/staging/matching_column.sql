{# The first of the given headers that a file has, as it is spelled there; none where it
   has none of them. A loader may have put a prefix before them. #}
{% macro matching_column(columns, headers, prefixes=[]) %}
    {%- set by_key = {} -%}
    {%- for column in columns -%}
        {%- do by_key.setdefault(smartcrm.header_key(column), column) -%}
    {%- endfor -%}
    {%- for header in headers -%}
        {%- for prefix in [""] + prefixes -%}
            {%- set key = smartcrm.header_key(prefix ~ header) -%}
            {%- if key in by_key -%} {{- return(by_key[key]) -}} {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}
