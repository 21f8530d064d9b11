{# Why a field of a lead is what it is: in a person's words behind their name where
   lead_overrides has the field, else as the rules have it. #}
{% macro effective_reason(field, rules_reason) %}
    case
        when lead_overrides.{{ field }} is null
        then {{ rules_reason }}
        else
            concat(
                lead_overrides.{{ field }}_overridden_by,
                ': ',
                lead_overrides.{{ field }}_override_reason
            )
    end
{% endmacro %}
