-- one row per feature, value and fold: how many leads there are, and how many were won
-- and lost
with

    lead_features as (select * from {{ ref("lead_features") }}),

    -- first by all features at once: what follows is small however many leads there are
    profiles as (

        select
            {%- for feature in score_features() %} {{ feature }}, {%- endfor %}
            fold,
            count(*) as lead_count,
            sum(case when has_won then 1 else 0 end) as win_count,
            sum(case when not has_won then 1 else 0 end) as loss_count
        from lead_features
        group by
            {%- for feature in score_features() %} {{ feature }}, {%- endfor %} fold

    ),

    valued as (
        {% for feature in score_features() %}
            select
                '{{ feature }}' as feature,
                {{ feature }} as value,
                fold,
                lead_count,
                win_count,
                loss_count
            from profiles
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select
    feature,
    value,
    fold,
    cast(sum(lead_count) as {{ dbt.type_bigint() }}) as lead_count,
    cast(sum(win_count) as {{ dbt.type_bigint() }}) as win_count,
    cast(sum(loss_count) as {{ dbt.type_bigint() }}) as loss_count
from valued
group by feature, value, fold
