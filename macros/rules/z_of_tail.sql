{# How many standard errors a normal variable exceeds with so small a chance, below a
   half; to 0.0005 (Hastings, in Abramowitz and Stegun, 26.2.23). #}
{% macro z_of_tail(chance) %}
    {%- set t -%} sqrt(-2 * ln({{ chance }})) {%- endset -%}
    (
        {{ t }}
        - (2.515517 + 0.802853 * {{ t }} + 0.010328 * power({{ t }}, 2))
        / (
            1
            + 1.432788 * {{ t }}
            + 0.189269 * power({{ t }}, 2)
            + 0.001308 * power({{ t }}, 3)
        )
    )
{% endmacro %}
