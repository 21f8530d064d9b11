-- one row per CRM that import files are made for: whether they are due, and why
-- they are held
{{ config(post_hook="{{ warn_of('hold_reason') }}") }}
{%- set crm = text_literal(var("crm")) %}

with

    stg_leads as (select * from {{ ref("stg_leads") }}),

    crm_updates as (select * from {{ ref("crm_updates") }}),

    -- leads go back to the CRM that they came from; if that is neither, to either
    crms as (

        select 'hubspot' as crm, {{ crm }} != 'salesforce' as is_due
        union all
        select 'salesforce' as crm, {{ crm }} != 'hubspot' as is_due

    ),

    -- what a person decided is not the rules' doing
    moved_back as (

        select stage_rule, count(*) as moved_count
        from crm_updates
        where is_backward and override_id is null
        group by stage_rule

    ),

    counted as (

        select
            (select count(*) from stg_leads) as lead_count,
            (select count(distinct lead_id) from crm_updates) as update_count,
            coalesce(sum(moved_count), 0) as backward_count,
            {{
                joined_texts(
                    "concat(moved_count, ' ', stage_rule)",
                    "', '",
                    "order by moved_count desc, stage_rule",
                )
            }} as by_rule
        from moved_back

    )

select
    crms.crm,
    -- the sample's files go nowhere, and leads that move back are the point of it
    case
        when
            crms.is_due
            and not {{ is_sample() }}
            and counted.backward_count
            > counted.lead_count * {{ share_setting("max_backward_share") }}
        then
            concat(
                counted.backward_count,
                ' of ',
                counted.lead_count,
                ' leads would go backward in the CRM (',
                counted.by_rule,
                '), more than the share of ',
                '{{ share_setting("max_backward_share") }}',
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
