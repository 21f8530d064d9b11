-- no catalogue, override or summary that is joined to a lead makes two of it, or none
with

    counted as (

        select
            (select count(*) from {{ ref("stg_leads") }}) as lead_count,
            (select count(*) from {{ ref("leads") }}) as decided_count

    )

select lead_count, decided_count
from counted
where lead_count != decided_count
