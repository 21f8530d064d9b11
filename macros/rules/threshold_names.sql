{# The thresholds a decision may use, as they are named in seeds/thresholds.csv. #}
{% macro threshold_names() %}
    {{
        return(
            [
                "mql_min_intent",
                "sql_min_intent",
                "sql_max_quiet_days",
                "active_max_days",
                "stale_max_days",
            ]
        )
    }}
{% endmacro %}
