-- an export of which nothing could be read is not one without leads
-- depends_on: {{ ref("input_notices") }}, which says why and is not to be skipped
select count(*) as row_count, count(rejection_reasons) as rejected_count
from {{ ref("stg_leads_typed") }}
having count(*) > 0 and count(*) = count(rejection_reasons)
