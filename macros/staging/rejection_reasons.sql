{# The codes of the conditions that hold for a row, joined; null where none does. Most rows
   have none, and need no text put together. `rejections` are pairs of code and condition. #}
{% macro rejection_reasons(rejections) %}
    case
        when
            {%- for _, condition in rejections %}
                {{ condition }}{% if not loop.last %} or{% endif %}
            {%- endfor %}
        then
            concat_ws(
                ', ',
                {%- for code, condition in rejections %}
                    case when {{ condition }} then '{{ code }}' end
                    {%- if not loop.last %},{% endif %}
                {%- endfor %}
            )
    end
{% endmacro %}
