{# What is wrong with a CSV file before its columns are known: nothing in it, or bytes
   that are not UTF-8; none where it is sound. Not strict, since a quoted text may hold
   other line ends than the file. #}
{% macro csv_encoding_fault(file) %}
    {%- set lines = run_query(
        "select count(line) from read_csv("
        ~ file
        ~ ", auto_detect = false, "
        ~ "header = false, columns = {'line': 'varchar'}, delim = chr(1), quote = '', "
        ~ "escape = '', strict_mode = false, store_rejects = true, rejects_table = 'leads_faults', "
        ~ "rejects_scan = 'leads_fault_scans', rejects_limit = 1)"
    ).rows[0][0] -%}
    {%- set faults = run_query(
        "select line from leads_faults where error_type = 'INVALID ENCODING'"
    ) -%}
    {%- set fault = none -%}
    {%- if faults.rows | length -%}
        {%- set fault = (
            "other bytes on line "
            ~ faults.rows[0][0]
            ~ "; save it as UTF-8"
        ) -%}
    {%- elif lines == 0 -%}
        {%- set fault = "an empty file; a header line with lead_id is needed" -%}
    {%- endif -%}
    {%- do run_query("drop table leads_faults") -%}
    {%- do run_query("drop table leads_fault_scans") -%}
    {{- return(fault) -}}
{% endmacro %}
