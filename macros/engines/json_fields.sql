{# The fields of a JSON file's objects, however late the first object with one comes: a
   list of {header, pointer}. Of an object in an object, such as the properties of
   HubSpot's API, the fields are properties.createdate and so on; one that is deep within
   others, or has thousands of fields, is a text. #}
{% macro json_fields(file, within="", header="") %}
    {%- set deepest, most = 3, 2000 -%}
    {%- set object = (
        "json_extract(json, " ~ smartcrm.text_literal(within) ~ ")"
        if within
        else "json"
    ) -%}
    {%- set query -%}
        select key
        from
            (
                select
                    unnest(json_keys(object)) as key,
                    unnest(range(len(json_keys(object)))) as place
                from
                    (
                        select {{ object }} as object
                        from {{ smartcrm.json_objects(file) }} as objects
                    ) as found
                where json_type(object) = 'OBJECT'
            ) as placed
        group by key
        order by min(place), key
    {%- endset -%}
    {%- set fields = [] -%}
    {%- for key in run_query(query).columns[0].values() -%}
        {%- set escaped = key | replace("~", "~0") | replace("/", "~1") -%}
        {%- do fields.append(
            {"header": header ~ key, "pointer": within ~ "/" ~ escaped}
        ) -%}
    {%- endfor -%}
    {%- if not fields or (within and fields | length > most) -%} {{ return([]) }}
    {%- elif within.count("/") == deepest - 1 -%} {{ return(fields) }}
    {%- endif -%}
    {%- set types = [] -%}
    {%- for field in fields -%}
        {%- do types.append(
            "bool_or(json_type(json, "
            ~ smartcrm.text_literal(field.pointer)
            ~ ") = 'OBJECT')"
        ) -%}
    {%- endfor -%}
    {%- set are_objects = run_query(
        "select " ~ types
        | join(", ")
        ~ " from "
        ~ smartcrm.json_objects(file)
        ~ " as objects"
    ).rows[0] -%}
    {%- set flat = [] -%}
    {%- for field in fields -%}
        {%- set parts = (
            smartcrm.json_fields(file, field.pointer, field.header ~ ".")
            if are_objects[loop.index0]
            else []
        ) -%}
        {%- do flat.extend(parts or [field]) -%}
    {%- endfor -%}
    {{- return(flat) -}}
{% endmacro %}
