-- one row per open lead: how likely it is to be won within the horizon, going by
-- what became of leads like it, and what speaks for and against it; none where too
-- few were won
with

    open_leads as (select * from {{ ref("lead_features") }} where nth = 0),

    profiles as (select * from {{ ref("win_within_profiles") }} where fit = 'today')

select
    open_leads.lead_id,
    profiles.reason_for_1,
    profiles.reason_for_2,
    profiles.reason_for_3,
    profiles.reason_against_1,
    profiles.reason_against_2,
    profiles.reason_against_3,
    profiles.win_probability,
    profiles.base_rate,
    profiles.prior_log_odds,
    {%- for feature in score_features() %}
        profiles.{{ feature }}_log_odds,
    {%- endfor %}
    profiles.intercept,
    profiles.slope
from open_leads
inner join
    profiles
    on {%- for feature in score_features() %}
        open_leads.{{ feature }} = profiles.{{ feature }}
        {%- if not loop.last %} and {% endif %}
    {%- endfor %}
