{# SQL that says how a comparison comes out: of two numbers how far it is from the turn,
   of anything else whether it is true. #}
{% macro comparison_verdict(comparison) %}
    {%- set parts = sql_tokens(comparison) | map("trim") | list -%}
    {%- set sign = parts[1] if parts | length == 3 else "" -%}
    {%- set truth = "case when " ~ comparison ~ " then 'true' else 'false' end" -%}
    {%- set verdict = namespace(sql=truth) -%}
    {%- if sign in ["<", "<=", "=", ">=", ">"] and "'" not in comparison -%}
        {%- set numbers = [] -%}
        {%- for part in [parts[0], parts[2]] -%}
            {%- do numbers.append(
                try_cast(
                    "cast(" ~ part ~ " as " ~ dbt.type_string() ~ ")",
                    "decimal(18, 2)",
                )
            ) -%}
        {%- endfor -%}
        {%- set above = "(" ~ numbers[0] ~ " - " ~ numbers[1] ~ ")" -%}
        {%- set gap = "replace(cast(abs(%s) as %s), '.00', '')" % (
            above,
            dbt.type_string(),
        ) -%}
        {%- set verdict.sql = "case when %s is null then %s" % (above, truth) -%}
        {%- if sign == "=" -%}
            {%- set verdict.sql = verdict.sql ~ " when %s = 0 then 'true'" % above -%}
        {%- else -%}
            {%- set verdict.sql = verdict.sql ~ (
                " when %s then concat(%s, ' to spare') when %s = 0 then 'equal'"
                % (comparison, gap, above)
            ) -%}
        {%- endif -%}
        {%- set verdict.sql = verdict.sql ~ (
            " when %s < 0 then concat(%s, ' short') else concat(%s, ' over') end"
            % (above, gap, gap)
        ) -%}
    {%- endif -%}
    {{-
        return(
            "case when (%s) is null then 'unknown' else %s end"
            % (comparison, verdict.sql)
        )
    -}}
{% endmacro %}
