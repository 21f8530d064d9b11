-- stops with the line and the value, since a count of failures would not say which
with illegal as (select message from {{ ref("override_conflicts") }} where is_illegal)

select *
from illegal
where {{ stop_with("message") }}
