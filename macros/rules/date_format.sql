{# The strptime pattern that a date column of the export is in, from the var date_format:
   one pattern for all, or one per column as created_at=%d/%m/%Y, last_engaged=%m-%d-%Y;
   none where the column is in ISO 8601. #}
{% macro date_format(column) %}
    {%- set dates = ["created_at", "last_engaged", "occurred_at", "entered_at"] -%}
    {%- set formats = {} -%}
    {%- set parts = modules.re.split(
        ",\s*(?=\w+\s*=)", var("date_format") | string | trim
    ) -%}
    {%- for part in parts if part -%}
        {%- set named = modules.re.fullmatch("(\w+)\s*=\s*(.*)", part) -%}
        {%- for name in ([named.group(1)] if named else dates) -%}
            {%- do formats.update({name: named.group(2) if named else part}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set places = "%(-?[dmyHIMSj]|[aAbBhYpfgnzGuVUWwcxXT%])" -%}
    {%- for name, format in formats.items() -%}
        {%- set unread = modules.re.sub(places, "", format) -%}
        {%- if name not in dates -%}
            {%- do exceptions.raise_compiler_error(
                "date_format names '%s'; the dates are %s"
                % (name, dates | join(", "))
            ) -%}
            {%- elif " or " in format -%}
            {%- do exceptions.raise_compiler_error(
                "date_format is '%s' for %s; look at the export and give the one "
                "of them that its dates are in" % (format, name)
            ) -%}
            {%- elif "%Z" in unread -%}
            {%- do exceptions.raise_compiler_error(
                "date_format is '%s' for %s; a zone's name says no offset for sure "
                "(IST, BST): export offsets, which %%z reads, or times in UTC, and "
                "write what stands there as it is, such as UTC"
                % (format, name)
            ) -%}
            {%- elif "%" in unread or unread == format -%}
            {%- do exceptions.raise_compiler_error(
                "date_format is '%s' for %s; give a pattern such as %%d/%%m/%%Y or "
                "%%Y-%%m-%%d %%H:%%M" % (format, name)
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(formats.get(column)) -}}
{% endmacro %}
