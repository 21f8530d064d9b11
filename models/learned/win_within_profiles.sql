-- one row per fit and combination of features: how likely such a lead is to be won
-- within the horizon, and what speaks most for and against it; none where too few were
-- won
{%- set features = score_features() %}
{%- set reason_count = 3 %}
{%- set steps = 10 %}

with

    profile_counts as (select * from {{ ref("profile_counts") }}),

    feature_weights as (select * from {{ ref("feature_weights") }}),

    rates as (

        select
            fit,
            sum(learned_count) as learned_count,
            {{ ratio("sum(win_count)", "sum(learned_count)") }} as base_rate,
            ln(
                {{ ratio("sum(win_count)", "sum(learned_count - win_count)") }}
            ) as prior_log_odds
        from profile_counts
        where fit in (select fit from feature_weights)
        group by fit

    ),

    weighed as (
        {% for feature in features %}
            select
                profile_counts.*,
                feature_weights.feature,
                feature_weights.meaning,
                feature_weights.log_odds,
                feature_weights.is_telling,
                feature_weights.log_odds > 0 as is_for
            from profile_counts
            inner join
                feature_weights
                on profile_counts.fit = feature_weights.fit
                and feature_weights.feature = '{{ feature }}'
                and profile_counts.{{ feature }} = feature_weights.value
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by fit, {{ features | join(", ") }}, is_for, is_telling
                order by abs(log_odds) desc, feature
            ) as strength
        from weighed

    ),

    explained as (

        select
            fit,
            {{ features | join(", ") }},
            {%- for feature in features %}
                max(
                    case when feature = '{{ feature }}' then log_odds end
                ) as {{ feature }}_log_odds,
            {%- endfor %}
            {%- for side, condition in [("for", "is_for"), ("against", "not is_for")] %}
                {%- for nth in range(1, reason_count + 1) %}
                    max(
                        case
                            when {{ condition }} and is_telling and strength = {{ nth }}
                            then meaning
                        end
                    ) as reason_{{ side }}_{{ nth }},
                {%- endfor %}
            {%- endfor %}
            max(learned_count) as learned_count,
            max(win_count) as win_count
        from ranked
        group by fit, {{ features | join(", ") }}

    ),

    added as (

        select
            explained.*,
            rates.base_rate,
            rates.prior_log_odds,
            rates.prior_log_odds
            {%- for feature in features %}
                + explained.{{ feature }}_log_odds
            {%- endfor %} as log_odds
        from explained
        inner join rates on explained.fit = rates.fit

    ),

    -- features that go together count twice, which makes the sum too sure of itself: it
    -- is stretched to what came true, by an intercept and a slope (Platt), found by
    -- Newton's steps; the slope is held a little towards one
    fitted_0 as (

        select
            fit,
            cast(0 as {{ type_double() }}) as intercept,
            cast(1 as {{ type_double() }}) as slope
        from rates

    ),
    {%- for step in range(1, steps + 1) %}

        expected_{{ step }} as (

            select
                added.fit,
                added.log_odds,
                added.learned_count,
                added.win_count,
                fitted.intercept,
                fitted.slope,
                1 / (
                    1 + exp(- (fitted.intercept + fitted.slope * added.log_odds))
                ) as probability
            from added
            inner join fitted_{{ step - 1 }} as fitted on added.fit = fitted.fit
            where added.learned_count > 0

        ),

        slopes_{{ step }} as (

            select
                fit,
                intercept,
                slope,
                sum(win_count - learned_count * probability) as by_intercept,
                sum(log_odds * (win_count - learned_count * probability))
                - (slope - 1) as by_slope,
                sum(learned_count * probability * (1 - probability)) as curve,
                sum(
                    log_odds * learned_count * probability * (1 - probability)
                ) as mixed_curve,
                sum(
                    log_odds
                    * log_odds
                    * learned_count
                    * probability
                    * (1 - probability)
                )
                + 1 as slope_curve
            from expected_{{ step }}
            group by fit, intercept, slope

        ),

        fitted_{{ step }} as (

            select
                fit,
                intercept
                + (slope_curve * by_intercept - mixed_curve * by_slope)
                / (curve * slope_curve - mixed_curve * mixed_curve) as intercept,
                slope
                + (curve * by_slope - mixed_curve * by_intercept)
                / (curve * slope_curve - mixed_curve * mixed_curve) as slope
            from slopes_{{ step }}

        ),
    {%- endfor %}

    fitted as (select * from fitted_{{ steps }})

select
    added.fit,
    {%- for feature in features %} added.{{ feature }}, {%- endfor %}
    {%- for side in ["for", "against"] %}
        {%- for nth in range(1, reason_count + 1) %}
            added.reason_{{ side }}_{{ nth }},
        {%- endfor %}
    {%- endfor %}
    1 / (
        1 + exp(- (fitted.intercept + fitted.slope * added.log_odds))
    ) as win_probability,
    added.base_rate,
    added.prior_log_odds,
    {%- for feature in features %} added.{{ feature }}_log_odds, {%- endfor %}
    fitted.intercept,
    fitted.slope
from added
inner join fitted on added.fit = fitted.fit
