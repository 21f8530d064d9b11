{# The SQL of a model, word for word, over what was known at the landmarks: each of the
   inputs named first is read from its NAME_at_landmarks, those named second as they are. #}
{% macro at_landmarks(model_name, inputs, others) %}
    {%- do ref(model_name) -%}
    {%- for name in others -%} {%- do ref(name) -%} {%- endfor -%}
    {%- for name in inputs -%} {%- do ref(name ~ "_at_landmarks") -%} {%- endfor -%}
    {%- if execute -%}
        {%- set sql = graph.nodes["model.smartcrm." ~ model_name].raw_code -%}
        {%- set pattern = "ref\([\"'](%s)[\"']\)" % (inputs | join("|")) -%}
        {{ render(modules.re.sub(pattern, 'ref("\\1_at_landmarks")', sql)) }}
    {%- endif -%}
{% endmacro %}
