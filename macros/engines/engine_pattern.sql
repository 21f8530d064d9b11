{# A regular expression, as all macros have it, as PostgreSQL or Spark writes it. What ASCII
   means elsewhere is every script's to PostgreSQL, where code points and kinds of
   characters have other names, too; to Java \s has one blank more; and to both \b looks at
   every script's letters. #}
{% macro engine_pattern(pattern) %}
    {%- set is_postgres = target.type == "postgres" -%}
    {%- set postgres_kinds = {
        "\\d": "0-9",
        "\\s": " \\t\\n\\f\\r",
        "\\w": "A-Za-z0-9_",
        "\\p{L}": "[:alpha:]",
        "\\p{N}": "[:digit:]²³¹¼-¾",
        "\\p{Nd}": "[:digit:]",
        "\\p{Cc}": "\\u0001-\\u001F\\u007F-\\u009F",
        "\\p{Zs}": " \\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000",
        "\\p{Pd}": "\\-\\u058A\\u05BE\\u1400\\u1806\\u2010-\\u2015\\u2E17\\u2E1A\\u2E3A\\u2E3B\\u2E40\\u301C\\u3030\\u30A0\\uFE31\\uFE32\\uFE58\\uFE63\\uFF0D",
        "\\p{Cf}": "\\u00AD\\u0600-\\u0605\\u061C\\u06DD\\u070F\\u08E2\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2064\\u2066-\\u206F\\uFEFF\\uFFF9-\\uFFFB\\U000110BD\\U0001D173-\\U0001D17A\\U000E0001\\U000E0020-\\U000E007F",
    } -%}
    {%- set spark_kinds = {"\\s": " \\t\\n\\f\\r"} -%}
    {%- set kinds = postgres_kinds if is_postgres else spark_kinds -%}
    {%- set word_edge = "(?:(?<![A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<=[A-Za-z0-9_])(?![A-Za-z0-9_]))" -%}
    {%- set read = namespace(sql="", in_class=false) -%}
    {%- for part in modules.re.findall(
        "(?s)\\\\x\\{\\w+\\}|\\\\p\\{\\w+\\}|\\\\.|.", pattern
    ) -%}
        {%- if part in kinds -%}
            {%- set read.sql = read.sql ~ (
                kinds[part] if read.in_class else "[" ~ kinds[part] ~ "]"
            ) -%}
        {%- elif is_postgres and part.startswith("\\x{") -%}
            {%- set read.sql = read.sql ~ "\\u" ~ part[3:-1].rjust(4, "0") -%}
        {%- elif part == "\\b" -%} {%- set read.sql = read.sql ~ word_edge -%}
        {%- else -%}
            {%- set read.sql = read.sql ~ part -%}
            {%- if part in ["[", "]"] -%} {%- set read.in_class = part == "[" -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(read.sql) -}}
{% endmacro %}
