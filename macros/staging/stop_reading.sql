{# Stops the run: which file, what was expected of it and what was found. What a file says
   of itself can't steer the terminal that shows it. #}
{% macro stop_reading(path, expected, found, setting="leads_path") %}
    {%- set said = "%s '%s': expected %s, found %s" % (
        setting,
        path,
        expected,
        found,
    ) -%}
    {%- set shown = [] -%}
    {%- for character in said -%}
        {%- do shown.append(character if character.isprintable() else "?") -%}
    {%- endfor -%}
    {%- do exceptions.raise_compiler_error(shown | join) -%}
{% endmacro %}
