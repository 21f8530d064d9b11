-- one row per input and kind of row that is no activity, or no change of a stage: how
-- many rows of its file are set aside as that
with

    set_aside as (

        select input, set_aside_as
        from {{ ref("stg_activity_rows") }}
        where set_aside_as is not null
        union all
        select input, set_aside_as
        from {{ ref("stg_stage_change_rows") }}
        where set_aside_as is not null

    )

select input, set_aside_as, count(*) as row_count
from set_aside
group by input, set_aside_as
