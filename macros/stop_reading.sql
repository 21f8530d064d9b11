{# Stops the run: which file, what was expected of it and what was found. #}
{% macro stop_reading(path, expected, found) %}
    {{
        exceptions.raise_compiler_error(
            "leads_path '" ~ path ~ "': expected " ~ expected ~ ", found " ~ found
        )
    }}
{% endmacro %}
