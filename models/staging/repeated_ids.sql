-- one row per lead_id that more than one raw row has; grouping the ids is far cheaper
-- than a window over every row
with stg_lead_rows as (select * from {{ ref("stg_lead_rows") }})

select lead_id
from stg_lead_rows
where lead_id is not null
group by lead_id
having count(*) > 1
