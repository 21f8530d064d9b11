-- one row per lead and landmark that is judged: how likely it would have been
-- called to be won, by what earlier landmarks teach, and whether it was; none where
-- too few were won
with

    judged as (select * from {{ ref("lead_features") }} where is_judged),

    profiles as (select * from {{ ref("win_within_profiles") }} where fit = 'judged')

select
    judged.lead_id,
    judged.nth,
    profiles.win_probability as predicted_probability,
    profiles.base_rate,
    judged.is_won_within
from judged
inner join
    profiles
    on {%- for feature in score_features() %}
        judged.{{ feature }} = profiles.{{ feature }}
        {%- if not loop.last %} and {% endif %}
    {%- endfor %}
