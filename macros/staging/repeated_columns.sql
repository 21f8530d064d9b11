{# The columns that are read of the leads' export whose header another column has as well,
   which is not read. #}
{% macro repeated_columns() %}
    {%- set repeated = [] -%}
    {%- if var("leads_path") and execute -%}
        {%- set columns = smartcrm.crm_export_columns() -%}
        {%- set others = [] -%}
        {%- for column in columns if modules.re.search("_\d+_repeated$", column) -%}
            {%- set header = modules.re.sub("_\d+_repeated$", "", column) -%}
            {%- do others.append(smartcrm.header_key(header)) -%}
        {%- endfor -%}
        {%- for read in smartcrm.fields_read(columns) if read.column -%}
            {%- if smartcrm.header_key(read.column) in others -%}
                {%- do repeated.append(read.column) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(repeated) -}}
{% endmacro %}
