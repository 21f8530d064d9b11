-- one row per open lead: how likely it is to be won, going by the leads whose outcome
-- is known, and what speaks for and against it; none where too few are known
with

    open_leads as (select * from {{ ref("lead_features") }} where has_won is null),

    profiles as (select * from {{ ref("win_probability_profiles") }})

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
        profiles.{{ feature }}_log_odds {%- if not loop.last %},{% endif %}
    {%- endfor %}
from open_leads
inner join
    profiles
    on {%- for feature in score_features() %}
        open_leads.{{ feature }} = profiles.{{ feature }}
        {%- if not loop.last %} and {% endif %}
    {%- endfor %}
