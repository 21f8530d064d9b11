{# The thresholds that decisions may use: the rows of seeds/thresholds.csv, whose names
   stand in SQL as they are. #}
{% macro threshold_names() %}
    {%- set names = smartcrm.seed_values("thresholds", "threshold") -%}
    {%- for name in names if not modules.re.fullmatch("[a-z][a-z0-9_]*", name) -%}
        {%- do exceptions.raise_compiler_error(
            "seeds/thresholds.csv: '%s' can't name a column; take small letters, "
            "digits and _" % name
        ) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}
