-- What `make doctor` says, one temporary relation for each part
create temp view part_sources as
select file_name, row_count, header_line, note_line
from source_files
where input != 'call_notes'
order by
    case input when 'leads' then 1 when 'activities' then 2 else 3 end, file_name
;

create temp view part_fields as
select
    case when input = 'leads' then field else concat(input, ': ', field) end as field,
    column_read,
    is_thin,
    concat(filled_count, case when row_count > 0 then
        concat(' (', cast(round(100.0 * filled_count / row_count) as integer), ' %)')
    end) as filled,
    concat(recognised_count, case when row_count > 0 then
        concat(' (', cast(round(100.0 * recognised_count / row_count) as integer), ' %)')
    end) as understood,
    case
        when not_understood_count > 0
        then concat(not_understood_count, ' ', taken_as, ': ' || examples)
    end as not_understood
from input_coverage
where field is not null
order by field_order
;

create temp view part_unread as
select column_read from input_coverage where field is null
;

-- what was found in the files of activities and of stage changes
create temp view counted_records as
select 'activities' as input, activity_type as word, count(*) as record_count
from stg_activities
group by all
union all
select 'stage_changes' as input, stage as word, count(*) as record_count
from stg_stage_changes
group by all
;

create temp view record_lines as
select
    input,
    1 as place,
    concat(
        string_agg(concat(record_count, ' ', word), ', ' order by record_count desc, word)
    ) as found
from counted_records
group by input
union all
select
    input,
    2 as place,
    concat(
        'set aside: ',
        string_agg(
            concat(row_count, ' ', set_aside_as), ', ' order by row_count desc, set_aside_as
        )
    ) as found
from set_aside_records
group by input
union all
select
    input,
    3 as place,
    concat(
        'rejected: ',
        string_agg(
            concat(row_count, ' ', rejection_reasons),
            '; '
            order by row_count desc, rejection_reasons
        )
    ) as found
from
    (
        select 'activities' as input, rejection_reasons, count(*) as row_count
        from rejected_activities
        group by all
        union all
        select 'stage_changes' as input, rejection_reasons, count(*) as row_count
        from rejected_stage_changes
        group by all
    ) as rejected
group by input
union all
select 'activities' as input, 4 as place, concat(count(*), ' ', issue) as found
from activity_issues
group by issue
union all
select 'stage_changes' as input, 4 as place, concat(count(*), ' ', issue) as found
from stage_change_issues
group by issue
;

create temp view part_records as
select
    concat(
        case input when 'activities' then 'Activities' else 'Stage changes' end,
        ': ',
        string_agg(found, '. ' order by place, found)
    ) as found
from record_lines
group by input
order by input
;

create temp view part_proposals as
select field, proposal
from input_proposals
order by field, proposal
;
