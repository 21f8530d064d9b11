-- the healths in the order of their rules: a health has the colour of its place
create temp view part_healths as
select
    outcome as engagement_health,
    row_number() over (order by min(rule_order)) as place
from decision_rules_in_force
where
    decision = 'health'
    and (
        outcome != 'Not known'
        or exists (select 1 from leads where engagement_health = 'Not known')
    )
group by 1
order by place
;
