-- every raw row is either kept or rejected: none is lost, none is made up
with

    counted as (

        select
            (select count(*) from {{ ref("stg_leads_typed") }}) as row_count_in,
            (select count(*) from {{ ref("stg_leads") }}) as kept_count,
            (select count(*) from {{ ref("rejected_leads") }}) as rejected_count

    )

select *
from counted
where row_count_in != kept_count + rejected_count
