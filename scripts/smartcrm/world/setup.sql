-- The sample world, first part: what the second needs once, however many leads.
-- A draw is 16 bits of an md5, in [0, 1), and the rest is + - * /: every version
-- of DuckDB and every processor comes to the same world. `u * (0.4 + 0.6 * u)`
-- favours the low end, `u + v` the middle. The one power, for what points are
-- worth after some days, is rounded at once.
create macro draw(digest, nth) as
    ((digest >> (16 * nth)::uhugeint) & 65535)::int / 65536
;

create macro digest_of(what) as
    md5_number(concat(getvariable('seed'), ' ', what))
;

create macro lead_id_of(lead_number) as
    concat('L', lpad(lead_number::varchar, getvariable('id_digits'), '0'))
;

create macro on_a_weekday(moment) as
    moment + to_days(if(isodow(moment) > 5, 8 - isodow(moment), 0)::int)
;

-- the same moment, or the next one at which the office is open
create macro in_office_hours(moment) as
    on_a_weekday(
        moment + to_hours(
            case
                when hour(moment) < 8 then 8 - hour(moment)
                when hour(moment) >= 17 then 32 - hour(moment)
                else 0
            end
        )
    )
;

-- an enum is written and joined faster than a text
create type kind as enum (
    select activity_type from read_csv(getvariable('activity_types'), header = true)
)
;

create table types as
select activity_type::kind as activity_type, actor, needs_answer, points, half_life_days
from read_csv(getvariable('activity_types'), header = true)
;
