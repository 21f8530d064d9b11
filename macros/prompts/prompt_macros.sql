{# The prompts there are, by name. #}
{% macro prompt_macros() %}
    {{-
        return(
            {
                "pain_summary": pain_summary(),
                "reactivation_email": reactivation_email(),
            }
        )
    -}}
{% endmacro %}
