-- one row per lead that is not to be mailed, and why, by columns of the leads' export
{%- set found = meta_columns("opt_outs") %}

with

    said as (

        {% if found -%}
            select {{ id_text("lead_id") }} as lead_id, value as opt_out
            from {{ meta_rows(found) }} as opt_outs
            -- a box that is not ticked says no; a day or a reason in its place does not
            where not {{ is_no("text") }}
        {%- else -%}
            select
                cast(null as {{ dbt.type_string() }}) as lead_id,
                cast(null as {{ dbt.type_string() }}) as opt_out
            from {{ ref("as_of") }}
            where false
        {%- endif %}

    )

-- of several reasons the lead's own wish comes first
select lead_id, max(opt_out) as opt_out
from said
group by lead_id
