{# The columns that nothing reads, each with a field that the export has no column for and
   whose headers it shares a word with: a list of (column, field), a guess for people. #}
{% macro columns_alike(columns) %}
    {#- words that columns of every kind have -#}
    {%- set common = [
        "1",
        "account",
        "activity",
        "close",
        "company",
        "contact",
        "date",
        "first",
        "has",
        "hs",
        "id",
        "is",
        "last",
        "latest",
        "lead",
        "name",
        "number",
        "of",
        "property",
        "record",
        "the",
        "time",
        "to",
        "type",
    ] -%}
    {%- set alike = [] -%}
    {%- set unread = smartcrm.unread_columns(columns) -%}
    {%- set reads = smartcrm.fields_read(columns) -%}
    {%- set stopped = smartcrm.stopped_score() or {} -%}
    {%- set found = reads | selectattr("column") | map(attribute="field") | list -%}
    {%- for column in unread if column != stopped.column -%}
        {%- set words = smartcrm.header_words(column) -%}
        {%- set best = namespace(field=none, shared=0) -%}
        {%- for read in reads if read.field not in found -%}
            {%- for header in read.headers + [read.field, read.name] -%}
                {%- set shared = [] -%}
                {%- for word in smartcrm.header_words(header) -%}
                    {#- origin is as good as original -#}
                    {%- for theirs in words if word[:5] == theirs[:5] -%}
                        {%- do shared.append(0.1 if word in common else 1) -%}
                    {%- endfor -%}
                {%- endfor -%}
                {%- if shared | sum >= 1 and shared | sum > best.shared -%}
                    {%- set best.field, best.shared = read.field, shared | sum -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if best.field -%}
            {%- do alike.append((column, best.field)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(alike) -}}
{% endmacro %}
