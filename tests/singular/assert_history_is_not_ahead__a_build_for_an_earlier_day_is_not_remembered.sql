-- a build for a day before the newest one in the history leaves it as it is, and says
-- so
{{ config(severity="warn") }}

select max(lead_history.valid_from) as history_reaches_to, as_of.as_of_date
from {{ ref("lead_history") }} as lead_history
cross join {{ ref("as_of") }} as as_of
group by as_of.as_of_date
having max(lead_history.valid_from) > as_of.as_of_date
