-- The laws of the world, as macros; parameters.csv has their numbers.
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

-- a number of parameters.csv
create macro parameter(name) as
    getvariable(name)
;

-- a number between the least and the most of a parameter
create macro between_of(share, name) as
    parameter(name || '_least')
    + (parameter(name || '_most') - parameter(name || '_least')) * share
;

-- which of so many things a draw falls on, by the ends of their shares
create macro nth_of(drawn, bounds) as
    1 + len(list_filter(bounds, lambda bound: bound <= drawn))
;

-- the luck of a lead's nth touch, and of its day, whichever policy it is under
create macro digest_of_touch(world, lead_number, nth) as
    digest_of(concat('touch ', world, ' ', lead_number, ' ', nth))
;

create macro digest_of_day(world, lead_number) as
    digest_of(concat('day ', world, ' ', lead_number, ' ', getvariable('day')))
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

-- with what we answer what a lead does
create macro answer_type_of(activity_type) as
    case
        when activity_type in ('demo_requested', 'trial_started')
        then 'meeting_proposed'
        when activity_type = 'message_received'
        then 'message_sent'
        when activity_type in ('call_received', 'form_submitted')
        then 'call_made'
        else 'mail_sent'
    end
;

-- what comes of the answer: a talk, a meeting, or another try of ours
create macro result_type_of(activity_type, answer_type, strength, luck) as
    case
        when answer_type = 'call_made' and luck < parameter('talk_share')
        then 'call_answered'
        when
            (answer_type = 'meeting_proposed' or activity_type = 'meeting_booked')
            and luck
            < parameter('meeting_share') + parameter('meeting_by_strength') * strength
        then 'meeting_held'
        when luck > 0.9
        then 'call_made'
        when luck > 0.75
        then 'mail_sent'
    end
;

-- a call is answered at once, and what else comes of an answer takes days
create macro result_at_of(result_type, answered_at, luck) as
    if(
        result_type = 'call_answered',
        answered_at,
        in_office_hours(answered_at + to_hours(48 + floor(150 * luck)::int))
    )
;

-- how long after the last contact a lead decides, at the next hour the office is open
create macro decision_time_of(luck) as
    to_minutes(floor(between_of(luck, 'decision_days') * 1440)::int)
;

-- how much of a wave is meant, in points: what leads do tells of it, and not all
create macro meant_points_of(wave_points, luck) as
    wave_points + parameter('serious_noise') * (2 * luck - 1)
;

-- the chance of a lead that is serious to buy from us, after what we did
create macro win_odds_of(talks, quick_answers, untimely_touches) as
    parameter('odds_base')
    + parameter('odds_by_talk') * least(talks, parameter('talks_most'))
    + parameter('odds_by_quick_answer')
    * least(quick_answers, parameter('quick_answers_most'))
    - parameter('odds_lost_by_untimely_touch') * untimely_touches
;

-- what a lead decides: need met by answers wins; who is serious and has not bought
-- from us may have bought elsewhere, which no CRM knows
create macro fate_of(meant_points, answers, odds, fit, win_luck, loss_luck) as
    case
        when meant_points >= parameter('serious_points') and answers > 0 and win_luck < odds
        then 'won'
        when
            answers > 0
            and loss_luck
            < parameter('loss_share') + if(fit < 0.2, parameter('unfit_loss_share'), 0)
        then 'lost'
        when
            meant_points >= parameter('serious_points')
            and 1 - loss_luck < parameter('competitor_share')
        then 'elsewhere'
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
