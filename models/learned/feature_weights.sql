-- one row per fit, feature and value: how much more common it is among leads that were
-- won within the horizon than among the others; none where too few were won
{%- set horizon = horizon_days() %}
{%- set words = {
    "source": "Source",
    "company_size": "Company size",
    "funnel_stage": "Stage on record",
    "age": "Came",
    "recency": "Last engaged",
    "intent": "Intent",
} %}

with

    profile_counts as (select * from {{ ref("profile_counts") }}),

    known_outcomes as (select * from {{ ref("known_outcomes") }}),

    valued as (
        {% for feature in score_features() %}
            select
                fit,
                '{{ feature }}' as feature,
                {{ feature }} as value,
                concat('{{ words[feature] }} ', {{ feature }}) as feature_in_words,
                learned_count,
                win_count
            from profile_counts
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    counted as (

        select
            valued.fit,
            valued.feature,
            valued.value,
            valued.feature_in_words,
            sum(valued.win_count) as win_count,
            sum(valued.learned_count - valued.win_count) as other_count
        from valued
        cross join known_outcomes
        where
            (valued.fit = 'today' and known_outcomes.is_enough)
            or (valued.fit = 'judged' and known_outcomes.is_enough_to_judge)
        group by valued.fit, valued.feature, valued.value, valued.feature_in_words

    ),

    -- a value that only open leads have counts as one of the feature's too
    spread as (

        select
            *,
            count(*) over (partition by fit, feature) as value_count,
            sum(win_count) over (partition by fit, feature) as all_win_count,
            sum(other_count) over (partition by fit, feature) as all_other_count
        from counted

    ),

    compared as (

        select
            *,
            {{ ratio("win_count", "all_win_count") }}
            - {{ ratio("other_count", "all_other_count") }} as unsmoothed_difference,
            {{ smoothed_ratio("win_count", "all_win_count", "value_count") }}
            as share_of_won,
            {{ smoothed_ratio("other_count", "all_other_count", "value_count") }}
            as share_of_others
        from spread

    ),

    weighed as (

        select
            *,
            -- smoothing leans towards the fewer, who are those that were won: what has
            -- never been seen must not speak for anybody by that
            case
                when win_count + other_count = 0
                then 0
                else ln(share_of_won / share_of_others)
            end as log_odds,
            cast(
                greatest(
                    share_of_won / share_of_others, share_of_others / share_of_won
                ) as numeric(18, 1)
            ) as times_as_common,
            -- smoothing alone makes a value that hardly any lead has look more common
            -- among the fewer: that is not a reason for or against anybody
            case
                when unsmoothed_difference > 0 and share_of_won > share_of_others
                then 'leads won within {{ horizon }} days'
                when unsmoothed_difference < 0 and share_of_won < share_of_others
                then 'the others'
            end as more_common_among
        from compared

    )

select
    fit,
    feature,
    value,
    case
        when win_count + other_count = 0
        then concat(feature_in_words, ' has not been seen before')
        when times_as_common = 1
        then
            concat(
                feature_in_words,
                ' is about as common among leads won within {{ horizon }} days as ',
                'among the others'
            )
        when more_common_among is null
        then concat(feature_in_words, ' is too rare to tell')
        else
            concat(
                feature_in_words,
                ' is ',
                times_as_common,
                ' times as common among ',
                more_common_among
            )
    end as meaning,
    cast(win_count + other_count as {{ dbt.type_bigint() }}) as learned_count,
    cast(win_count as {{ dbt.type_bigint() }}) as win_count,
    share_of_won,
    share_of_others,
    log_odds,
    times_as_common > 1 and more_common_among is not null as is_telling
from weighed
