{# The columns of an export that nothing reads, in its own order: neither the mapping, nor
   extra_columns, nor meta_columns, nor what asks for e-mail addresses. None of the sample's,
   and none where a mapping does not say what it reads. #}
{% macro unread_columns(columns) %}
    {%- set read_keys = [] -%}
    {%- for header in smartcrm.extra_columns().values() -%}
        {%- do read_keys.append(smartcrm.header_key(header)) -%}
    {%- endfor -%}
    {%- for key in ["activity_dates", "stage_dates", "opt_outs"] -%}
        {%- for found in smartcrm.meta_columns(key) -%}
            {%- do read_keys.append(smartcrm.header_key(found.column)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do read_keys.append(smartcrm.header_key(smartcrm.email_column() or "")) -%}
    {%- set reads = smartcrm.fields_read(columns) -%}
    {%- set unread = [] -%}
    {%- for column in columns if reads and column not in reads | map(attribute="column") -%}
        {%- if smartcrm.header_key(column) not in read_keys -%}
            {%- do unread.append(column) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(unread) -}}
{% endmacro %}
