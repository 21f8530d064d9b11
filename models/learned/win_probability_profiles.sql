-- one row per combination of features that open leads have: how likely such a lead
-- is to be won, and what speaks most for and against it; none where too few are known
-- known
{%- set reason_count = 3 %}

with

    feature_weights as (select * from {{ ref("feature_weights") }}),

    known_outcomes as (select * from {{ ref("known_outcomes") }} where is_enough),

    profiles as (

        select distinct {{ score_features() | join(", ") }}
        from {{ ref("lead_features") }}
        where has_won is null

    ),

    weighed as (
        {% for feature in score_features() %}
            select
                profiles.*,
                feature_weights.feature,
                feature_weights.meaning,
                feature_weights.log_odds,
                feature_weights.is_telling,
                feature_weights.log_odds > 0 as is_for
            from profiles
            inner join
                feature_weights
                on feature_weights.feature = '{{ feature }}'
                and profiles.{{ feature }} = feature_weights.value
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by {{ score_features() | join(", ") }}, is_for, is_telling
                order by abs(log_odds) desc, feature
            ) as strength
        from weighed

    ),

    explained as (

        select
            {{ score_features() | join(", ") }},
            {%- for feature in score_features() %}
                max(
                    case when feature = '{{ feature }}' then log_odds end
                ) as {{ feature }}_log_odds,
            {%- endfor %}
            {%- for side, condition in [("for", "is_for"), ("against", "not is_for")] %}
                {%- set is_last_side = loop.last %}
                {%- for nth in range(1, reason_count + 1) %}
                    max(
                        case
                            when {{ condition }} and is_telling and strength = {{ nth }}
                            then meaning
                        end
                    ) as reason_{{ side }}_{{ nth }}
                    {%- if not (is_last_side and loop.last) %},{% endif %}
                {%- endfor %}
            {%- endfor %}
        from ranked
        group by {{ score_features() | join(", ") }}

    ),

    added as (

        select
            explained.*,
            known_outcomes.win_rate as base_rate,
            ln(
                {{ ratio("known_outcomes.win_count", "known_outcomes.loss_count") }}
            ) as prior_log_odds
        from explained
        cross join known_outcomes

    )

select
    {%- for feature in score_features() %} added.{{ feature }}, {%- endfor %}
    {%- for side in ["for", "against"] %}
        {%- for nth in range(1, reason_count + 1) %}
            added.reason_{{ side }}_{{ nth }},
        {%- endfor %}
    {%- endfor %}
    1 / (
        1 + exp(
            - (
                added.prior_log_odds
                {%- for feature in score_features() %}
                    + added.{{ feature }}_log_odds
                {%- endfor %}
            )
        )
    ) as win_probability,
    added.base_rate,
    added.prior_log_odds,
    {%- for feature in score_features() %}
        added.{{ feature }}_log_odds {%- if not loop.last %},{% endif %}
    {%- endfor %}
from added
