{# What a row of a snapshot is known by, which has to be unique: its key and its day as they
   are. dbt hashes them: of ten million leads the hashes, which have nothing in common,
   took more room than all else in the history (182 MB of 326; so they are 71). #}
{% macro duckdb__snapshot_hash_arguments(args) %}
    {#- a part that is null would make all of it null -#}
    concat_ws(
        '|',
        {% for part in args %}
            {{ part }} {%- if not loop.last %}, {% endif %}
        {%- endfor %}
    )
{% endmacro %}
