-- one row per contact to update, in the words of HubSpot's import; what is blank stays
-- as it is there
{%- set clear = "Clear the lifecycle stage first, then import" %}

with

    leads as (select * from {{ ref("leads") }}),

    -- HubSpot's stage Other, which no stage of ours stands for
    at_other as (

        select lead_id
        from {{ ref("lead_quality_issues") }}
        where issue = 'missing_funnel_stage' and raw_value = ''

    ),

    by_lead as ({{ updates_by_lead(crm="hubspot") }}),

    judged as (

        select
            by_lead.*,
            leads.funnel_stage as crm_stage,
            leads.next_step,
            -- order is precedence: the first true line wins
            case
                when stage is null
                then 'import'
                -- a customer stays one, whatever the lead status
                when leads.funnel_stage = 'Customer'
                then 'clear_backward'
                when stage = 'Disqualified'
                then 'import'
                when at_other.lead_id is not null or backward_count > 0
                then 'clear_backward'
                when stage != 'Customer' and leads.funnel_stage = 'Disqualified'
                then 'clear_unknown'
                else 'import'
            end as direction
        from by_lead
        inner join leads on by_lead.lead_id = leads.lead_id
        left join at_other on by_lead.lead_id = at_other.lead_id

    )

select
    lead_id,
    case
        stage
        when 'Lead'
        then 'Lead'
        when 'MQL'
        then 'Marketing Qualified Lead'
        when 'SQL'
        then 'Sales Qualified Lead'
        when 'Customer'
        then 'Customer'
    end as lifecycle_stage,
    case
        when stage = 'Disqualified'
        then 'Unqualified'
        -- a lead status Unqualified would go on to disqualify the lead; a customer's
        -- may have been left at it
        when crm_stage in ('Disqualified', 'Customer') and stage is not null
        then 'Open'
    end as lead_status,
    owner as contact_owner,
    crm_stage,
    reason as why,
    next_step,
    case
        -- HubSpot's Opportunity is an SQL, too
        when direction = 'clear_backward' and crm_stage = 'SQL'
        then 'Leave it where a deal is open, else {{ clear | lower }}'
        when direction = 'clear_backward'
        then '{{ clear }}: HubSpot moves none backward'
        when direction = 'clear_unknown'
        then '{{ clear }}: it may be a later one'
        else 'Import this file'
    end as what_to_do,
    direction != 'import' as needs_clearing
from judged
