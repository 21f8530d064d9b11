-- one row per measure of the learned score, and one per tenth of the leads with a known
-- outcome: how good the score is on leads that it was not learned from
with

    known_outcomes as (select * from {{ ref("known_outcomes") }}),

    -- no rows where too few are known, and so but one row in the end
    predictions as (

        select
            lead_id,
            predicted_probability,
            -- a sure thing that fails would cost infinitely much
            least(greatest(predicted_probability, 1e-15), 1 - 1e-15) as bounded,
            case when has_won then 1 else 0 end as won
        from {{ ref("out_of_fold_predictions") }}

    ),

    by_score as (

        select predicted_probability, count(*) as lead_count, sum(won) as win_count
        from predictions
        group by predicted_probability

    ),

    -- leads with one score share the middle of their ranks: a tie counts half
    ranked as (

        select
            win_count,
            sum(lead_count) over (
                order by predicted_probability
                rows between unbounded preceding and current row
            )
            - (lead_count - 1) / 2.0 as middle_rank
        from by_score

    ),

    -- of all pairs of a won and a lost lead, those where the won one has the higher
    -- score
    auc as (

        select
            (
                cast(sum(ranked.win_count * ranked.middle_rank) as {{ type_double() }})
                - known_outcomes.win_count * (known_outcomes.win_count + 1) / 2.0
            )
            / cast(known_outcomes.win_count as {{ type_double() }})
            / known_outcomes.loss_count as value
        from ranked
        cross join known_outcomes
        group by known_outcomes.win_count, known_outcomes.loss_count

    ),

    log_loss as (

        select avg(- ln(case when won = 1 then bounded else 1 - bounded end)) as value
        from predictions
        having count(*) > 0

    ),

    base_log_loss as (

        select - win_rate * ln(win_rate) - (1 - win_rate) * ln(1 - win_rate) as value
        from known_outcomes
        where is_enough

    ),

    tenths as (

        -- leads with one score fall where their hash says: their ids may follow the
        -- outcome
        select
            *,
            ntile(10) over (
                order by predicted_probability, {{ dbt.hash("lead_id") }}, lead_id
            ) as decile
        from predictions

    ),

    calibrated as (

        select
            decile,
            count(*) as lead_count,
            sum(won) as win_count,
            avg(predicted_probability) as mean_probability,
            {{ ratio("sum(won)", "count(*)") }} as win_rate
        from tenths
        group by decile

    ),

    measured as (

        select
            'outcomes' as measure,
            cast(lead_count as {{ type_double() }}) as value,
            concat(
                case when lead_count < needed_lead_count then 'Only ' else '' end,
                lead_count,
                case
                    when lead_count = 1
                    then ' lead has a known outcome ('
                    else ' leads have a known outcome ('
                end,
                win_count,
                ' won, ',
                loss_count,
                ' lost)',
                case when is_enough then ', enough to learn from: ' else ': ' end,
                needed_lead_count,
                ', with ',
                needed_of_each_count,
                ' of each, are needed'
            ) as message
        from known_outcomes
        union all
        select
            'auc' as measure,
            value,
            concat(
                'Of 100 pairs of a won and a lost lead it ranks ',
                cast({{ rounded("100 * value") }} as {{ dbt.type_int() }}),
                ' rightly; chance would rank 50'
            ) as message
        from auc
        union all
        select
            'log_loss' as measure,
            log_loss.value,
            concat(
                'Its log loss is ',
                cast(log_loss.value as numeric(18, 3)),
                case
                    when
                        cast(log_loss.value as numeric(18, 3))
                        < cast(base_log_loss.value as numeric(18, 3))
                    then ', better than the '
                    else ', no better than the '
                end,
                cast(base_log_loss.value as numeric(18, 3)),
                ' of always saying the base rate'
            ) as message
        from log_loss
        cross join base_log_loss
        union all
        select
            'base_log_loss' as measure,
            base_log_loss.value,
            concat(
                'Always saying the base rate of ',
                cast(
                    {{ rounded("100 * known_outcomes.win_rate") }}
                    as {{ dbt.type_int() }}
                ),
                ' % has a log loss of ',
                cast(base_log_loss.value as numeric(18, 3))
            ) as message
        from base_log_loss
        cross join known_outcomes

    ),

    qualities as (

        select
            measured.measure,
            null as decile,
            measured.message,
            measured.value,
            known_outcomes.lead_count,
            known_outcomes.win_count,
            null as mean_probability,
            known_outcomes.win_rate
        from measured
        cross join known_outcomes
        union all
        select
            'calibration' as measure,
            decile,
            concat(
                'Of ',
                lead_count,
                ' leads it gave ',
                cast({{ rounded("100 * mean_probability") }} as {{ dbt.type_int() }}),
                ' % on average, ',
                cast({{ rounded("100 * win_rate") }} as {{ dbt.type_int() }}),
                ' % were won'
            ) as message,
            mean_probability - win_rate as value,
            lead_count,
            win_count,
            mean_probability,
            win_rate
        from calibrated

    )

select
    measure,
    message,
    cast(decile as {{ dbt.type_int() }}) as decile,
    -- the last digits of a sum depend on its order
    {{ rounded("value", 9) }} as value,
    cast(lead_count as {{ dbt.type_bigint() }}) as lead_count,
    cast(win_count as {{ dbt.type_bigint() }}) as win_count,
    {{ rounded("mean_probability", 9) }} as mean_probability,
    cast(win_rate as {{ type_double() }}) as win_rate
from qualities
