-- one row per thing about the export that would mislead if nobody said it: rows that
-- were
-- rejected, and fields that most leads lack, with what is therefore not known
{{ config(post_hook="{{ warn_of('notice') }}") }}
{%- set not_known = {
    "created_at": "since when leads are there is not known",
    "funnel_stage": "who is a customer, and so conversion, is not known; a lead without a stage is taken as Lead",
    "intent_score": "a lead without a score gets no further than the CRM has it, and conversion is not known",
    "last_engaged": "engagement health and conversion are not known",
} %}

with

    input_coverage as (select * from {{ ref("input_coverage") }} where row_count > 0),

    rejections as (

        select
            rejection_reasons,
            count(*) as rejected_count,
            row_number() over (order by count(*) desc, rejection_reasons) as place
        from {{ ref("stg_leads_judged") }}
        where rejection_reasons is not null
        group by rejection_reasons

    ),

    proposals as (

        select
            field,
            {{ joined_texts("proposal", "'. '", "order by proposal") }} as proposals
        from {{ ref("input_proposals") }}
        group by field

    ),

    thin as (

        select
            input_coverage.field,
            input_coverage.field_order,
            concat_ws(
                '',
                input_coverage.field,
                ' is understood in ',
                input_coverage.recognised_count,
                ' of ',
                input_coverage.row_count,
                ' rows (',
                case
                    when input_coverage.column_read is null
                    then 'there is no column for it'
                    else concat_ws('', 'read from ', input_coverage.column_read)
                end,
                ')'
            ) as found,
            case
                when proposals.proposals is not null
                then concat_ws('', '. ', proposals.proposals)
            end as proposals
        from input_coverage
        left join proposals on input_coverage.field = proposals.field
        where input_coverage.is_thin

    ),

    -- what was rejected for a text, and what to do about it where the field is not thin
    rejected_texts as (

        select
            {{
                joined_texts(
                    "concat_ws('', input_coverage.field, ' ', input_coverage.examples)",
                    "'; '",
                    "order by input_coverage.field_order",
                )
            }} as examples,
            {{
                joined_texts(
                    "case when not input_coverage.is_thin and proposals.proposals is not null then concat_ws('', '. ', proposals.proposals) end",
                    "''",
                    "order by input_coverage.field_order",
                )
            }}
            as proposals
        from input_coverage
        left join proposals on input_coverage.field = proposals.field
        where
            input_coverage.taken_as = 'rejected'
            and input_coverage.not_understood_count > 0

    ),

    notices as (

        select
            0 as notice_order,
            concat_ws(
                '',
                'Rejected: ',
                sum(rejected_count),
                ' of ',
                (select max(row_count) from input_coverage),
                ' rows (',
                {{
                    joined_texts(
                        "case when place <= 3 then concat(rejected_count, ' ', rejection_reasons) end",
                        "'; '",
                        "order by place",
                    )
                }},
                ')',
                max(
                    case
                        when rejected_texts.examples is not null
                        then concat_ws('', ', such as ', rejected_texts.examples)
                    end
                ),
                '; look in rejected_leads',
                max(rejected_texts.proposals)
            ) as notice
        from rejections
        cross join rejected_texts
        having count(*) > 0
        union all
        select
            field_order as notice_order,
            concat_ws(
                '',
                found,
                ': ',
                case
                    field
                    {%- for field, consequence in not_known.items() %}
                        when '{{ field }}' then {{ text_literal(consequence) }}
                    {%- endfor %}
                    else 'segments by it say little'
                end,
                proposals
            ) as notice
        from thin
        where field != 'lead_id'

    )

select cast(notice_order as {{ dbt.type_int() }}) as notice_order, notice
from notices
