-- an export of which nothing could be read is no export without leads
select count(*) as row_count, count(rejection_reasons) as rejected_count
from {{ ref("stg_leads_judged") }}
having count(*) > 0 and count(*) = count(rejection_reasons)
