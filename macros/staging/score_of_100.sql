{# A score between the least and the most as one of 0 to 100, rounded half up. #}
{% macro score_of_100(expression, least, most) %}
    {#- what scaling makes of 56.5 may be 56.49999999999999 -#}
    floor(
        {{
            smartcrm.rounded(
                "("
                ~ expression
                ~ " - "
                ~ least
                ~ ") * 100 / ("
                ~ most
                ~ " - "
                ~ least
                ~ ")",
                9,
            )
        }} + 0.5
    )
{% endmacro %}
