-- one row per fit, feature and value: how much more common it is among leads that were
-- won within the horizon than among the others; none where too few were won
{%- set horizon = horizon_days() %}
{#- where there may be none, statisticians count a half (Haldane, Anscombe): half a win
    more of each value, and as many others as go with it -#}
{%- set half = "cast(0.5 as " ~ type_double() ~ ")" %}
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
            sum(valued.learned_count - valued.win_count) as other_count,
            max(
                case
                    when valued.fit = 'today'
                    then known_outcomes.win_count
                    else known_outcomes.learned_win_count
                end
            ) as won_lead_count
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

    balanced as (

        select
            *,
            {{ ratio("all_other_count", "all_win_count") }} as others_per_win,
            {{ ratio("all_other_count", "(all_win_count - 1)") }}
            as others_per_other_win,
            -- a lead is won once, on however many days it was looked at before
            {{ ratio("all_win_count", "won_lead_count") }} as rows_per_win
        from spread

    ),

    compared as (

        select
            *,
            (win_count + {{ half }})
            / (all_win_count + {{ half }} * value_count) as share_of_won,
            (other_count + {{ half }} * others_per_win) / (
                all_other_count + {{ half }} * value_count * others_per_win
            ) as share_of_others,
            -- what the value would be for one of its own wins, had that not been seen
            case
                when win_count > 0
                then
                    (win_count - 1 + {{ half }})
                    * others_per_other_win
                    / (other_count + {{ half }} * others_per_other_win)
            end as unseen_odds,
            {{ ratio("all_win_count", "(all_win_count + all_other_count)") }}
            as base_rate,
            -- as they were seen, for the words
            {{ ratio("win_count", "all_win_count") }} as seen_share_of_won,
            {{ ratio("other_count", "all_other_count") }} as seen_share_of_others,
            {%- for side in ["low", "high"] %}
                {{
                    wilson(
                        "(win_count / rows_per_win)",
                        "((win_count + other_count) / rows_per_win)",
                        side,
                    )
                }} as win_rate_{{ side }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from balanced

    ),

    weighed as (

        select
            *,
            -- of a value that nobody has had the two shares are one and the same
            case
                when win_count + other_count = 0
                then 0
                else ln(share_of_won / share_of_others)
            end as log_odds,
            ln(unseen_odds) as unseen_log_odds,
            case
                when win_count > 0 and other_count > 0
                then
                    cast(
                        greatest(
                            seen_share_of_won / seen_share_of_others,
                            seen_share_of_others / seen_share_of_won
                        ) as numeric(18, 1)
                    )
            end as times_as_common
        from compared

    ),

    -- its own rate may be that of all; of many values that are alike, one in twenty
    -- seems not to be
    judged as (

        select
            *,
            coalesce(
                win_rate_low > base_rate or win_rate_high < base_rate, false
            ) as is_beyond_noise
        from weighed

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
        when not is_beyond_noise
        then concat(feature_in_words, ' differs by no more than chance explains')
        when win_count = 0
        then
            concat(
                feature_in_words,
                ': of such leads none was won within {{ horizon }} days'
            )
        when other_count = 0
        then
            concat(
                feature_in_words,
                ': of such leads all were won within {{ horizon }} days'
            )
        else
            concat(
                feature_in_words,
                ' is ',
                times_as_common,
                ' times as common among ',
                case
                    when log_odds > 0
                    then 'leads won within {{ horizon }} days'
                    else 'the others'
                end
            )
    end as meaning,
    cast(win_count + other_count as {{ dbt.type_bigint() }}) as learned_count,
    cast(win_count as {{ dbt.type_bigint() }}) as win_count,
    share_of_won,
    share_of_others,
    log_odds,
    unseen_log_odds,
    is_beyond_noise and coalesce(times_as_common > 1, true) as is_telling
from judged
