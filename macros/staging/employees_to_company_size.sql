{# The size band of a number of employees; a range such as 25-50 counts as its upper end,
   50+ as one more than 50, 1K is 1000, a dot or comma before exactly three digits is one
   of thousands and any other a decimal one. What the seed source_words has wins; what is
   not a number is passed on as it is. #}
{% macro employees_to_company_size(expression) %}
    {%- set text = "cast(" ~ expression ~ " as " ~ dbt.type_string() ~ ")" -%}
    {%- set end = smartcrm.regexp_replace_all(
        text, "(?i)^.*[-–]|[\s\u00a0\u202f]|employees$"
    ) -%}
    {%- set upper_end = smartcrm.regexp_replace_all(end, "[+]") -%}
    {%- set in_thousands = smartcrm.regexp_replace_all(
        upper_end, "^(\d+)[Kk]$", "\\1000"
    ) -%}
    {%- set whole = smartcrm.regexp_replace_all(
        in_thousands,
        "^(\d{1,3})[.,](\d{3})(?:[.,](\d{3}))?(?:[.,]\d{1,2})?$",
        "\\1\\2\\3",
    ) -%}
    {%- set decimal = smartcrm.regexp_replace_all(whole, ",", ".") -%}
    {%- set employees -%}
        {{ smartcrm.try_cast(decimal, smartcrm.type_double()) }}
        + case when {{ end }} like '%_+' then 1 else 0 end
    {%- endset -%}
    {%- set sizes = smartcrm.allowed_values("company_size") -%}
    {%- set size_band -%}
        case
            when {{ smartcrm.matches(decimal, "[+-]?(\d+(\.\d*)?|\.\d+)") }}
            then
                case
                    when {{ employees }} < 1
                    then {{ smartcrm.text_literal(sizes | last) }}
                    {%- for size in sizes %}
                        {%- set most = modules.re.search("-(\d+)$", size) -%}
                        {%- if most %}
                            when {{ employees }} <= {{ most[1] }}
                            then {{ smartcrm.text_literal(size) }}
                        {%- elif size.endswith("+") %}
                            else {{ smartcrm.text_literal(size) }}
                        {%- endif -%}
                    {%- endfor %}
                end
            else {{ text }}
        end
    {%- endset -%}
    {{- smartcrm.crm_words(text, "company_size", {}, size_band) -}}
{% endmacro %}
