{# The date that a text gives in a strptime pattern, read as DuckDB reads it, for engines
   that read other patterns; null where it is not a date, or one before 1900. #}
{% macro day_by_format(expression, format) %}
    {%- set months = (
        "january february march april may june july august september october november "
        "december"
    ).split() -%}
    {%- set short_months = [] -%}
    {%- for month in months -%} {%- do short_months.append(month[:3]) -%} {%- endfor -%}
    {%- set patterns = {
        "d": "(0?[1-9]|[12]\d|3[01])",
        "m": "(0?[1-9]|1[0-2])",
        "Y": "(\d{1,4})",
        "y": "(\d{1,2})",
        "b": "(" ~ short_months | join("|") ~ ")",
        "B": "(" ~ months | join("|") ~ ")",
        "H": "(?:[01]?\d|2[0-3])",
        "I": "(?:0?[1-9]|1[0-2])",
        "M": "[0-5]?\d",
        "S": "[0-5]?\d",
        "f": "\d{1,6}",
        "p": "[ap]m",
        "%": "%",
    } -%}
    {%- set read = namespace(pattern="\s*", places=[]) -%}
    {%- for part in modules.re.findall("(?s)%-?.|\s+|.", format) -%}
        {%- set place = part[-1] -%}
        {%- if part.isspace() -%} {%- set read.pattern = read.pattern ~ "\s+" -%}
        {%- elif not part.startswith("%") -%}
            {%- set read.pattern = read.pattern ~ modules.re.escape(part) -%}
        {%- elif place not in patterns -%}
            {%- do exceptions.raise_compiler_error(
                "date_format has "
                ~ part
                ~ ", which "
                ~ target.type
                ~ " does not read; choose from %"
                ~ patterns
                | join(", %")
            ) -%}
        {%- else -%}
            {%- set read.pattern = read.pattern ~ patterns[place] -%}
            {%- if patterns[place].startswith("(") and patterns[place][1] != "?" -%}
                {%- do read.places.append(place) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set pattern = read.pattern ~ "\s*" -%}
    {%- set text = "lower(" ~ expression ~ ")" -%}
    {%- set parts = {"year": "'1900'", "month": "'01'", "day": "'01'"} -%}
    {%- for place in read.places -%}
        {%- set part = smartcrm.regexp_replace_all(
            text, "^" ~ pattern ~ "$", "\\" ~ loop.index
        ) -%}
        {%- if place == "d" -%} {%- do parts.update({"day": part}) -%}
        {%- elif place == "m" -%} {%- do parts.update({"month": part}) -%}
        {%- elif place == "Y" -%} {%- do parts.update({"year": part}) -%}
        {%- elif place == "y" -%}
            {%- set year -%}
                case when lpad({{ part }}, 2, '0') < '69' then '20' else '19' end
                || lpad({{ part }}, 2, '0')
            {%- endset -%}
            {%- do parts.update({"year": year}) -%}
        {%- else -%}
            {%- set month -%}
                case substring({{ part }}, 1, 3)
                {%- for name in short_months %}
                    when '{{ name }}' then '{{ loop.index }}'
                {%- endfor %}
                end
            {%- endset -%}
            {%- do parts.update({"month": month}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set day -%}
        lpad({{ parts.year }}, 4, '0') || '-' || lpad({{ parts.month }}, 2, '0')
        || '-' || lpad({{ parts.day }}, 2, '0')
    {%- endset -%}
    case
        when
            {{ smartcrm.matches(text, pattern) }}
            {%- if "Y" in read.places %}
                and lpad({{ parts.year }}, 4, '0') >= '1900'
            {%- endif %}
        then {{ smartcrm.try_cast("(" ~ day ~ ")", "date") }}
    end
{% endmacro %}
