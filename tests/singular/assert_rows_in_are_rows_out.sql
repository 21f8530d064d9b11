-- every row of a source is kept, rejected or set aside: none is lost, none is made up
{%- set separator = id_separator() %}
{%- set mapping = ref(record_mapping("activities")) %}
with

    rows_in as (

        select input, row_count
        from {{ ref("source_files") }}
        {%- if separator %}
            union all
            -- a row of activities is one of each lead that its cell names
            select
                'activities' as input,
                sum(
                    length(ids) - length(replace(ids, '{{ separator }}', ''))
                ) as row_count
            from
                (
                    select
                        {{
                            ids_in_cell(
                                "cast(lead_id as " ~ dbt.type_string() ~ ")",
                                separator,
                            )
                        }} as ids
                    from {{ mapping }}
                    where set_aside_as is null
                ) as cells
        {%- endif %}

    ),

    summed_rows_in as (

        select input, sum(row_count) as row_count_in from rows_in group by input

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
        {% for record in ["activities", "stage_changes"] %}
            -- what the leads' own columns say is no row of a file
            union all
            select '{{ record }}' as input, count(*) as row_count
            from {{ ref("stg_" ~ record) }}
            where row_count > 0
            union all
            select '{{ record }}' as input, count(*) as row_count
            from {{ ref("rejected_" ~ record) }}
            where input = '{{ record }}'
        {% endfor %}
        union all
        select input, row_count
        from {{ ref("set_aside_records") }}

    ),

    summed_rows_out as (

        select input, sum(row_count) as row_count_out from rows_out group by input

    )

select input, coalesce(row_count_in, 0) as row_count_in, row_count_out
from summed_rows_out
left join summed_rows_in using (input)
where coalesce(row_count_in, 0) != row_count_out
