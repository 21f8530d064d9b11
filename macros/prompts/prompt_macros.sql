{# The prompts there are, by name. #}
{% macro prompt_macros() %}
    {{-
        return(
            {
                "pain_summary": smartcrm.pain_summary(),
                "reactivation_email": smartcrm.reactivation_email(),
            }
        )
    -}}
{% endmacro %}
