-- one row per feature and value: how much more common it is among won leads than among
-- lost ones; none where too few outcomes are known
with

    feature_counts as (select * from {{ ref("feature_counts") }}),

    known_outcomes as (select * from {{ ref("known_outcomes") }} where is_enough),

    counted as (

        select
            feature,
            value,
            sum(lead_count) as lead_count,
            sum(win_count) as win_count,
            sum(loss_count) as loss_count
        from feature_counts
        group by feature, value

    ),

    -- a value that only open leads have counts as one of the feature's too
    spread as (

        select *, count(*) over (partition by feature) as value_count from counted

    ),

    compared as (

        select
            spread.*,
            {{ ratio("spread.win_count", "known_outcomes.win_count") }}
            - {{ ratio("spread.loss_count", "known_outcomes.loss_count") }}
            as unsmoothed_difference,
            {{
                smoothed_ratio(
                    "spread.win_count", "known_outcomes.win_count", "value_count"
                )
            }} as share_of_won,
            {{
                smoothed_ratio(
                    "spread.loss_count", "known_outcomes.loss_count", "value_count"
                )
            }} as share_of_lost
        from spread
        cross join known_outcomes

    ),

    weighed as (

        select
            *,
            ln(share_of_won / share_of_lost) as log_odds,
            cast(
                greatest(
                    share_of_won / share_of_lost, share_of_lost / share_of_won
                ) as numeric(18, 1)
            ) as times_as_common,
            -- smoothing alone makes a value that hardly any closed lead has look more
            -- common among the fewer: that is not a reason for or against anybody
            case
                when unsmoothed_difference > 0 and share_of_won > share_of_lost
                then 'won'
                when unsmoothed_difference < 0 and share_of_won < share_of_lost
                then 'lost'
            end as more_common_among,
            concat(
                case
                    feature
                    when 'source'
                    then 'Source '
                    when 'engagement_channel'
                    then 'Channel '
                    when 'company_size'
                    then 'Company size '
                    when 'recency'
                    then 'Last engaged '
                    when 'intent'
                    then 'Intent '
                end,
                value
            ) as feature_in_words
        from compared

    )

select
    feature,
    value,
    case
        when win_count + loss_count = 0
        then concat(feature_in_words, ' has no known outcome yet')
        when times_as_common = 1
        then concat(feature_in_words, ' is about as common among won as lost leads')
        when more_common_among is null
        then concat(feature_in_words, ' is too rare among known outcomes to tell')
        else
            concat(
                feature_in_words,
                ' is ',
                times_as_common,
                ' times as common among ',
                more_common_among,
                ' leads'
            )
    end as meaning,
    cast(lead_count as {{ dbt.type_bigint() }}) as lead_count,
    cast(win_count as {{ dbt.type_bigint() }}) as win_count,
    cast(loss_count as {{ dbt.type_bigint() }}) as loss_count,
    share_of_won,
    share_of_lost,
    log_odds,
    times_as_common > 1 and more_common_among is not null as is_telling
from weighed
