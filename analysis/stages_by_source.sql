-- one row per source and stage by the rules: how many leads, and how many the CRM has
-- at another stage
select
    source,
    simulated_stage,
    count(*) as lead_count,
    sum(case when funnel_stage != simulated_stage then 1 else 0 end) as moved_count
from {{ ref("leads") }}
group by source, simulated_stage
order by source, simulated_stage
