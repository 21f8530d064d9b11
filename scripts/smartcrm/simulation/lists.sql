-- At night, by the rules of a schema: the lists of the next working day.
insert into lists
select
    standing.universe,
    standing.lead_number,
    lead_work.owner_team,
    row_number() over (
        partition by standing.universe, lead_work.owner_team
        order by lead_work.list_position
    )
from RULES.lead_work
join standing using (lead_id)
;
