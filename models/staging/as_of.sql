-- one row: the day that leads are judged on, so that an export is judged as of
-- its own day
with date_counts as (select * from {{ ref("date_counts") }})

select
    coalesce(
        {{ date_setting("as_of_date") }}, max(dated_on), current_date
    ) as as_of_date
from date_counts
where dated_on <= current_date
