-- one row per measure of the learned score, per tenth of the leads that it was judged
-- on, and per feature that gives the outcome away: how good the score is on later
-- days than those it was learned from
{%- set horizon = horizon_days() %}
-- the share of pairs that no honest feature ranks rightly by itself
{%- set leaking_auc = 0.9 %}

with

    known_outcomes as (select * from {{ ref("known_outcomes") }}),

    -- no rows where too few were won, and so but one row in the end
    predictions as (

        select
            lead_id,
            nth,
            predicted_probability,
            base_rate,
            -- a sure thing that fails would cost infinitely much
            least(greatest(predicted_probability, 1e-15), 1 - 1e-15) as bounded,
            case when is_won_within then 1 else 0 end as won
        from {{ ref("judged_predictions") }}

    ),

    totals as (

        select
            count(*) as lead_count,
            sum(won) as win_count,
            sum(predicted_probability) as expected_count,
            avg(- ln(case when won = 1 then bounded else 1 - bounded end)) as log_loss,
            avg(
                - ln(case when won = 1 then base_rate else 1 - base_rate end)
            ) as base_log_loss,
            avg((predicted_probability - won) * (predicted_probability - won)) as brier,
            avg((base_rate - won) * (base_rate - won)) as base_brier
        from predictions
        having count(*) > 0

    ),

    -- a field that the CRM rewrites once a lead is won shows it on earlier days too,
    -- also of those that were won later: they are left out
    told_apart as (

        select lead_features.*
        from {{ ref("lead_features") }} as lead_features
        inner join
            {{ ref("stg_leads") }} as stg_leads
            on lead_features.lead_id = stg_leads.lead_id
        inner join
            {{ ref("lifecycle_stages") }} as lifecycle_stages
            on stg_leads.funnel_stage = lifecycle_stages.stage
        cross join known_outcomes
        where
            known_outcomes.is_enough
            and lead_features.nth > 0
            and (
                lead_features.is_won_within
                or coalesce(lifecycle_stages.outcome, 'open') != 'won'
            )

    ),

    by_value as (
        {% for feature in score_features() %}
            select
                '{{ feature }}' as feature,
                {{ feature }} as value,
                count(*) as lead_count,
                count(case when is_won_within then 1 end) as win_count
            from told_apart
            group by {{ feature }}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    -- what the score ranks by, and what each feature alone would: the share of its
    -- value's leads that were won
    scored as (

        select
            'score' as ranked_by,
            predicted_probability as score,
            count(*) as lead_count,
            sum(won) as win_count
        from predictions
        group by predicted_probability
        union all
        select
            feature as ranked_by,
            {{ ratio("win_count", "lead_count") }} as score,
            lead_count,
            win_count
        from by_value

    ),

    by_score as (

        select
            ranked_by, score, sum(lead_count) as lead_count, sum(win_count) as win_count
        from scored
        group by ranked_by, score

    ),

    -- a tie counts half
    ranked as (

        select
            ranked_by,
            score,
            win_count,
            {%- for column, count in [
                ("wins_below", "win_count"),
                ("others_below", "(lead_count - win_count)"),
            ] %}
                {{
                    ratio(
                        "(sum("
                        ~ count
                        ~ ") over (partition by ranked_by order by score"
                        ~ " rows between unbounded preceding and current row) - "
                        ~ count
                        ~ " / 2.0)",
                        "sum(" ~ count ~ ") over (partition by ranked_by)",
                    )
                }} as {{ column }} {%- if not loop.last %},{% endif %}
            {%- endfor %}
        from by_score

    ),

    -- of all pairs of a lead that was won and one that was not, those where the won one
    -- has the higher score
    aucs as (

        select
            ranked_by,
            sum(win_count * others_below)
            / nullif(cast(sum(win_count) as {{ type_double() }}), 0) as auc
        from ranked
        group by ranked_by

    ),

    -- by how much each lead, on all days that it was looked at, moves the score's AUC
    -- (DeLong's variance, of leads that come several times: Obuchowski)
    moved as (

        select
            predictions.lead_id,
            aucs.auc,
            max(predictions.won) as has_won,
            sum(
                case
                    when predictions.won = 1
                    then (ranked.others_below - aucs.auc) / totals.win_count
                    else
                        (1 - ranked.wins_below - aucs.auc)
                        / (totals.lead_count - totals.win_count)
                end
            ) as moved_by
        from predictions
        inner join
            ranked
            on predictions.predicted_probability = ranked.score
            and ranked.ranked_by = 'score'
        inner join aucs on ranked.ranked_by = aucs.ranked_by
        cross join totals
        group by predictions.lead_id, aucs.auc

    ),

    -- as many pairs as the AUC is sure of; where it ranks all alike, leads are counted
    sized as (

        select
            auc,
            coalesce(
                case
                    when auc > 0 and auc < 1
                    then auc * (1 - auc) / nullif(sum(moved_by * moved_by), 0)
                end,
                least(sum(has_won), count(*) - sum(has_won))
            ) as effective_count
        from moved
        where auc is not null
        group by auc

    ),

    score_auc as (

        select
            auc,
            {{ wilson("auc * effective_count", "effective_count", "low") }} as auc_low,
            {{ wilson("auc * effective_count", "effective_count", "high") }} as auc_high
        from sized

    ),

    tenths as (

        -- leads with one score fall where their hash says: their ids may
        -- follow the outcome
        select
            *,
            ntile(10) over (
                order by predicted_probability, {{ dbt.hash("lead_id") }}, lead_id, nth
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
            cast(win_count as {{ type_double() }}) as value,
            case
                when customer_count = 0
                then 'Nothing is learned: there is no customer yet'
                when
                    not {{
                        mostly_dated(
                            "first_day_count", "(all_count - first_day_count)"
                        )
                    }}
                then
                    concat(
                        'Nothing is learned: ',
                        first_day_count,
                        ' of ',
                        all_count,
                        ' leads have a first day, and four in five are needed: ',
                        'created_at tells it'
                    )
                when landmark_count = 0
                then
                    concat(
                        'Nothing is learned: ',
                        dated_count,
                        ' of ',
                        customer_count,
                        ' customers have a day on which they were won, and nine in ten ',
                        'are needed; stage_changes_path (make STAGE_CHANGES) names the ',
                        'file that tells'
                    )
                when row_count = 0
                then
                    concat(
                        'Nothing is learned: no lead is known to have been open ',
                        '{{ horizon }} days ago or before'
                    )
                when won_row_count = row_count
                then
                    concat(
                        'Nothing is learned: all of ',
                        lead_count,
                        ' leads were won within {{ horizon }} days of a day on which ',
                        'they were looked at, and none was not'
                    )
                else
                    concat(
                        case when is_enough then '' else 'Only ' end,
                        win_count,
                        ' of ',
                        lead_count,
                        ' leads were won within {{ horizon }} days of a day on which ',
                        'they were looked at',
                        case
                            when is_enough then ', enough to learn from: ' else ': '
                        end,
                        needed_win_count,
                        ' are needed',
                        case
                            when is_enough and not is_enough_to_judge
                            then
                                concat(
                                    '; but before the last of these days ',
                                    learned_win_count,
                                    ' and on them ',
                                    judged_win_count,
                                    ', so nobody can say how good it is'
                                )
                            else ''
                        end
                    )
            end as message
        from known_outcomes
        union all
        select
            'auc' as measure,
            auc as value,
            concat(
                'Of 100 pairs of a lead that was won within {{ horizon }} days and one ',
                'that was not, it ranks ',
                cast({{ rounded("100 * auc") }} as {{ dbt.type_int() }}),
                ' rightly (',
                cast({{ rounded("100 * auc_low") }} as {{ dbt.type_int() }}),
                ' to ',
                cast({{ rounded("100 * auc_high") }} as {{ dbt.type_int() }}),
                '); chance would rank 50',
                case when auc_low <= 0.5 then ', and may do as well' else '' end
            ) as message
        from score_auc
        union all
        select
            'expected_wins' as measure,
            expected_count as value,
            concat(
                'Of ',
                lead_count,
                ' open leads, each counted on every day that it was looked at, it ',
                'expected ',
                cast({{ rounded("expected_count") }} as {{ dbt.type_int() }}),
                ' to be won within {{ horizon }} days, and ',
                win_count,
                ' were'
            ) as message
        from totals
        {%- for measure, name, base in [
                ("log_loss", "log loss", "base_log_loss"),
                ("brier", "Brier score", "base_brier"),
            ] %}
            union all
            select
                '{{ measure }}' as measure,
                {{ measure }} as value,
                concat(
                    'Its {{ name }} is ',
                    cast({{ measure }} as numeric(18, 4)),
                    case
                        when
                            cast({{ measure }} as numeric(18, 4))
                            < cast({{ base }} as numeric(18, 4))
                        then ', better than the '
                        else ', no better than the '
                    end,
                    cast({{ base }} as numeric(18, 4)),
                    ' of always saying the rate it had learned'
                ) as message
            from totals
            union all
            select
                '{{ base }}' as measure,
                {{ base }} as value,
                concat(
                    'Always saying the rate it had learned has a {{ name }} of ',
                    cast({{ base }} as numeric(18, 4))
                ) as message
            from totals
        {%- endfor %}
        union all
        select
            concat('leak_', ranked_by) as measure,
            auc as value,
            concat(
                ranked_by,
                ' alone ranks ',
                cast({{ rounded("100 * auc") }} as {{ dbt.type_int() }}),
                ' of 100 pairs rightly: too good to have been known before; what does ',
                'the CRM write there once a lead is won?'
            ) as message
        from aucs
        -- a first day that is rewritten once a lead is won is later than each landmark
        -- before: where age tells, leads are won young
        where ranked_by not in ('score', 'age') and auc > {{ leaking_auc }}

    ),

    qualities as (

        select
            measured.measure,
            null as decile,
            measured.message,
            measured.value,
            score_auc.auc_low as value_low,
            score_auc.auc_high as value_high,
            coalesce(totals.lead_count, 0) as lead_count,
            coalesce(totals.win_count, 0) as win_count,
            null as mean_probability,
            {{ ratio("totals.win_count", "totals.lead_count") }} as win_rate
        from measured
        left join totals on true
        left join score_auc on measured.measure = 'auc'
        union all
        select
            'calibration' as measure,
            decile,
            concat(
                'Of ',
                lead_count,
                ' open leads it gave ',
                cast({{ rounded("100 * mean_probability", 1) }} as numeric(18, 1)),
                ' % on average, ',
                cast({{ rounded("100 * win_rate", 1) }} as numeric(18, 1)),
                ' % were won within {{ horizon }} days'
            ) as message,
            mean_probability - win_rate as value,
            null as value_low,
            null as value_high,
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
    {{ rounded("value_low", 4) }} as value_low,
    {{ rounded("value_high", 4) }} as value_high,
    cast(lead_count as {{ dbt.type_bigint() }}) as lead_count,
    cast(win_count as {{ dbt.type_bigint() }}) as win_count,
    {{ rounded("mean_probability", 9) }} as mean_probability,
    cast(win_rate as {{ type_double() }}) as win_rate
from qualities
