{# The names that columns of leads have on their way from the export to the lists, so that
   no column of a user's can have them. #}
{% macro columns_of_ours() %}
    {%- set models = [
        "stg_leads_judged",
        "decision_context",
        "leads_with_nurture_tracks",
        "leads",
        "opportunity_leads",
        "team_worklist",
    ] -%}
    {%- set names = smartcrm.threshold_names() -%}
    {%- for node in graph.get("nodes", {}).values() if node.package_name == "smartcrm" and node.name in models -%}
        {%- do names.extend(node.columns) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}
