{# The headers that the var extra_columns takes along from the export, by the names that
   their columns have here. #}
{% macro extra_columns() %}
    {%- set headers = {} -%}
    {%- for header in smartcrm.list_setting("extra_columns") -%}
        {%- set name = smartcrm.column_name(header) -%}
        {%- if not name -%}
            {%- do exceptions.raise_compiler_error(
                "extra_columns: '%s' has no letter to name a column by; rename it "
                "in the export" % header
            ) -%}
        {%- elif name in headers -%}
            {%- do exceptions.raise_compiler_error(
                "extra_columns: '%s' and '%s' would both be %s; leave one out"
                % (headers[name], header, name)
            ) -%}
        {%- endif -%}
        {%- do headers.update({name: header}) -%}
    {%- endfor -%}
    {{- return(headers) -}}
{% endmacro %}
