{# The rows of a JSON file, as a relation of json: the elements of an array, or the
   objects that are one on a line. #}
{% macro json_objects(file) %}
    read_json_objects(
        {{ smartcrm.text_literal(file) }}, format = '{{ smartcrm.json_format(file) }}'
    )
{% endmacro %}
