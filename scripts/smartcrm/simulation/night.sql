-- What is counted at the end of a day.
insert into stage_days
select universe, getvariable('day'), stage, count(*)
from standing
where created_on <= getvariable('day')
group by universe, stage
;

insert into list_days
select universe, getvariable('day'), team, count(*)
from lists
group by universe, team
;
