{# The columns that nothing reads, each with a field that the export has no column for and
   whose headers it shares a word with: a list of (column, field), a guess for people. #}
{% macro columns_alike(columns) %}
    {#- words that columns of every kind have -#}
    {%- set common = (
        "1 account activity close company contact date first has hs id is last latest "
        "lead name number of property record the time to type"
    ).split() -%}
    {#- a word beside those of the headers that a field goes by elsewhere -#}
    {%- set elsewhere = {"funnel_stage": ["status"]} -%}
    {%- set guesses = [] -%}
    {%- set unread = smartcrm.unread_columns(columns) -%}
    {%- set reads = smartcrm.fields_read(columns) -%}
    {%- set stopped = smartcrm.stopped_score() or {} -%}
    {%- set found = reads | selectattr("column") | map(attribute="field") | list -%}
    {%- set openings = [] -%}
    {%- for column in unread -%}
        {%- do openings.extend(smartcrm.header_words(column)[:1]) -%}
    {%- endfor -%}
    {%- for column in unread if column != stopped.column -%}
        {%- set words = smartcrm.header_words(column) -%}
        {%- set best = namespace(field=none, shared=0) -%}
        {#- Created By names a person, not a day, and Number of Sales Activities counts -#}
        {%- set is_none = "by" in words or words[:2] == ["number", "of"] -%}
        {%- for read in reads if read.field not in found and not is_none -%}
            {%- set names = read.headers + [read.field, read.name] -%}
            {%- for header in names + elsewhere.get(read.field, []) -%}
                {%- set shared = [] -%}
                {%- for word in smartcrm.header_words(header) -%}
                    {#- origin is nearly as good as original; what opens many columns,
                        as in Deal - Owner, tells none of them apart -#}
                    {%- for theirs in words if word[:5] == theirs[:5] -%}
                        {%- set is_common = (
                            word in common or openings.count(theirs) > 5
                        ) -%}
                        {%- do shared.append(
                            1 if is_common else 10 if word == theirs else 9
                        ) -%}
                    {%- endfor -%}
                {%- endfor -%}
                {%- if shared and shared | max > 1 and shared | sum > best.shared -%}
                    {%- set best.field, best.shared = read.field, shared | sum -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if best.field -%}
            {%- do guesses.append((column, best.field, best.shared)) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- of each field those that share most -#}
    {%- set alike = [] -%}
    {%- for column, field, shared in guesses -%}
        {%- set rivals = (
            guesses | selectattr(1, "equalto", field) | map(attribute=2)
        ) -%}
        {%- if shared == rivals | max -%}
            {%- do alike.append((column, field)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(alike) -}}
{% endmacro %}
