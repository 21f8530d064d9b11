-- one row per lead, with the bands it is scored by and how it turned out, where the CRM
-- knows that
with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    as_of as (select * from {{ ref("as_of") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    measured as (

        select
            stg_leads.*,
            {{ days_between("last_engaged", "as_of_date") }} as days_since_engaged,
            case
                lifecycle_stages.outcome when 'won' then true when 'lost' then false
            end as has_won
        from stg_leads
        cross join as_of
        left join lifecycle_stages on stg_leads.funnel_stage = lifecycle_stages.stage

    ),

    -- not by the thresholds: a change of a rule must not change what was learned
    banded as (

        select
            lead_id,
            source,
            engagement_channel,
            company_size,
            case
                when days_since_engaged is null
                then 'never'
                when days_since_engaged <= 7
                then '0-7 days ago'
                when days_since_engaged <= 30
                then '8-30 days ago'
                when days_since_engaged <= 90
                then '31-90 days ago'
                else 'over 90 days ago'
            end as recency,
            case
                when intent_score is null
                then 'not scored'
                when intent_score < 20
                then '0-19'
                when intent_score < 40
                then '20-39'
                when intent_score < 60
                then '40-59'
                when intent_score < 80
                then '60-79'
                else '80-100'
            end as intent,
            has_won
        from measured

    ),

    -- each fold has its share of the won and of the lost leads, whatever their order
    folded as (

        select
            banded.*,
            mod(
                row_number() over (
                    partition by has_won order by {{ dbt.hash("lead_id") }}, lead_id
                )
                - 1,
                5
            ) as fold
        from banded
        where has_won is not null
        union all
        select banded.*, null as fold
        from banded
        where has_won is null

    )

select
    lead_id,
    source,
    engagement_channel,
    company_size,
    recency,
    intent,
    cast(fold as {{ dbt.type_int() }}) as fold,
    has_won
from folded
