-- one row per proposal: what to set or add, so that more of the export is understood; a
-- proposal is a guess, and nothing acts on it
{%- set dates = ["created_at", "last_engaged", "occurred_at", "entered_at"] -%}
{%- set formats_in_force = [] -%}
{%- for field in dates if date_format(field) -%}
    {%- do formats_in_force.append(field) -%}
{%- endfor -%}
{#- the share of the texts that are not understood, from which a proposal is worth it -#}
{%- set worth_it = 0.5 -%}
{#- fewer scores may all be 10 or less by chance #}
{%- set enough_scores = 20 -%}
{#- the share of scores out of range that no one mistypes -#}
{%- set many_scores = 0.05 -%}
{%- set columns = crm_export_columns() -%}
{%- set likenesses = columns_alike(columns) -%}
{%- set stopped = stopped_score() %}

with

    input_coverage as (select * from {{ ref("input_coverage") }} where input = 'leads'),

    date_formats as (select * from {{ ref("date_formats") }}),

    read_dates as (select distinct field, recognised_count from date_formats),

    best_formats as (

        select *, count(*) over (partition by field) as format_count
        from
            (
                select
                    *, rank() over (partition by field order by fit_count desc) as place
                from date_formats
                where
                    fit_count >= {{ worth_it }} * text_count
                    -- once it is set, what is read now is not
                    and fit_count > recognised_count
            ) as ranked
        where place = 1

    ),

    -- with a format that is set it may be that one which is wrong
    second_formats as (

        select field, format, fit_count, recognised_count
        from
            (
                select
                    *,
                    row_number() over (
                        partition by field order by fit_count desc, format
                    ) as place
                from date_formats
                where
                    fit_count >= {{ worth_it }} * text_count
                    and fit_count <= recognised_count
                    and fit_count * 20 > recognised_count
                    {%- for field in formats_in_force %}
                        and field != '{{ field }}'
                    {%- endfor %}
            ) as ranked
        where place = 1

    ),

    unread_scores as (

        select
            count(
                case
                    when
                        {{
                            matches(
                                clean_text("raw_intent_score"),
                                "\d+(?:[.,]\d+)?\s*%?",
                            )
                        }}
                    then 1
                end
            ) as written_otherwise_count
        from {{ ref("stg_leads_typed") }}
        where
            intent_score is null
            and {{ score_number(clean_text("raw_intent_score")) }} is null

    ),

    -- a raw score is kept where it is not the score itself
    read_scores as (

        select
            intent_score,
            {{ clean_text("raw_intent_score") }} as text,
            coalesce(
                {{ score_number(clean_text("raw_intent_score")) }}, intent_score
            ) as score
        from {{ ref("stg_leads_typed") }}
        -- what is summed up is no lead's score
        where coalesce(rejection_reasons, '') not like '%total_row%'

    ),

    scores as (

        select
            min(score) as least,
            max(score) as most,
            count(score) as score_count,
            count(case when intent_score is null then score end) as out_of_range_count,
            count(
                case when {{ matches("text", "\d+,\d\d?") }} then 1 end
            ) as comma_count,
            count(case when text like '%.%' then 1 end) as pointed_count,
            count(
                case when {{ matches("text", "[1-9]\d{0,2}(\.\d{3})+") }} then 1 end
            ) as grouped_count,
            count(
                case when {{ matches("text", "[1-9]\d{0,2}(\.\d{3}){2,}") }} then 1 end
            ) as surely_grouped_count
        from read_scores

    ),

    formats_to_set as (

        select field, format, format_count
        from best_formats
        {%- for field in formats_in_force %}
            union all
            select
                '{{ field }}' as field,
                {{ text_literal(date_format(field)) }} as format,
                1 as format_count
            from (select 1 as one) as once
            where '{{ field }}' not in (select field from best_formats)
        {%- endfor %}

    ),

    -- one setting for all dates, with what it has been until now: of each date the
    -- format itself, or the only one that fits
    formats_together as (

        select
            best_formats.field,
            best_formats.format,
            formats_to_set.field as set_field,
            formats_to_set.format as set_format,
            case when read_dates.recognised_count > 0 then 1 else 0 end as is_read_now
        from best_formats
        inner join
            formats_to_set
            on best_formats.format = formats_to_set.format
            or (
                best_formats.field != formats_to_set.field
                and formats_to_set.format_count = 1
            )
        left join read_dates on formats_to_set.field = read_dates.field

    ),

    date_settings as (

        select
            field,
            format,
            case
                when
                    count(*) > 1
                    and min(set_format) = max(set_format)
                    -- a format for all would leave unread what is read without one
                    and sum(is_read_now) = (
                        select count(case when recognised_count > 0 then 1 end)
                        from read_dates
                    )
                then min(set_format)
                else
                    {{
                        joined_texts(
                            "concat(set_field, '=', set_format)",
                            "','",
                            "order by set_field",
                        )
                    }}
            end as setting
        from formats_together
        group by field, format

    ),

    date_proposals as (

        select
            best_formats.field,
            {{
                joined_texts(
                    "best_formats.format", "' or '", "order by best_formats.format"
                )
            }} as formats,
            {{
                joined_texts(
                    "concat('\"', date_settings.setting, '\"')",
                    "', or '",
                    "order by best_formats.format",
                )
            }} as settings,
            count(*) as format_count,
            max(fit_count) as fit_count,
            max(text_count) as text_count,
            max(recognised_count) as recognised_count
        from best_formats
        inner join
            date_settings
            on best_formats.field = date_settings.field
            and best_formats.format = date_settings.format
        group by best_formats.field

    ),

    rounded_ids as (

        select
            count(*) as rounded_count, min({{ clean_text("raw_lead_id") }}) as example
        from {{ ref("stg_leads_typed") }}
        where rejection_reasons like '%rounded_lead_id%'

    ),

    spoilt_cells as (
        {% for field in ["created_at", "last_engaged", "intent_score"] %}
            select
                '{{ field }}' as field,
                count(
                    case
                        when {{ matches(clean_text("raw_" ~ field), "##+") }} then 1
                    end
                ) as hidden_count,
                -- days since 1899, from 1982 to 2091
                count(
                    case
                        when
                            {{
                                matches(
                                    clean_text("raw_" ~ field),
                                    "[3-6]\d{4}([.,]\d+)?",
                                )
                            }}
                        then 1
                    end
                ) as day_number_count
            from {{ ref("stg_leads_typed") }}
            where {{ field }} is null
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    ),

    proposals as (

        select
            'lead_id' as field,
            concat(
                'Ids that a spreadsheet has rounded or not shown: ',
                rounded_count,
                ', such as ',
                example,
                '; their digits are lost, so export again, and don''t open the file in a',
                ' spreadsheet, or format the column there as a number without decimals',
                ', and wide enough for it, before you save it (of more than 15 digits it',
                ' keeps only 15)'
            ) as proposal
        from rounded_ids
        where rounded_count > 0
        union all
        select
            field,
            concat(
                'Cells of nothing but ##: ',
                hidden_count,
                '; their column was too narrow when a spreadsheet saved it, so export',
                ' again, or widen it there before you save it'
            ) as proposal
        from spoilt_cells
        where hidden_count > 0
        union all
        select
            field,
            concat(
                'Numbers of days, as a spreadsheet keeps dates: ',
                day_number_count,
                '; format their column there as yyyy-mm-dd and save it again'
            ) as proposal
        from spoilt_cells
        where day_number_count > 0 and field != 'intent_score'
        union all
        select
            field,
            concat(
                cast(
                    {{ rounded("100.0 * fit_count / text_count") }}
                    as {{ dbt.type_int() }}
                ),
                ' % of the texts that are not dates look like ',
                formats,
                ': ',
                case
                    when format_count = 2
                    then 'both fit as well, so look at the export, and '
                    when format_count > 2
                    then 'all fit as well, so look at the export, and '
                    else ''
                end,
                'set DATE_FORMAT=',
                settings,
                case
                    when recognised_count * 20 > text_count
                    then
                        concat(
                            '; if those that are read now (',
                            recognised_count,
                            ') are not read then, the column has two formats, and no',
                            ' setting reads both: write them alike in the export'
                        )
                    else ''
                end
            ) as proposal
        from date_proposals
        union all
        select
            field,
            concat(
                'Texts that look like ',
                format,
                ': ',
                fit_count,
                ', beside ',
                recognised_count,
                ' that are read as dates; no setting reads both, so write them alike in',
                ' the export'
            ) as proposal
        from second_formats
        union all
        select
            field,
            concat(
                'Texts that are no dates in any format that is tried: ',
                max(text_count),
                '; write them as 2026-06-20, or with their zone as 2026-06-20T10:00+02:00',
                ' (a name such as CET means several), or name their format with DATE_FORMAT, such as %A, %d %B %Y at %H:%M'
            ) as proposal
        from date_formats
        where
            text_count > recognised_count
            and field not in (select field from best_formats)
            -- of the numbers of days among them something else is said
            and not exists (
                select 1
                from spoilt_cells
                where
                    spoilt_cells.field = date_formats.field
                    and spoilt_cells.day_number_count = date_formats.text_count
            )
        group by field
        union all
        select
            'intent_score' as field,
            concat(
                'Scores out of range: ',
                out_of_range_count,
                '; they run from ',
                {{ number_as_text("least") }},
                ' to ',
                {{ number_as_text("most") }},
                case
                    when out_of_range_count >= {{ many_scores }} * score_count
                    then
                        ': set SCORE_MIN and SCORE_MAX to the range that your CRM gives them'
                    else '; they may be mistyped: look at them in the export'
                end
            ) as proposal
        from scores
        where out_of_range_count > 0
        union all
        select
            'intent_score' as field,
            concat(
                'Scores that may have a point between thousands: ',
                grouped_count,
                '; they are read as decimals, so export them without, as 1234'
            ) as proposal
        from scores
        where
            surely_grouped_count > 0
            -- no score of more than 100 has three digits that are its decimals
            or (
                grouped_count = pointed_count
                and grouped_count > 0
                and (most > 100 or {{ score_range()[1] }} >= 1000 or comma_count > 0)
            )
        union all
        {%- if score_range()[1] > 10 %}
            select
                'intent_score' as field,
                concat(
                    'No score is above ',
                    {{ number_as_text("most") }},
                    ': if they run from 0 to ',
                    case when most <= 1 then '1' else '10' end,
                    ', set SCORE_MIN=0 and SCORE_MAX=',
                    case when most <= 1 then '1' else '10' end
                ) as proposal
            from scores
            where most <= 10 and score_count >= {{ enough_scores }}
            union all
        {%- endif %}
        select
            'intent_score' as field,
            concat(
                'Scores with a percent sign, or a comma that may be one of thousands: ',
                written_otherwise_count,
                '; export them with a point and no sign, as 51.9'
            ) as proposal
        from unread_scores
        where written_otherwise_count > 0
        union all
        select
            field,
            concat(
                'Rows with a word that is not known: ',
                not_understood_count,
                ', such as ',
                examples,
                ': say what they mean in seeds/source_words.csv'
            ) as proposal
        from input_coverage
        where
            field in ('funnel_stage', 'source', 'engagement_channel', 'company_size')
            and not_understood_count > 0
        {%- if stopped and not stopped.is_read %}
            union all
            select
                'intent_score',
                {{
                    text_literal(
                        stopped.column
                        ~ " is not read, since its CRM has not kept it up since "
                        ~ stopped.stopped_on
                        ~ ': SCORE_COLUMN="'
                        ~ stopped.column
                        ~ '" takes it all the same'
                    )
                }}
        {%- endif %}
        {%- for column, field in likenesses %}
            union all
            select
                '{{ field }}',
                concat(
                    {{ text_literal(column ~ " is not read and looks like " ~ field) }},
                    {{
                        text_literal(
                            ': set SCORE_COLUMN="%s"' % column
                            if field == "intent_score"
                            else ": name it %s, or add it to the headers of %s"
                            % (field, crm_mapping())
                        )
                    }}
                )
        {%- endfor %}

    )

select proposals.field, proposals.proposal
from proposals
