{# The lines of a CSV or JSON file in their order, as a relation of line: null where it is
   empty. Each carriage return and each line feed ends one, so that files of any line ends
   are read alike; are_counted makes one end of the two together, for line numbers. What is
   not UTF-8, or longer than 16 MB, is left out and listed in csv_faults if are_checked. #}
{% macro csv_lines(file, are_checked=false, are_counted=false) %}
    {#- no text has these four characters in a row, so a line is one column -#}
    read_csv(
        {{ smartcrm.text_literal(file) }},
        auto_detect = false,
        header = false,
        columns = {'line':'varchar'},
        delim = chr(1) || chr(2) || chr(3) || chr(4),
        quote = '',
        escape = '',
        comment = '',
        strict_mode = false,
        {%- if not are_counted %} new_line = '\n', {%- endif %}
        {%- if are_checked %}
            store_rejects = true,
            rejects_table = 'csv_faults',
            rejects_scan = 'csv_fault_scans',
            rejects_limit = 1,
        {%- else %} ignore_errors = true,
        {%- endif %}
        max_line_size = 16000000,
        buffer_size = 32000000
    )
{% endmacro %}
