{# The columns of extra_columns as the export has them, ready to stand before others in a
   select; one that it lacks, or that has a name of ours, stops the run. #}
{% macro extra_columns_read(columns) %}
    {%- set extras = smartcrm.extra_columns() -%}
    {%- set ours = smartcrm.columns_of_ours() if extras else [] -%}
    {%- set checked = execute and smartcrm.is_crm_selected() -%}
    {%- for name, header in extras.items() -%}
        {%- if checked and name in ours -%}
            {%- do exceptions.raise_compiler_error(
                "extra_columns: '%s' would be named %s, which is a column of "
                "SmartCRM's own; leave it out, or rename it in the export"
                % (header, name)
            ) -%}
        {%- endif -%}
        {%- set expression = smartcrm.crm_column(columns, [header]) -%}
        {%- if checked and expression == smartcrm.crm_column([], []) -%}
            {%- do smartcrm.stop_reading(
                var("leads_path") or "the sample",
                "a column " ~ header ~ ", which extra_columns names",
                smartcrm.shown_headers(columns),
            ) -%}
        {%- endif -%}
        {{ expression }} as {{ adapter.quote("extra_" ~ name) }},
    {% endfor -%}
{% endmacro %}
