-- one row per prompt: what it asks and what its answer has to be
{%- set prompts = {
    "pain_summary": pain_summary(),
    "reactivation_email": reactivation_email(),
} %}

with

    prompt_templates as (
        {% for name, prompt in prompts.items() %}
            select
                {{ text_literal(name) }} as prompt_name,
                {{ text_literal(prompt.purpose) }} as purpose,
                {{ text_literal(prompt.answer) }} as answer,
                {{ text_literal(prompt.template) }} as template,
                cast({{ prompt.version }} as {{ dbt.type_int() }}) as prompt_version,
                cast(
                    {{ prompt.max_answer_characters }} as {{ dbt.type_int() }}
                ) as max_answer_characters
            {% if not loop.last %}
                union all
            {% endif %}
        {% endfor %}
    )

select *
from prompt_templates
