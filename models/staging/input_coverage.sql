-- one row per field of a lead, of an activity and of a stage change, and one per column
-- of the leads' export that nothing reads: what the file gave for it and what was
-- understood of that
{#- what becomes of a text that is not understood, where not the last of its values -#}
{%- set fields = {
    "lead_id": "rejected",
    "created_at": "rejected",
    "funnel_stage": "rejected",
    "intent_score": "not scored",
    "last_engaged": "rejected",
    "company_size": none,
    "source": none,
    "engagement_channel": none,
    "sales_owner": "unassigned",
} -%}
{#- the share of rows with a value that is understood, below which a field is thin -#}
{%- set thin = 0.5 -%}
{#- what the activities of a lead tell where its row does not; when it last did something
    is also what dates in columns of the leads say -#}
{%- set told_by_activities = {
    "intent_score": "is_logged",
    "last_engaged": "acted_id is not null",
} -%}
{%- set shown_examples = 3 -%}
{%- set is_rounded = "rejection_reasons like '%rounded_lead_id%'" -%}
{%- set columns = crm_export_columns() -%}
{%- set columns_read = {} -%}
{%- for read in fields_read(columns) if read.column -%}
    {%- do columns_read.setdefault(read.field, []).append(read.column) -%}
{%- endfor -%}
{%- set unread = unread_columns(columns) -%}
{#- the other kinds of record that are read: of each field, the code that rejects a row
    for its text, and what becomes of a text that is not understood -#}
{%- set others = {} -%}
{%- set fields_of_others = {
    "activities": {
        "lead_id": ("rounded_lead_id", "rejected"),
        "occurred_at": ("invalid_occurred_at", "rejected"),
        "activity_type": ("missing_activity_type", "worth nothing"),
        "channel": (none, "none"),
    },
    "stage_changes": {
        "lead_id": ("rounded_lead_id", "rejected"),
        "stage": ("unknown_stage", "rejected"),
        "entered_at": ("invalid_entered_at", "rejected"),
    },
} -%}
{%- for record, record_fields in fields_of_others.items() if var(record ~ "_path") -%}
    {%- do others.update({record: record_fields}) -%}
    {%- set record_columns = crm_export_columns(record) -%}
    {%- for read in fields_read(record_columns, none, record) if read.column -%}
        {%- do columns_read.setdefault(record ~ read.field, []).append(read.column) -%}
    {%- endfor -%}
{%- endfor %}

with

    -- a header between rows gives no field anything
    stg_leads_typed as (

        select *
        from {{ ref("stg_leads_typed") }}
        where coalesce(rejection_reasons, '') not like '%header_row%'

    ),

    leads_that_acted as (

        select
            stg_activities.lead_id as acted_id,
            max(stg_activities.row_count) > 0 as is_logged
        from {{ ref("stg_activities") }} as stg_activities
        inner join
            {{ ref("activity_types") }} as activity_types
            on stg_activities.activity_type = activity_types.activity_type
        where activity_types.actor in ('lead', 'both')
        group by stg_activities.lead_id

    ),

    counted as (

        select
            {%- for field in fields %}
                count(
                    coalesce(
                        cast({{ field }} as {{ dbt.type_string() }}),
                        {{ clean_text("raw_" ~ field) }}
                    )
                ) as {{ field }}_filled,
                {%- if field == "lead_id" %}
                    count(
                        case when {{ is_rounded }} then null else lead_id end
                    ) as lead_id_recognised,
                {%- else %} count({{ field }}) as {{ field }}_recognised,
                {%- endif %}
                {%- if field in told_by_activities %}
                    count(
                        case
                            when
                                {{ field }} is not null
                                or {{ told_by_activities[field] }}
                            then 1
                        end
                    ) as {{ field }}_known,
                {%- endif %}
            {%- endfor %}
            count(*) as row_count
        from stg_leads_typed
        left join leads_that_acted on stg_leads_typed.lead_id = acted_id

    ),

    fields as (
        {% for field, taken_as in fields.items() %}
            select
                {{ loop.index }} as field_order,
                '{{ field }}' as field,
                cast(
                    {{
                        (
                            text_literal(columns_read[field] | join(", "))
                            if field in columns_read
                            else "null"
                        )
                    }} as {{ dbt.type_string() }}
                ) as column_read,
                {{ text_literal(taken_as or allowed_values(field) | last) }}
                as taken_as,
                {{ field }}_filled as filled_count,
                {{ field }}_recognised as recognised_count,
                {{
                    field ~ (
                        "_known" if field in told_by_activities else "_recognised"
                    )
                }} as known_count,
                row_count
            from counted
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    {% for record, record_fields in others.items() %}
        {{ record }}_rows as (

            select
                row_count
                {%- for field in record_fields %}
                    ,
                    cast({{ field }} as {{ dbt.type_string() }}) as {{ field }},
                    {% if field == "activity_type" -%}
                        activity_type
                        in (select activity_type from {{ ref("activity_types") }})
                    {%- else -%} {{ field }} is not null
                    {%- endif %} as is_{{ field }}
                {%- endfor %}
            from {{ ref("stg_" ~ record) }}
            union all
            select
                1 as row_count
                {%- for field, (code, _) in record_fields.items() %}
                    ,
                    {{ clean_text(field) }} as {{ field }},
                    {{ clean_text(field) }} is not null
                    {%- if code %}
                        and rejection_reasons not like '%{{ code }}%'
                    {%- endif %} as is_{{ field }}
                {%- endfor %}
            from {{ ref("rejected_" ~ record) }}
            where input = '{{ record }}' and rejection_reasons not like 'duplicate%'

        ),
    {% endfor %}

    {% if others %}
        record_fields as (
            {% for record, record_fields in others.items() %}
                {% set is_last_record = loop.last %}
                {% set order_before = 10 if record == "activities" else 20 %}
                {% for field, (_, taken_as) in record_fields.items() %}
                    select
                        '{{ record }}' as input,
                        {{ order_before + loop.index }} as field_order,
                        '{{ field }}' as field,
                        cast(
                            {{
                                (
                                    text_literal(
                                        columns_read[record ~ field] | join(", ")
                                    )
                                    if record ~ field in columns_read
                                    else "null"
                                )
                            }} as {{ dbt.type_string() }}
                        ) as column_read,
                        '{{ taken_as }}' as taken_as,
                        sum(
                            case when {{ field }} is not null then row_count else 0 end
                        ) as filled_count,
                        sum(
                            case when is_{{ field }} then row_count else 0 end
                        ) as recognised_count,
                        sum(row_count) as row_count
                    from {{ record }}_rows
                    {% if not loop.last or not is_last_record %}
                        union all
                    {% endif %}
                {% endfor %}
            {% endfor %}
        ),
    {% endif %}

    not_understood as (
        {% for field in fields %}
            select '{{ field }}' as field, {{ clean_text("raw_" ~ field) }} as text
            from stg_leads_typed
            where
                {% if field == "lead_id" %} {{ is_rounded }}
                {% else %} {{ field }} is null and raw_{{ field }} is not null
                {% endif %}
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    frequent as (

        select
            field,
            -- a date is not a telephone number, and nor is what a spreadsheet counts
            -- days by, or microseconds
            case
                when
                    {{
                        matches(
                            "text",
                            "(\d{4}[./-]\d{1,2}[./-]\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d\d)|([A-Z][a-z]{2},? ){0,2}\d{1,2} ([A-Z][a-z]{2} )?\d{4})([T ,\u00a0\u202f]+\d{1,2}:[\d:.]+([ \u00a0\u202f]?[AaPp][Mm])?( ?[A-Z]{0,5}([+-]\d\d:?\d\d)?)( [(][A-Za-z ]+[)])?)?|[34]\d{4}([.,]\d+)?|\d{16,}",
                        )
                    }}
                then text
                else {{ example_text("text") }}
            end as text,
            row_number() over (partition by field order by count(*) desc, text) as place
        from not_understood
        where text is not null
        group by field, text

    ),

    examples as (

        select field, {{ joined_texts("text", "', '", "order by place") }} as examples
        from frequent
        where place <= {{ shown_examples }}
        group by field

    )

select
    'leads' as input,
    fields.field,
    fields.column_read,
    fields.taken_as,
    examples.examples,
    fields.row_count,
    fields.filled_count,
    fields.recognised_count,
    fields.filled_count - fields.recognised_count as not_understood_count,
    fields.known_count < {{ thin }} * fields.row_count as is_thin,
    fields.field_order
from fields
left join examples on fields.field = examples.field
{%- for column in unread %}
    union all
    select
        'leads',
        null,
        {{ text_literal(column) }},
        null,
        null,
        null,
        null,
        null,
        null,
        false,
        null
{%- endfor %}
{%- if others %}
    union all
    select
        input,
        field,
        column_read,
        taken_as,
        null,
        cast(coalesce(row_count, 0) as {{ dbt.type_bigint() }}),
        cast(coalesce(filled_count, 0) as {{ dbt.type_bigint() }}),
        cast(coalesce(recognised_count, 0) as {{ dbt.type_bigint() }}),
        cast(coalesce(filled_count - recognised_count, 0) as {{ dbt.type_bigint() }}),
        false,
        field_order
    from record_fields
{%- endif %}
