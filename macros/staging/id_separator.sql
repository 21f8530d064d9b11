{# The character between the ids of several leads in one cell, by the meta `id_separator` of
   the mapping that reads the activities; none where a row is of one lead. #}
{% macro id_separator() %}
    {%- set mapping = smartcrm.record_mapping("activities") -%}
    {%- for node in graph.get("nodes", {}).values() if node.name == mapping -%}
        {%- set separator = node.config.meta.get("id_separator") -%}
        {%- if separator is not none and separator not in [";", ",", "|", "/"] -%}
            {%- do exceptions.raise_compiler_error(
                "%s: id_separator is '%s'; give one of ; , | /"
                % (node.original_file_path, separator)
            ) -%}
        {%- endif -%}
        {{ return(separator) }}
    {%- endfor -%}
{% endmacro %}
