-- What `make doctor` says, one temporary relation for each part
create temp view part_sources as
select file_name, row_count
from source_files
where input = 'leads'
order by file_name
;

create temp view part_fields as
select
    field,
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
        then concat(not_understood_count, ' ', taken_as, ': ', examples)
    end as not_understood
from input_coverage
where field is not null
order by field_order
;

create temp view part_unread as
select column_read from input_coverage where field is null
;

create temp view part_rejections as
select rejection_reasons, count(*) as row_count
from stg_leads_judged
where rejection_reasons is not null
group by rejection_reasons
order by row_count desc, rejection_reasons
limit 5
;

create temp view part_proposals as
select concat(field, ': ', proposal) as proposal
from input_proposals
order by field, proposal
;
