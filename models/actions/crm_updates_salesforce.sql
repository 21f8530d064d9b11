-- one row per lead to update, in the words of Salesforce's Data Loader; blank leaves a
-- field as it is
{%- set stays = (
    "Leave it if it is converted, which it stays; else set an earlier status"
) %}
{%- set rests = "Set a status such as Nurturing: it was contacted, and rests" %}
{%- set awaits = "Leave it until somebody has been in touch: nobody has" %}

with

    leads as (select * from {{ ref("leads") }}),

    touches as (select max(last_touched) is not null as are_known from leads),

    by_lead as ({{ updates_by_lead(crm="salesforce") }}),

    judged as (

        select
            by_lead.*,
            leads.funnel_stage as crm_stage,
            leads.next_step,
            -- order is precedence: the first true line wins; blank is for the import
            case
                when leads.funnel_stage = 'SQL' and stage = 'Customer'
                then 'Set the opportunity that the lead became to Closed Won'
                when
                    leads.funnel_stage = 'SQL'
                    and stage in ('Lead', 'MQL')
                    and owner is null
                then '{{ stays }}'
                when leads.funnel_stage in ('SQL', 'Customer')
                then 'Change what it became if it is converted; else import this row'
                when stage = 'Customer'
                then 'Convert the lead and set its opportunity to Closed Won'
                when stage = 'SQL'
                then 'Convert the lead: no import can'
                -- its own status for leads is untrue of them, and may start what is
                -- meant for new ones
                when
                    stage = 'Lead'
                    and (leads.funnel_stage = 'MQL' or leads.last_touched is not null)
                then '{{ rests }}'
                -- and its status for those that are worked on, of who was not contacted
                when stage = 'MQL' and leads.last_touched is null and touches.are_known
                then '{{ awaits }}'
            end as stage_step,
            case
                when
                    not {{ matches("owner", "00[5G][0-9A-Za-z]{12}([0-9A-Za-z]{3})?") }}
                then 'Put the owner''s user id in OwnerId and import: no name is taken'
            end as owner_step
        from by_lead
        inner join leads on by_lead.lead_id = leads.lead_id
        cross join touches

    )

select
    lead_id,
    case
        when stage_step in ('{{ stays }}', '{{ rests }}', '{{ awaits }}')
        then null
        when stage = 'Lead'
        then 'Open - Not Contacted'
        when stage = 'MQL'
        then 'Working - Contacted'
        when stage = 'SQL'
        then 'Closed - Converted'
        when stage = 'Customer'
        then 'Closed - Converted'
        when stage = 'Disqualified'
        then 'Closed - Not Converted'
    end as status,
    owner as owner_id,
    crm_stage,
    reason as why,
    next_step,
    case
        when stage_step is null and owner_step is null
        then 'Import this file'
        else concat_ws('; ', stage_step, owner_step)
    end as what_to_do,
    stage_step is not null or owner_step is not null as is_by_hand
from judged
