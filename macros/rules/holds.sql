{# What holds leads back: by a name the words for it, the condition that it does (over a
   lead's stage_rule, simulated_stage, stage_order, intent_score, days_since_engaged and
   active_max_days) and, of the same lead at the next landmark, that it has come free;
   none where nobody recorded what would tell. #}
{% macro holds() %}
    {{
        return(
            {
                "cooled_off": [
                    "Intent enough for sales, but quiet for too long",
                    "stage_rule = 'cooled_off' and simulated_stage != 'SQL'",
                    "stage_order_later > stage_order",
                ],
                "not_scored": [
                    "No intent score, so the rules can't tell",
                    "intent_score is null",
                    "intent_score_later is not null",
                ],
                "stale_sql": [
                    "At sales, but no longer active",
                    "simulated_stage = 'SQL'"
                    " and days_since_engaged > active_max_days",
                    "days_since_engaged_later <= active_max_days",
                ],
                "unowned": [
                    "Ready for somebody to work on, and nobody has it",
                    "effective_owner is null and stage_order > 1",
                    none,
                ],
            }
        )
    }}
{% endmacro %}
