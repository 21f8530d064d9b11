-- one row per fit and combination of features: how likely such a lead is to be
-- won within the horizon, and what speaks most for and against it; none where too
-- few were won
{%- set features = score_features() %}
{%- set reason_count = 3 %}
{%- set steps = 12 %}

with

    profiles as (select * from {{ ref("weighed_profiles") }}),

    -- a lead that was won has made the weights speak for it: it counts here by what
    -- they would be without that win
    learned as (

        select
            fit,
            log_odds,
            sum(learned_count - win_count) as learned_count,
            0 as win_count
        from profiles
        where learned_count > win_count
        group by fit, log_odds
        union all
        select
            fit,
            unseen_log_odds as log_odds,
            sum(win_count) as learned_count,
            sum(win_count) as win_count
        from profiles
        where win_count > 0
        group by fit, unseen_log_odds

    ),

    parts as (

        {% for part in [1, 0.5, 0.25, 0.1] %}
            select cast({{ part }} as {{ type_double() }}) as part
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}

    ),

    -- features that go together count twice, which makes the sum too sure of itself:
    -- it is shrunk to what came true, by an intercept and a slope (Platt), found
    -- by Newton's steps from the base rate on; the slope is held a little towards one
    fitted_0 as {{ materialized() }} (

        select
            fit,
            max(prior_log_odds) as intercept,
            cast(0 as {{ type_double() }}) as slope
        from profiles
        group by fit

    ),
    {%- for step in range(1, steps + 1) %}

        expected_{{ step }} as (

            select
                learned.*,
                fitted.intercept,
                fitted.slope,
                1 / (
                    1 + exp(- (fitted.intercept + fitted.slope * learned.log_odds))
                ) as probability
            from learned
            inner join fitted_{{ step - 1 }} as fitted on learned.fit = fitted.fit

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

        -- a whole step may lead astray
        tried_{{ step }} as (

            select
                fit,
                part,
                intercept
                + part
                * (slope_curve * by_intercept - mixed_curve * by_slope)
                / (curve * slope_curve - mixed_curve * mixed_curve) as intercept,
                slope
                + part
                * (curve * by_slope - mixed_curve * by_intercept)
                / (curve * slope_curve - mixed_curve * mixed_curve) as slope
            from slopes_{{ step }}
            cross join parts

        ),

        given_{{ step }} as (

            select
                learned.*,
                tried.part,
                tried.intercept,
                tried.slope,
                tried.intercept + tried.slope * learned.log_odds as given_log_odds
            from learned
            inner join tried_{{ step }} as tried on learned.fit = tried.fit

        ),

        likelihoods_{{ step }} as (

            select
                fit,
                part,
                intercept,
                slope,
                sum(
                    win_count * given_log_odds
                    - learned_count
                    * (greatest(given_log_odds, 0) + ln(1 + exp(- abs(given_log_odds))))
                )
                - (slope - 1) * (slope - 1) / 2 as likelihood
            from given_{{ step }}
            group by fit, part, intercept, slope

        ),

        -- of steps that are as good the longest
        ranked_{{ step }} as (

            select
                *,
                row_number() over (
                    partition by fit
                    order by {{ rounded("likelihood", 6) }} desc, part desc
                ) as place
            from likelihoods_{{ step }}

        ),

        fitted_{{ step }} as {{ materialized() }} (

            select fit, intercept, slope from ranked_{{ step }} where place = 1

        ),
    {%- endfor %}

    -- in which order threads add up shows in the last digits, and nowhere else
    fitted as (

        select
            fit,
            {{ rounded("intercept", 9) }} as intercept,
            {{ rounded("slope", 9) }} as slope
        from fitted_{{ steps }}

    )

select
    profiles.fit,
    {%- for feature in features %} profiles.{{ feature }}, {%- endfor %}
    {%- for side in ["for", "against"] %}
        {%- for nth in range(1, reason_count + 1) %}
            profiles.reason_{{ side }}_{{ nth }},
        {%- endfor %}
    {%- endfor %}
    1 / (
        1 + exp(- (fitted.intercept + fitted.slope * profiles.log_odds))
    ) as win_probability,
    profiles.base_rate,
    profiles.prior_log_odds,
    {%- for feature in features %} profiles.{{ feature }}_log_odds, {%- endfor %}
    fitted.intercept,
    fitted.slope
from profiles
inner join fitted on profiles.fit = fitted.fit
