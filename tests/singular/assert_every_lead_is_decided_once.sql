-- no catalogue, override, summary or milestone that is joined to a lead makes two of
-- it, or none
with

    counted as (

        select
            (select count(*) from {{ ref("stg_leads") }}) as lead_count,
            (select count(*) from {{ ref("leads") }}) as decided_count,
            (select count(*) from {{ ref("lead_progress") }}) as counted_count

    )

select lead_count, decided_count, counted_count
from counted
where lead_count != decided_count or lead_count != counted_count
