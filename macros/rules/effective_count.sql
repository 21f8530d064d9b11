{# How many independent rows the rows of leads that come several times are worth, for the
   interval of their rate (an aggregate over one row per lead: how many rows it has, how
   many of them count, and the rate of all): the fewer, the more a lead's rows agree. #}
{% macro effective_count(rows, hits, rate) %}
    least(
        greatest(
            coalesce(
                {{ rate }}
                * (1 - {{ rate }})
                * power(cast(sum({{ rows }}) as {{ smartcrm.type_double() }}), 2)
                / nullif(sum(power({{ hits }} - {{ rate }} * {{ rows }}, 2)), 0),
                0
            ),
            -- where all or none count, the leads themselves
            case when {{ rate }} > 0 and {{ rate }} < 1 then 1 else count(*) end
        ),
        sum({{ rows }})
    )
{% endmacro %}
