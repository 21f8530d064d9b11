-- What was decided is imported into the CRM in the early morning.
insert into moves
select
    standing.universe,
    standing.lead_number,
    standing.lead_id,
    getvariable('day') + 1,
    standing.stage,
    decided.simulated_stage
from DECIDED as decided
join standing using (lead_id)
where standing.is_open and standing.stage <> decided.simulated_stage
;

update standing
set stage = decided.simulated_stage
from DECIDED as decided
where
    standing.lead_id = decided.lead_id
    and standing.is_open
    and standing.stage <> decided.simulated_stage
;
