-- one row per thing that holds leads back: how many it holds now, and of those it
-- held at landmarks, how many were won later that had come free by the next landmark,
-- against those that had not, at equal intent
{%- set holds = holds() %}
{%- set half_width = z_95() ~ " * compared.standard_error * widened.widening" %}

with

    landmark_decisions as (select * from {{ ref("landmark_decisions") }}),

    decision_context as (select * from {{ ref("decision_context") }}),

    held_leads as (select * from {{ ref("held_leads") }}),

    held_now as (
        {% for hold in holds %}
            select '{{ hold }}' as hold, count(*) as lead_count
            from held_leads
            where hold = '{{ hold }}'
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- open at a landmark and at the next: what happens in between is no outcome, or
    -- whoever was won soon would count as having come free
    pairs as (

        select
            before.lead_id,
            before.stage_rule,
            before.simulated_stage,
            before.stage_order,
            before.intent_score,
            before.days_since_engaged,
            later.stage_order as stage_order_later,
            later.intent_score as intent_score_later,
            later.days_since_engaged as days_since_engaged_later,
            floor(least(coalesce(before.intent_score, -20), 99) / 20.0) as intent_band,
            case when later.is_won_within then 1 else 0 end as won,
            decision_context.active_max_days
        from landmark_decisions as before
        inner join
            landmark_decisions as later
            on before.lead_id = later.lead_id
            and before.nth = later.nth + 1
        cross join decision_context

    ),

    freed as (
        {% for hold, words in holds.items() if words[2] %}
            select
                '{{ hold }}' as hold,
                lead_id,
                intent_band,
                coalesce({{ words[2] }}, false) as is_free,
                won
            from pairs
            where {{ words[1] }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    banded as (

        select
            hold,
            intent_band,
            count(case when is_free then 1 end) as free_count,
            count(case when not is_free then 1 end) as held_count,
            sum(case when is_free then won else 0 end) as free_win_count,
            sum(case when not is_free then won else 0 end) as held_win_count
        from freed
        group by hold, intent_band

    ),

    -- Mantel and Haenszel's weights: a band counts as far as it has leads of both; the
    -- variance with one lead added to each side, won and not, since rates of none say
    -- that nothing can vary
    weighed as (

        select
            *,
            cast(free_count * held_count as {{ type_double() }})
            / nullif(free_count + held_count, 0) as weight,
            {{ ratio("free_win_count", "free_count") }}
            - {{ ratio("held_win_count", "held_count") }} as difference,
            -- as if one more had been won and one not: neither is impossible (Laplace)
            (cast(free_win_count as {{ type_double() }}) + 1)
            / (free_count + 2) as free_rate,
            (cast(held_win_count as {{ type_double() }}) + 1)
            / (held_count + 2) as held_rate
        from banded

    ),

    -- what each pair of landmarks adds to the difference; those of one lead agree
    added as (

        select
            freed.hold,
            freed.lead_id,
            case
                when freed.is_free
                then
                    weighed.weight * (
                        freed.won
                        - {{ ratio("weighed.free_win_count", "weighed.free_count") }}
                    )
                    / weighed.free_count
                else
                    weighed.weight * (
                        {{ ratio("weighed.held_win_count", "weighed.held_count") }}
                        - freed.won
                    )
                    / weighed.held_count
            end as added
        from freed
        inner join
            weighed
            on freed.hold = weighed.hold
            and freed.intent_band = weighed.intent_band

    ),

    added_by_leads as (

        select hold, power(sum(added), 2) as by_lead, sum(power(added, 2)) as by_pairs
        from added
        group by hold, lead_id

    ),

    -- how much wider the interval is for leads that come several times
    widened as (

        select
            hold, sqrt(greatest(sum(by_lead) / nullif(sum(by_pairs), 0), 1)) as widening
        from added_by_leads
        group by hold

    ),

    compared as (

        select
            hold,
            sum(free_count + held_count) as landmark_count,
            sum(free_count) as free_count,
            sum(held_count) as held_count,
            {{ ratio("sum(free_win_count)", "sum(free_count)") }} as free_win_rate,
            {{ ratio("sum(held_win_count)", "sum(held_count)") }} as held_win_rate,
            sum(weight * difference) / nullif(sum(weight), 0) as difference,
            sqrt(
                sum(
                    weight
                    * weight
                    * (
                        free_rate * (1 - free_rate) / (free_count + 2)
                        + held_rate * (1 - held_rate) / (held_count + 2)
                    )
                )
            )
            / nullif(sum(weight), 0) as standard_error
        from weighed
        group by hold

    )

select
    held_now.hold,
    case
        held_now.hold
        {%- for hold, words in holds.items() %}
            when '{{ hold }}' then {{ text_literal(words[0]) }}
        {%- endfor %}
    end as meaning,
    cast(held_now.lead_count as {{ dbt.type_bigint() }}) as lead_count,
    cast(
        coalesce(compared.landmark_count, 0) as {{ dbt.type_bigint() }}
    ) as landmark_count,
    cast(coalesce(compared.free_count, 0) as {{ dbt.type_bigint() }}) as freed_count,
    cast(coalesce(compared.held_count, 0) as {{ dbt.type_bigint() }}) as held_count,
    compared.free_win_rate as freed_win_rate,
    compared.held_win_rate,
    compared.difference,
    -- two shares differ by 1 at most; greatest and least would make a bound of a null
    case
        when compared.difference is not null
        then {{ rounded("greatest(compared.difference - " ~ half_width ~ ", -1)", 4) }}
    end as difference_low,
    case
        when compared.difference is not null
        then {{ rounded("least(compared.difference + " ~ half_width ~ ", 1)", 4) }}
    end as difference_high,
    coalesce(compared.difference - {{ half_width }} > 0, false) as is_beyond_noise
from held_now
left join compared on held_now.hold = compared.hold
left join widened on held_now.hold = widened.hold
