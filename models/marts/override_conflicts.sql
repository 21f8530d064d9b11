-- one row per ledger entry that is illegal or without effect, with what is
-- wrong with it
with

    stg_logic_overrides as (select * from {{ ref("stg_logic_overrides") }}),

    rule_numbers as (select * from {{ ref("rule_numbers") }}),

    stg_leads as (select * from {{ ref("stg_leads") }}),

    thresholds_in_force as (select * from {{ ref("thresholds_in_force") }}),

    -- pairs of thresholds in the wrong order, by the newest entry that had a part in it
    crossed as (

        select
            greatest(lower_one.override_id, upper_one.override_id) as override_id,
            {{
                joined_texts(
                    "concat_ws('', lower_one.threshold, ' above ', upper_one.threshold)",
                    "' and '",
                    "order by lower_one.threshold",
                )
            }}
            as pairs
        from thresholds_in_force as lower_one
        inner join
            thresholds_in_force as upper_one
            on lower_one.not_above = upper_one.threshold
            and lower_one.value > upper_one.value
        group by greatest(lower_one.override_id, upper_one.override_id)

    ),

    judged as (

        select
            entry.*,
            rule_numbers.min_value,
            rule_numbers.max_value,
            crossed.pairs,
            newest.override_id as newest_id,
            newest.raw_logged_at as newest_logged_at,
            case
                when entry.fault is not null
                then entry.fault
                when crossed.override_id is not null
                then 'thresholds_crossed'
                when entry.is_expired
                then 'expired'
                -- what was decided of a lead that has left can be withdrawn
                when
                    entry.target_kind = 'lead'
                    and entry.new_value is not null
                    and stg_leads.lead_id is null
                then 'unknown_lead'
                when
                    entry.target_kind = 'lead'
                    and entry.is_live
                    and not entry.is_in_force
                then 'superseded'
            end as problem
        from stg_logic_overrides as entry
        left join rule_numbers on entry.target = rule_numbers.threshold
        left join stg_leads on entry.target = stg_leads.lead_id
        left join crossed on entry.override_id = crossed.override_id
        left join
            stg_logic_overrides as newest
            on newest.is_in_force
            and entry.target = newest.target
            and entry.field = newest.field

    )

select
    override_id,
    target_kind,
    target,
    field,
    new_value,
    problem,
    concat_ws(
        '',
        'seeds/logic_overrides.csv line ',
        line_number,
        ': ',
        case
            problem
            when 'torn_line'
            then
                concat_ws(
                    '',
                    'the line stops after ''',
                    concat_ws(
                        ',',
                        raw_override_id,
                        raw_logged_at,
                        logged_by,
                        target_kind,
                        target
                    ),
                    ''''
                )
            when 'invalid_override_id'
            then
                concat_ws(
                    '',
                    'override_id ''',
                    raw_override_id,
                    ''' is not a whole number')
            when 'duplicate_override_id'
            then concat_ws('', 'override_id ''',
                    raw_override_id,
                    ''' stands on an earlier line')
            when 'invalid_logged_at'
            then concat_ws('', 'logged_at ''',
                    raw_logged_at,
                    ''' is not an ISO 8601 time')
            when 'invalid_expires_on'
            then concat_ws('', 'expires_on ''',
                    raw_expires_on,
                    ''' is not a date (YYYY-MM-DD)')
            when 'missing_logged_by'
            then 'logged_by is blank; say who'
            when 'missing_reason'
            then 'reason is blank; say why'
            when 'unknown_target_kind'
            then
                concat_ws('', 
                    'target_kind ''',
                    target_kind,
                    ''' is none of threshold, lead, logic'
                )
            when 'unknown_threshold'
            then concat_ws('', 'there is no threshold ''',
                    target,
                    ''''
                )
            when 'unknown_field'
            then concat_ws('', 'a ', target_kind, ' has no field ''', field, '''')
            when 'value_not_allowed'
            then
                concat_ws(
                    '',
                    field,
                    ' of ',
                    target,
                    ' can''t be ''',
                    new_value,
                    '''',
                    case
                        when target_kind = 'threshold'
                        then
                            concat_ws(
                                '',
                                '; give a whole number from ',
                                min_value,
                                ' to ',
                                max_value
                            )
                    end
                )
            when 'thresholds_crossed'
            then concat_ws('', target, ' ', new_value, ' puts ', pairs)
            when 'expired'
            then concat_ws('', 'expired on ', expires_on, ', no longer in effect')
            when 'unknown_lead'
            then concat_ws('', 'there is no lead ''', target, ''', without effect')
            when 'superseded'
            then
                concat_ws(
                    '',
                    'entry ',
                    newest_id,
                    ' about the ',
                    field,
                    ' of ',
                    target,
                    ', logged at ',
                    newest_logged_at,
                    ', replaces it, without effect'
                )
        end
    ) as message,
    line_number,
    problem not in ('expired', 'unknown_lead', 'superseded') as is_illegal
from judged
where problem is not null
