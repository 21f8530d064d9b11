{# The names that columns of leads have on their way from the export to the lists, so that
   no column of a user's can have them. #}
{% macro columns_of_ours() %}
    {%- set models = (
        "stg_leads_judged decision_context leads_with_work leads opportunity_leads "
        "team_worklist lifecycle_stages lead_milestones landmarks"
    ).split() -%}
    {#- and what has a name for a step, or as a kind of segment -#}
    {%- set names = smartcrm.threshold_names() + [
        "place",
        "owner",
        "all",
        "held_back",
    ] -%}
    {%- for node in graph.get("nodes", {}).values() if node.package_name == "smartcrm" and node.name in models -%}
        {%- do names.extend(node.columns) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}
