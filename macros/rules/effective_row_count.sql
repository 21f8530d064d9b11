{# How many rows a group's rate is known as well by as if each row were of another lead,
   where a lead has several and they tell much the same: the rate's variance as shares
   have it, over the variance that the leads' own wins show. Where the leads show none,
   as many as there are leads, and never more than there are rows. All in whole numbers,
   so that none is exactly none. #}
{% macro effective_row_count(row_count, win_count) %}
    {%- set double = smartcrm.type_double() -%}
    {%- set rows = "sum(cast(" ~ row_count ~ " as " ~ double ~ "))" -%}
    {%- set wins = "sum(cast(" ~ win_count ~ " as " ~ double ~ "))" -%}
    {%- set products = "sum(cast(%s as " ~ double ~ ") * %s)" -%}
    least(
        {{ rows }},
        coalesce(
            {{ wins }}
            * ({{ rows }} - {{ wins }})
            * {{ rows }}
            * {{ rows }}
            / nullif(
                {{ rows }} * {{ rows }} * {{ products % (win_count, win_count) }}
                - 2 * {{ rows }} * {{ wins }} * {{ products % (win_count, row_count) }}
                + {{ wins }} * {{ wins }} * {{ products % (row_count, row_count) }},
                0
            ),
            count(nullif({{ row_count }}, 0))
        )
    )
{% endmacro %}
