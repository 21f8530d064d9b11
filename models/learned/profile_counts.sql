-- one row per fit and combination of features: the leads at landmarks that the fit
-- learns from, how many of them were won, and the leads that it is asked about
{%- set features = score_features() | join(", ") %}

with

    lead_features as (select * from {{ ref("lead_features") }}),

    -- each lead counts at every landmark on which it was open
    fitted as (

        select
            'judged' as fit,
            {{ features }},
            is_learned_before as is_learned,
            is_won_within
        from lead_features
        where is_learned_before or is_judged
        union all
        select 'today' as fit, {{ features }}, nth > 0 as is_learned, is_won_within
        from lead_features

    )

select
    fit,
    {{ features }},
    count(case when is_learned then 1 end) as learned_count,
    count(case when is_learned and is_won_within then 1 end) as win_count
from fitted
group by fit, {{ features }}
