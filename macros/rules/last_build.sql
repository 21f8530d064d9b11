{# A relation as the last build left it, whatever a candidate makes of it. #}
{% macro last_build(name) %}
    {{-
        return(
            api.Relation.create(
                database=target.database, schema=target.schema, identifier=name
            )
        )
    -}}
{% endmacro %}
