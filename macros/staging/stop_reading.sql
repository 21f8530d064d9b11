{# Stops the run: which file, what was expected of it and what was found. #}
{% macro stop_reading(path, expected, found, setting="leads_path") %}
    {{
        exceptions.raise_compiler_error(
            setting ~ " '" ~ path ~ "': expected " ~ expected ~ ", found " ~ found
        )
    }}
{% endmacro %}
