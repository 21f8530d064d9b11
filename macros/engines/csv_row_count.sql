{# How many rows a CSV file has, counted from its lines by the quotes in them and not by
   the reader that fills the models, and the line of a note below them: {row_count,
   note_line}. Stops the run at the first other row that can't be read whole, with its
   line and what is wrong with it, and never with what is in it. #}
{% macro csv_row_count(file, setting="leads_path") %}
    {%- set header = smartcrm.csv_header(file, setting) -%}
    {%- set field_count = header.headers | length -%}
    {%- set mark = smartcrm.text_literal(header.delimiter) -%}
    {%- set delimiter = modules.re.escape(header.delimiter) -%}
    {#- quotes stand around a whole field, or around the text of one such as ="0042" -#}
    {%- set field -%}
        ("([^"]|"")*" *|="[^"{{ delimiter }}]*"|[^"{{ delimiter }}]*)
    {%- endset -%}
    {%- set whole_fields = smartcrm.text_literal(
        field ~ "(" ~ delimiter ~ field ~ ")*"
    ) -%}
    {#- every window is a running one over the file's order, so that nothing is kept -#}
    {%- set running = "rows between unbounded preceding and current row" -%}
    {%- set query -%}
        with

            lines as (

                select
                    coalesce(line, '') as line,
                    row_number() over () as place,
                    length(line) - length(replace(line, '"', '')) as quote_count,
                    sum(strlen(coalesce(line, '')) + 1) over ({{ running }})
                    as bytes_so_far
                from {{ smartcrm.csv_lines(file, are_checked=true) }} as lines

            ),

            quoted as (

                select
                    *,
                    coalesce(sum(quote_count) over ({{ running }}), 0) % 2
                    = 1 as ends_in_quotes,
                    ends_in_quotes
                    != (coalesce(quote_count, 0) % 2 = 1) as starts_in_quotes
                from lines
                where place > {{ header.skipped_count }}

            ),

            -- a quote that is open where a line starts or ends is put there, so that each
            -- line is judged by itself
            outlined as (

                select
                    place,
                    bytes_so_far,
                    line != '' and not starts_in_quotes as starts_row,
                    line != '' and not ends_in_quotes as ends_row,
                    ends_in_quotes,
                    case
                        when coalesce(quote_count, 0) = 0
                        then if(starts_in_quotes, '', line)
                        else
                            concat(
                                if(starts_in_quotes, '"', ''),
                                line,
                                if(ends_in_quotes, '"', '')
                            )
                    end as fields,
                    case
                        when coalesce(quote_count, 0) = 0
                        then fields
                        else regexp_replace(fields, '"[^"]*"', '', 'g')
                    end as outline,
                    length(outline)
                    - length(replace(outline, {{ mark }}, '')) as delimiter_count,
                    coalesce(quote_count, 0) = 0
                    or (
                        regexp_full_match(fields, {{ whole_fields }})
                        and not (ends_in_quotes and regexp_matches(line, '="[^"]*$'))
                    ) as is_whole
                from quoted

            ),

            counted as (

                select
                    *,
                    sum(delimiter_count) over ({{ running }}) as delimiters_so_far,
                    max(if(starts_row, place, null)) over ({{ running }}) as row_place
                from outlined

            ),

            summed as (

                select
                    *,
                    delimiters_so_far
                    - max(
                        if(starts_row, delimiters_so_far - delimiter_count, null)
                    ) over ({{ running }})
                    + 1 as field_count
                from counted

            ),

            judged as (

                select
                    *,
                    case
                        when not is_whole
                        then 'quote'
                        when
                            ends_row
                            and field_count != {{ field_count }}
                            -- a delimiter at the end of a row is one field more
                            and not (
                                field_count = {{ field_count }} + 1
                                and suffix(outline, {{ mark }})
                            )
                        then 'fields'
                    end as fault
                from summed

            )

        select
            count(*) filter (where starts_row) - 1 as row_count,
            arg_min(fault, place) filter (where fault is not null) as fault,
            min(row_place) filter (where fault is not null) as fault_place,
            arg_min(field_count, place) filter (
                where fault is not null
            ) as field_count,
            bool_or(ends_in_quotes) and arg_max(ends_in_quotes, place) as is_unclosed,
            max(row_place) as last_place,
            max(row_place) filter (
                where
                    fault is null
                    and ends_row
                    and row_place > {{ header.skipped_count + 1 }}
            ) as last_whole_place,
            max(bytes_so_far) as line_bytes,
            count(*) filter (where fault is not null and ends_row) as faulty_count,
            bool_and(fault = 'fields' and field_count <= 1) filter (
                where fault is not null
            ) as are_lines,
            {#- gzip says at its end how long the text is, the low byte first -#}
            (
                select
                    {%- if file.lower().endswith(".gz") %}
                        cast(
                            concat(
                                '0x',
                                hex(content[-1:]),
                                hex(content[-2:-2]),
                                hex(content[-3:-3]),
                                hex(content[-4:-4])
                            ) as bigint
                        )
                    {%- else %} size
                    {%- endif %}
                from read_blob({{ smartcrm.text_literal(file) }})
            ) as file_bytes
        from judged
    {%- endset -%}
    {%- set found = run_query(query).rows[0] -%}
    {%- set rejections -%}
        select error_type, line from csv_faults
    {%- endset -%}
    {%- set rejected = namespace(rows=run_query(rejections).rows) -%}
    {%- do run_query("drop table csv_faults") -%}
    {%- do run_query("drop table csv_fault_scans") -%}
    {%- if rejected.rows -%}
        {#- read again for the line's number as an editor shows it -#}
        {%- set lines = smartcrm.csv_lines(file, are_checked=true, are_counted=true) -%}
        {%- do run_query("select max(line) from " ~ lines ~ " as lines") -%}
        {%- set rejected.rows = run_query(rejections).rows -%}
        {%- do run_query("drop table csv_faults") -%}
        {%- do run_query("drop table csv_fault_scans") -%}
    {%- endif -%}
    {%- for error, line in rejected.rows -%}
        {%- do smartcrm.stop_reading(
            file,
            "UTF-8 text",
            (
                "other bytes on line %s; export or save it as CSV UTF-8"
                if error == "INVALID ENCODING"
                else "more than 16 MB on line %s; is a quote open there?"
            )
            % line,
            setting,
        ) -%}
    {%- endfor -%}
    {#- of a line longer than its buffer the reader says nothing; a mark takes three bytes -#}
    {%- if found["file_bytes"] - found["line_bytes"] > 3 -%}
        {%- do smartcrm.stop_reading(
            file,
            "at most 16 MB on a line",
            "a longer one; is a quote open there?",
            setting,
        ) -%}
    {%- endif -%}
    {#- of what follows in the same file gzip's length says nothing; the last line needs
        no end -#}
    {%- if found["line_bytes"] - found["file_bytes"] > 1 -%}
        {%- do smartcrm.stop_reading(
            file,
            "one compressed file of less than 4 GB",
            "several in one, or a larger one; unpack it, or compress it again",
            setting,
        ) -%}
    {%- endif -%}
    {%- set fault = found["fault"] or ("quote" if found["is_unclosed"] else none) -%}
    {%- if fault -%}
        {%- set line = smartcrm.csv_line_number(
            file,
            (
                found["fault_place"]
                if found["fault"]
                else found["last_place"]
            )
            | int,
        ) -%}
        {%- if found["are_lines"] and not found["is_unclosed"] and (
            found["fault_place"] > (found["last_whole_place"] or 0)
            and smartcrm.is_note(file, line)
        ) -%}
            {{
                return(
                    {
                        "row_count": (found["row_count"] - found["faulty_count"])
                        | int,
                        "note_line": line,
                    }
                )
            }}
        {%- elif fault == "quote" -%}
            {%- do smartcrm.stop_reading(
                file,
                "quotes around whole fields",
                "one in the row on line %s that is not closed or not at an end of "
                "its field; put the field in quotes and double those in it"
                % line,
                setting,
            ) -%}
        {%- else -%}
            {%- do smartcrm.stop_reading(
                file,
                "%s %s in the row on line %s, as in the header"
                % (
                    field_count,
                    "fields" if field_count > 1 else "field",
                    line,
                ),
                found["field_count"]
                | int
                ~ (
                    ", and no row like the header's below it; delete a note at its end"
                    if found["last_place"]
                    > found["fault_place"]
                    > (found["last_whole_place"] or found["fault_place"])
                    else "; mend or delete the row"
                ),
                setting,
            ) -%}
        {%- endif -%}
    {%- endif -%}
    {{- return({"row_count": found["row_count"] | int, "note_line": none}) -}}
{% endmacro %}
