-- a bar below the one that it should lie above decides nothing
select *
from {{ ref("decision_context") }}
where mql_min_intent > sql_min_intent or active_max_days > stale_max_days
