-- one row per ledger entry, typed, with what is wrong with it and whether it counts on
-- the day leads are judged
with

    logic_overrides as (select * from {{ ref("logic_overrides") }}),

    rule_numbers as (select * from {{ ref("rule_numbers") }}),

    lifecycle_stages as (select * from {{ ref("lifecycle_stages") }}),

    tracks as (

        select distinct outcome as track
        from {{ ref("decision_rules") }}
        where decision = 'track'

    ),

    as_of as (select * from {{ ref("as_of") }}),

    typed as (

        select
            -- below the header, in the order of the file
            {{ file_order() }} + 1 as line_number,
            override_id as raw_override_id,
            logged_at as raw_logged_at,
            expires_on as raw_expires_on,
            case
                when {{ matches("override_id", "\\d+") }}
                then {{ try_cast("override_id", dbt.type_int()) }}
            end as override_id,
            logged_by,
            target_kind,
            target,
            field,
            old_value,
            new_value,
            reason,
            case
                when {{ matches("new_value", "-?\\d+") }}
                then {{ try_cast("new_value", dbt.type_int()) }}
            end as new_number,
            {{ text_to_timestamp("logged_at") }} as logged_at,
            case
                when {{ matches("expires_on", "\\d{4}-\\d{2}-\\d{2}") }}
                then {{ try_cast("expires_on", "date") }}
            end as expires_on
        from logic_overrides

    ),

    checked as (

        select
            typed.*,
            as_of.as_of_date,
            {{ date_setting("logic_as_of") }} as logic_as_of,
            -- the first fault found is the one that is reported
            case
                when reason is null and new_value is null
                then 'torn_line'
                when override_id is null
                then 'invalid_override_id'
                when
                    row_number() over (partition by override_id order by line_number)
                    > 1
                then 'duplicate_override_id'
                -- which of two entries of one day is newer, only times tell
                when typed.logged_at is null or raw_logged_at not like '%:%'
                then 'invalid_logged_at'
                when raw_expires_on is not null and expires_on is null
                then 'invalid_expires_on'
                when trim(coalesce(logged_by, '')) = ''
                then 'missing_logged_by'
                when trim(coalesce(reason, '')) = ''
                then 'missing_reason'
                when
                    target_kind is null
                    or target_kind not in ('threshold', 'lead', 'logic')
                then 'unknown_target_kind'
                when target_kind = 'threshold' and rule_numbers.threshold is null
                then 'unknown_threshold'
                when
                    coalesce(field, '')
                    not in ('value', 'stage', 'track', 'owner', 'checksum')
                    or (target_kind = 'threshold') != (field = 'value')
                    or (target_kind = 'logic') != (field = 'checksum')
                then 'unknown_field'
                -- a blank value withdraws what people decided of the lead's field
                when target_kind = 'lead' and new_value is null
                then null
                when
                    new_value is null
                    or (
                        target_kind = 'threshold'
                        and (
                            new_number is null
                            or new_number not between rule_numbers.min_value
                            and rule_numbers.max_value
                        )
                    )
                    or (field = 'stage' and lifecycle_stages.stage is null)
                    or (field = 'track' and tracks.track is null)
                then 'value_not_allowed'
            end as fault
        from typed
        cross join as_of
        left join
            rule_numbers
            on typed.target_kind = 'threshold'
            and typed.target = rule_numbers.threshold
        left join
            lifecycle_stages
            on typed.field = 'stage'
            and typed.new_value = lifecycle_stages.stage
        left join tracks on typed.field = 'track' and typed.new_value = tracks.track

    ),

    counted as (

        select
            *,
            expires_on is not null
            and expires_on < coalesce(logic_as_of, as_of_date) as is_expired,
            logic_as_of is not null
            and cast(logged_at as date) > logic_as_of as is_logged_later
        from checked

    ),

    live as (

        select *, fault is null and not is_expired and not is_logged_later as is_live
        from counted

    ),

    -- an edit of the rules names each file that was edited, other entries one target
    targets as (

        select line_number, override_id, target_kind, target, field, logged_at
        from live
        where is_live and target_kind != 'logic'
        union all
        select
            line_number,
            override_id,
            target_kind,
            {{ text_parts("target", "+") }} as target,
            field,
            logged_at
        from live
        where is_live and target_kind = 'logic'

    ),

    ranked as (

        select
            line_number,
            row_number() over (
                partition by target_kind, target, field
                order by logged_at desc, override_id desc
            ) as recency
        from targets

    ),

    newest as (select distinct line_number as newest_line from ranked where recency = 1)

select
    override_id,
    raw_override_id,
    logged_by,
    target_kind,
    target,
    field,
    old_value,
    new_value,
    reason,
    fault,
    raw_logged_at,
    raw_expires_on,
    line_number,
    new_number,
    is_expired,
    is_live,
    newest_line is not null as is_in_force,
    logged_at,
    expires_on
from live
left join newest on live.line_number = newest.newest_line
