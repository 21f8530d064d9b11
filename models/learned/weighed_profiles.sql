-- one row per fit and combination of features: the sum of its log odds, and what speaks
-- most for and against such a lead; none where too few were won
{%- set features = score_features() %}
{%- set reason_count = 3 %}

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
                feature_weights.unseen_log_odds,
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
                {%- for odds in ["log_odds", "unseen_log_odds"] %}
                    max(
                        case when feature = '{{ feature }}' then {{ odds }} end
                    ) as {{ feature }}_{{ odds }},
                {%- endfor %}
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

    )

select
    explained.fit,
    {%- for feature in features %}
        explained.{{ feature }}, explained.{{ feature }}_log_odds,
    {%- endfor %}
    {%- for side in ["for", "against"] %}
        {%- for nth in range(1, reason_count + 1) %}
            explained.reason_{{ side }}_{{ nth }},
        {%- endfor %}
    {%- endfor %}
    explained.learned_count,
    explained.win_count,
    rates.base_rate,
    rates.prior_log_odds,
    {%- for odds in ["log_odds", "unseen_log_odds"] %}
        rates.prior_log_odds
        {%- for feature in features %}
            + explained.{{ feature }}_{{ odds }}
        {%- endfor %} as {{ odds }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
from explained
inner join rates on explained.fit = rates.fit
