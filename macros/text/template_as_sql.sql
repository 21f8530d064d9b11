{# A text with {places} as SQL: each place is the column of its name, read once, so that a
   value that looks like a place stays as it is. #}
{% macro template_as_sql(template) %}
    concat(
        {% for part in modules.re.split("[{](\\w+)[}]", template) %}
            {% if loop.index is odd -%}{{ smartcrm.text_literal(part) }}
            {%- else -%}coalesce(cast({{ part }} as {{ dbt.type_string() }}), '')
            {%- endif %}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    )
{% endmacro %}
