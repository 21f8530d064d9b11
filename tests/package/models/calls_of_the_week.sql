-- one row per lead to call, with why
select lead_id, effective_stage_reason as reason
from {{ ref("smartcrm", "leads") }}
where effective_stage = 'SQL'
