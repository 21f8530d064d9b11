{# csv, parquet or json, by the file's ending; any other ending is an error. #}
{% macro leads_file_format(path, setting="leads_path") %}
    {%- set ending = modules.re.sub("\.gz$", "", path | lower).split(".")[-1] -%}
    {%- set formats = smartcrm.file_formats() -%}
    {%- set remedies = {"zip": "; unzip it"} -%}
    {%- for each in ["xlsx", "xls", "xlsm", "xlsb", "ods", "numbers"] -%}
        {%- do remedies.update({each: "; save it as CSV UTF-8"}) -%}
    {%- endfor -%}
    {%- if ending not in formats -%}
        {%- do smartcrm.stop_reading(
            path,
            "a file that ends in " ~ formats | join(", ") ~ ", also as .gz",
            "'" ~ ending ~ "'" ~ remedies.get(ending, ""),
            setting,
        ) -%}
    {%- endif -%}
    {{- return(formats[ending]) -}}
{% endmacro %}
