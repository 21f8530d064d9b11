{# The raw rows of a kind of record that can't be trusted or say what another says, whole,
   with the reasons. `rows` is the relation of all of them, `kept` that of those kept, whose
   `keys` say which rows are the same. #}
{% macro rejected_records(record, rows, kept, keys, duplicate) %}
    {%- set texts = smartcrm.record_columns(record) %}
    with

        trusted_or_not as (select * from {{ rows }} where set_aside_as is null),

        -- what was counted on the way is far cheaper than a window over every row
        repeated as (select * from {{ kept }} where row_count > 1),

        ranked as (

            select
                trusted_or_not.*,
                row_number() over (
                    partition by {{ keys | join(", ") }}
                    order by
                        {%- for column in texts %}
                            raw_{{ column }} nulls last
                            {%- if not loop.last %},{% endif %}
                        {%- endfor %}
                ) as place
            from trusted_or_not
            inner join repeated using ({{ keys | join(", ") }})
            where trusted_or_not.input = '{{ record }}'

        ),

        rejected as (

            select
                input,
                {%- for column in texts %} raw_{{ column }}, {% endfor %}
                rejection_reasons
            from trusted_or_not
            where rejection_reasons is not null
            union all
            select
                input,
                {%- for column in texts %} raw_{{ column }}, {% endfor %}
                '{{ duplicate }}' as rejection_reasons
            from ranked
            where place > 1

        )

    select
        input,
        {%- for column in texts %} raw_{{ column }} as {{ column }}, {% endfor %}
        rejection_reasons
    from rejected
{% endmacro %}
