-- what is missing is said, and said only where there is a next stage
select lead_id, next_stage, next_stage_needs
from {{ ref("leads") }}
where
    (next_stage is null) != (next_stage_needs is null) or next_stage_needs like ' for %'
