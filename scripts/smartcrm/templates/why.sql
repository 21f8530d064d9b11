-- What `make why` says of the lead that the variable lead_id names, one temporary
-- relation for each part; the variable blanks has what is cut from around an id
create temp view part_lead as select * from leads where lead_id = getvariable('lead_id')
;

-- what of it was missing or not understood, and what counts in its place
create temp view part_assumptions as
select
    field,
    concat(
        '  ', rpad(field, 18, ' '), '  ',
        case
            when coalesce(trim(raw_value, getvariable('blanks')), '') = '' then 'nothing'
            else '''' || raw_value || ''''
        end,
        ', ', replace(issue, '_', ' '), ': ',
        case field
            when 'funnel_stage' then 'counts as ' || funnel_stage
            when 'company_size' then 'counts as ' || company_size
            when 'source' then 'counts as ' || source
            when 'engagement_channel' then 'counts as ' || engagement_channel
            when 'last_engaged' then 'counts as it is'
            else 'counts as not known'
        end
    ) as line
from lead_quality_issues
inner join part_lead using (lead_id)
order by field
;

create temp view entries as
select
    override_id,
    target_kind,
    target,
    field,
    new_value,
    logged_by,
    reason,
    concat(
        'since ', cast(logged_at as date), ' until ' || cast(expires_on as text),
        ' (entry ', override_id, ', ', logged_by, ': ', reason, ')'
    ) as words
from stg_logic_overrides
where is_in_force
;

create temp view part_overrides as
select
    field,
    new_value,
    logged_by,
    reason,
    concat('  ', field, ' ', new_value, '  ', words) as line
from entries
where
    target = getvariable('lead_id')
    and target_kind = 'lead'
    and new_value is not null
order by override_id
;

-- the largest one by one, the others as one, and their sum
create temp view part_receipts as
with

    ranked as (
        select
            *,
            least(
                row_number() over (
                    order by points desc, occurred_at desc, activity_type
                ),
                13
            ) as place
        from intent_receipts
        where lead_id = getvariable('lead_id')
    ),

    shown as (
        select
            place,
            sum(points) as points,
            case
                when place = 13
                then concat(count(*), ' smaller')
                else
                    any_value(
                        concat(
                            meaning, ', ', cast(occurred_at as date), ': ', full_points,
                            ', halved every ', half_life_days, ' days'
                        )
                    )
            end as words
        from ranked
        group by place
        union all
        select 14, sum(points), 'in all'
        from ranked
        having count(*) > 0
    )

-- rounded down, as the intent is: 69.97 points are no 70
select
    concat(
        '  ',
        lpad(cast(cast(floor(points * 10) / 10 as decimal(18, 1)) as text), 7, ' '),
        '  ', words
    ) as line
from shown
order by place
;

-- those of the rules, and of the rhythm of the stage that the lead's clock is of
create temp view part_thresholds as
select
    concat(
        '  ', rpad(threshold, 27, ' '), lpad(cast(in_force.value as text), 5, ' '), '  ',
        case
            when entries.override_id is null
            then 'since the start'
            else concat(entries.words, '; ', in_force.seed_value, ' at the start')
        end
    ) as line
from thresholds_in_force as in_force
left join thresholds using (threshold)
left join
    entries on threshold = entries.target and entries.target_kind = 'threshold'
where
    thresholds.rowid is not null
    or threshold in (
        select
            concat(
                rhythm, case when is_with_sales then funnel_stage else effective_stage end
            )
        from leads_with_work
        inner join part_lead using (lead_id, funnel_stage, effective_stage)
        cross join (values ('answer_within_days.'), ('touch_every_days.')) as t (rhythm)
    )
order by thresholds.rowid nulls last, threshold
;

-- of an id that no lead has: the one that differs in case alone, else what ids look
-- like
create temp view part_alike as
select
    coalesce(
        ', but ' || min(lead_id) filter (
            where lower(lead_id) = lower(getvariable('lead_id'))
        ) || ' is',
        ', whose ids look like ' || min(lead_id),
        ''
    ) as words
from leads
;

create temp view part_rejections as
select
    concat('rows of this id rejected: ', count(*), ', ', rejection_reasons) as line
from rejected_leads
where trim(lead_id, getvariable('blanks')) = getvariable('lead_id')
group by rejection_reasons
order by rejection_reasons
;
