-- the rules of each case are the rows of the catalogue, in their order
{%- set models = {
    "stage": "leads_with_stages",
    "health": "leads_with_feedback_flags",
    "track": "leads_with_nurture_tracks",
} %}

with

    decision_rules as (

        select decision, rule_order, rule_id from {{ ref("decision_rules") }}

    ),

    rules_of_the_models as (
        {% for decision, model in models.items() %}
            {%- for rule in decision_conditions(model, decision ~ "_rule") %}
                select
                    '{{ decision }}' as decision,
                    {{ loop.index }} as rule_order,
                    '{{ rule.rule_id }}' as rule_id
                union all
            {%- endfor %}
        {%- endfor %}
        select null as decision, null as rule_order, null as rule_id
    )

select decision, rule_order, rule_id, 'only in the catalogue' as fault
from
    (
        select decision, rule_order, rule_id
        from decision_rules
        except
        select decision, rule_order, rule_id
        from rules_of_the_models
    ) as not_decided
union all
select decision, rule_order, rule_id, 'only in the model' as fault
from
    (
        select decision, rule_order, rule_id
        from rules_of_the_models
        where decision is not null
        except
        select decision, rule_order, rule_id
        from decision_rules
    ) as not_said
