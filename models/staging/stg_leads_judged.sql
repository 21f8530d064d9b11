-- one row per raw row, with the reasons it can't be trusted; null where it can
{{ config(materialized="view") }}

with

    stg_leads_typed as (select * from {{ ref("stg_leads_typed") }}),

    repeated_leads as (select * from {{ ref("repeated_leads") }}),

    repeated_ids as (select distinct lead_id as repeated_id from repeated_leads),

    judged as (

        select {{ lead_row_columns() | join(", ") }}
        from stg_leads_typed
        left join repeated_ids on stg_leads_typed.lead_id = repeated_ids.repeated_id
        where rejection_reasons is not null or repeated_id is null
        union all
        select {{ lead_row_columns() | join(", ") }}
        from repeated_leads

    )

select *
from judged
