{# The columns of a raw row once it is cast: its fields, what is noted of them, and the
   reasons that it can't be trusted; without its texts. #}
{% macro lead_row_columns() %}
    {%- set columns = [
        "lead_id",
        "funnel_stage",
        "company_size",
        "source",
        "engagement_channel",
        "sales_owner",
    ] -%}
    {%- for name in smartcrm.extra_columns() -%}
        {%- do columns.append(adapter.quote(name)) -%}
    {%- endfor -%}
    {{-
        return(
            columns
            + [
                "intent_score",
                "is_invalid_created_at",
                "is_invalid_last_engaged",
                "is_missing_intent_score",
                "is_invalid_intent_score",
                "is_intent_score_out_of_range",
                "is_unknown_funnel_stage",
                "is_missing_funnel_stage",
                "is_unknown_company_size",
                "is_unknown_source",
                "is_unknown_engagement_channel",
                "created_at",
                "last_engaged",
            ]
        )
    -}}
{% endmacro %}
