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

-- no cases here: what they hold is worked out again for each of its uses
create macro on_a_weekday(moment) as
    moment + to_days(((isodow(moment) > 5)::int * (8 - isodow(moment)))::int)
;

-- the same moment, or the next one at which the office is open
create macro in_office_hours(moment) as
    on_a_weekday(
        moment + to_hours(
            greatest(0, 8 - hour(moment))
            + (hour(moment) >= 17)::int * (32 - hour(moment))
        )
    )
;

-- a page view has none; what is done on the web comes by a link of some channel
create macro channel_of(activity_type, channel, message_channel) as
    case
        when activity_type is null or activity_type = 'page_viewed'
        then null
        when
            activity_type
            in ('mail_opened', 'mail_clicked', 'mail_replied', 'mail_sent')
        then 'Email'
        when activity_type in ('call_received', 'call_answered', 'call_made')
        then 'Phone'
        when activity_type in ('message_received', 'message_sent')
        then message_channel
        else channel
    end
;

-- an enum is written and joined faster than a text
create type kind as enum (
    select activity_type from read_csv(getvariable('activity_types'), header = true)
)
;

create table types as
select
    activity_type::kind as activity_type,
    needs_answer,
    points,
    half_life_days,
    actor <> 'us' as is_engagement,
    actor <> 'lead' as is_touch
from read_csv(getvariable('activity_types'), header = true)
;
