-- one row per lead whose outcome is known: how likely it would have been called to be
-- won
-- by what the other four folds teach; none where too few are known
with

    known_leads as (select * from {{ ref("lead_features") }} where has_won is not null),

    feature_counts as (select * from {{ ref("feature_counts") }}),

    known_outcomes as (select * from {{ ref("known_outcomes") }} where is_enough),

    summed as (

        select
            feature, value, sum(win_count) as win_count, sum(loss_count) as loss_count
        from feature_counts
        group by feature, value

    ),

    -- a value that only open leads have counts as one of the feature's too
    feature_values as (

        select *, count(*) over (partition by feature) as value_count from summed

    ),

    -- what is left to learn from when the fold is held out
    folds as (

        select
            feature_counts.fold,
            known_outcomes.win_count - sum(feature_counts.win_count) as win_count,
            known_outcomes.loss_count - sum(feature_counts.loss_count) as loss_count
        from feature_counts
        cross join known_outcomes
        where
            feature_counts.fold is not null
            -- each feature holds every lead once
            and feature_counts.feature = '{{ score_features()[0] }}'
        group by
            feature_counts.fold, known_outcomes.win_count, known_outcomes.loss_count

    ),

    counted as (

        select
            feature_values.feature,
            feature_values.value,
            feature_values.value_count,
            feature_values.win_count - coalesce(held_out.win_count, 0) as win_count,
            feature_values.loss_count - coalesce(held_out.loss_count, 0) as loss_count,
            folds.fold,
            folds.win_count as all_win_count,
            folds.loss_count as all_loss_count
        from feature_values
        cross join folds
        left join
            feature_counts as held_out
            on feature_values.feature = held_out.feature
            and feature_values.value = held_out.value
            and folds.fold = held_out.fold

    ),

    weights as (

        select
            feature,
            value,
            fold,
            ln(
                ({{ smoothed_ratio("win_count", "all_win_count", "value_count") }})
                / ({{ smoothed_ratio("loss_count", "all_loss_count", "value_count") }})
            ) as log_odds
        from counted

    )

select
    known_leads.lead_id,
    known_leads.fold,
    1 / (
        1 + exp(
            - (
                ln({{ ratio("folds.win_count", "folds.loss_count") }})
                {%- for feature in score_features() %}
                    + {{ feature }}_weights.log_odds
                {%- endfor %}
            )
        )
    ) as predicted_probability,
    known_leads.has_won
from known_leads
inner join folds on known_leads.fold = folds.fold
{%- for feature in score_features() %}
    inner join
        weights as {{ feature }}_weights
        on {{ feature }}_weights.feature = '{{ feature }}'
        and known_leads.{{ feature }} = {{ feature }}_weights.value
        and known_leads.fold = {{ feature }}_weights.fold
{%- endfor %}
