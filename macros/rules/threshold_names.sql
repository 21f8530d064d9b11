{# The thresholds that decisions may use: the rows of seeds/thresholds.csv. #}
{% macro threshold_names() %}
    {{- return(smartcrm.seed_values("thresholds", "threshold")) -}}
{% endmacro %}
