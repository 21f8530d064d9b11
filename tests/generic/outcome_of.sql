{# Values that no rule of the decision has as its outcome; nulls pass. #}
{% test outcome_of(model, column_name, decision) %}
    select {{ column_name }}
    from {{ model }}
    where
        {{ column_name }} not in (
            select outcome
            from {{ ref("decision_rules") }}
            where decision = {{ smartcrm.text_literal(decision) }}
        )
{% endtest %}
