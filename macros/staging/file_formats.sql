{# The formats of files that can be read, by the endings that name them. #}
{% macro file_formats() %}
    {{-
        return(
            {
                "csv": "csv",
                "tsv": "csv",
                "txt": "csv",
                "parquet": "parquet",
                "json": "json",
                "jsonl": "json",
                "ndjson": "json",
            }
        )
    -}}
{% endmacro %}
