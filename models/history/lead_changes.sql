-- one row per lead that the history knows and that has changed, left or returned since
-- it was written
{%- set lead_columns = [
    "funnel_stage",
    "crm_intent_score",
    "sales_owner",
    "crm_last_engaged",
] %}
{%- set history = load_relation(last_build("lead_history")) if execute else none %}
{%- set known_columns = (
    adapter.get_columns_in_relation(history) | map(attribute="name") | list
    if history
    else []
) %}

with

    stg_leads_judged as (select * from {{ ref("stg_leads_judged") }}),

    -- what a stage that is missing is taken for, as in stg_leads
    leads as (

        select
            lead_id,
            coalesce(funnel_stage, 'Lead') as funnel_stage,
            intent_score as crm_intent_score,
            sales_owner,
            last_engaged as crm_last_engaged
        from stg_leads_judged
        where rejection_reasons is null

    ),

    -- what the history held before this build; a lead that had left has no stage there
    known as (

        {% if history -%}
            select *, effective_stage is null as has_left
            from {{ history }}
            where valid_to is null
        {%- else -%}select *, false as has_left from stg_leads_judged where false
        {%- endif %}

    ),

    compared as (

        select
            known.lead_id,
            case
                when leads.lead_id is null and not known.has_left
                then 'left'
                when leads.lead_id is not null and known.has_left
                then 'returned'
                when
                    not known.has_left
                    and (
                        false
                        {%- for column in lead_columns if column in known_columns %}
                            or leads.{{ column }} is distinct from known.{{ column }}
                        {%- endfor %}
                    )
                then 'changed'
            end as change
        from known
        left join leads on known.lead_id = leads.lead_id

    ),

    rejected as (

        select distinct lead_id
        from stg_leads_judged
        where rejection_reasons is not null and lead_id is not null

    )

select compared.lead_id, compared.change
from compared
left join rejected on compared.lead_id = rejected.lead_id
-- a lead whose row is rejected this time has not left; a join, since where it is one of
-- two conditions Spark compares a `not in` with every row
where
    compared.change in ('changed', 'returned')
    or (compared.change = 'left' and rejected.lead_id is null)
