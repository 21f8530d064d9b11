-- What is counted at the end of a day.
insert into days values (getvariable('day'))
;

insert into list_days
select universe, getvariable('day'), team, count(*)
from lists
group by universe, team
;
