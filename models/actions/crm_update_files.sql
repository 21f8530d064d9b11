-- one row per CRM that import files are made for: whether they are due, and why
-- they are held
{{ config(post_hook="{{ warn_of('hold_reason') }}") }}
{%- set crm = text_literal(var("crm")) %}
{%- set share = share_setting("max_backward_share") %}
{#- fewer can be looked at one by one, unless none is to go back -#}
{%- set fewest = 1 if share | float == 0 else 10 %}

with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    crm_updates as (select * from {{ ref("crm_updates") }}),

    -- leads go back to the CRM that they came from; if that is neither, to either
    crms as (

        select 'hubspot' as crm, {{ crm }} != 'salesforce' as is_due
        union all
        select 'salesforce' as crm, {{ crm }} != 'hubspot' as is_due

    ),

    -- what a person decided is not the rules' doing
    moved_back as (select * from crm_updates where is_backward and override_id is null),

    -- by the stage that the CRM has them at: the few that are SQLs would not show
    -- among all leads
    too_many as (

        select
            on_record.stage,
            on_record.stage_order,
            count(*) as lead_count,
            count(moved_back.lead_id) as moved_count
        from stg_leads
        inner join
            lifecycle_stages as on_record on stg_leads.funnel_stage = on_record.stage
        left join moved_back on stg_leads.lead_id = moved_back.lead_id
        group by on_record.stage, on_record.stage_order
        having
            count(moved_back.lead_id) > count(*) * {{ share }}
            and count(moved_back.lead_id) >= {{ fewest }}

    ),

    by_rule as (

        select moved_back.stage_rule, count(*) as moved_count
        from moved_back
        inner join too_many on moved_back.crm_value = too_many.stage
        group by moved_back.stage_rule

    ),

    counted as (

        select
            (select count(distinct lead_id) from crm_updates) as update_count,
            (select count(*) from moved_back) as backward_count,
            (
                select
                    {{
                        joined_texts(
                            "concat(moved_count, ' of ', lead_count, ' leads at ', stage)",
                            "', '",
                            "order by stage_order",
                        )
                    }}
                from too_many
            ) as by_stage,
            (
                select
                    {{
                        joined_texts(
                            "concat(moved_count, ' ', stage_rule)",
                            "', '",
                            "order by moved_count desc, stage_rule",
                        )
                    }}
                from by_rule
            ) as by_rule

    )

select
    crms.crm,
    -- the sample's files go nowhere, and leads that move back are the point of it
    case
        when crms.is_due and not {{ is_sample() }} and counted.by_stage is not null
        then
            concat(
                counted.by_stage,
                ' would go backward in the CRM (',
                counted.by_rule,
                '), more than the share of ',
                '{{ share }}',
                ' that max_backward_share allows: look at reclassified_leads, then ',
                'write the import files with make csvs FORCE=1 ',
                '(scripts/export_csvs.py --force), or build with a higher ',
                'MAX_BACKWARD_SHARE'
            )
    end as hold_reason,
    case when crms.is_due then counted.update_count else 0 end as update_count,
    cast(
        case
            when crms.is_due then counted.backward_count else 0
        end as {{ dbt.type_bigint() }}
    ) as backward_count,
    crms.is_due
from crms
cross join counted
