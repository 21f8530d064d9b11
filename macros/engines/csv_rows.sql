{# The rows of one of input_files that is a CSV, as a relation of its columns. All that a
   sniffer would guess is stated: no comments, quotes around whole fields, and lines that
   a carriage return or a line feed ends, of which empty ones are none. A text that a
   spreadsheet was told to leave as it is, ="0042" or '0042, is what it stands for. #}
{% macro csv_rows(file) %}
    {%- set is_single = file.columns | length == 1 %}
    (
        select
            case
                when columns(*) like '=%' or columns(*) like '''%'
                then regexp_replace(columns(*), '^="(.*)"$|^''(\d[^'']*)$', '\1\2')
                else columns(*)
            end
        from
            read_csv(
                {{ smartcrm.text_literal(file.name) }},
                auto_detect = false,
                header = true,
                skip = {{ file.skipped_count }},
                columns = {
                    {%- for column in file.columns %}
                        {{ smartcrm.text_literal(column) }}:'varchar'
                        {%- if not loop.last %},{% endif %}
                    {%- endfor %}
                },
                delim = {{ smartcrm.text_literal(file.delimiter) }},
                quote = '"',
                escape = '"',
                comment = '',
                new_line = '\n',
                strict_mode = false,
                {%- if smartcrm.has_note(file.name) %}
                    {#- which has too few fields, as no row that was counted has -#}
                    ignore_errors = true,
                {%- endif %}
                allow_quoted_nulls = {{ not is_single }},
                max_line_size = 16000000,
                buffer_size = 32000000
            )
        {%- if is_single %}
            where {{ smartcrm.quoted_name(file.columns[0]) }} is not null
        {%- endif %}
    )
{% endmacro %}
