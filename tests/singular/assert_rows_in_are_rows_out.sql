-- every row of a source is kept or rejected: none is lost, none is made up
with

    rows_in as (

        select input, sum(row_count) as row_count_in
        from {{ ref("source_files") }}
        group by input

    ),

    rows_out as (

        select 'leads' as input, count(*) as row_count
        from {{ ref("stg_leads") }}
        union all
        select 'leads' as input, count(*) as row_count
        from {{ ref("rejected_leads") }}
        union all
        select 'call_notes' as input, count(*) as row_count
        from {{ ref("stg_call_notes") }}

    ),

    summed_rows_out as (

        select input, sum(row_count) as row_count_out from rows_out group by input

    )

select input, coalesce(row_count_in, 0) as row_count_in, row_count_out
from summed_rows_out
left join rows_in using (input)
where coalesce(row_count_in, 0) != row_count_out
