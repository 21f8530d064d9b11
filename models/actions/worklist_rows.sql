-- one row per list and lead on it; a list is a team's or an owner's
{#- a sheet shows what is late, due within so many days or without a day, and at most
    so many leads: what a person can do in a week #}
{%- set days_ahead = 7 %}
{%- set most_shown = 100 %}
{%- set columns = [
    "lead_id",
    "owner_team",
    "sales_owner",
    "name",
    "what_to_do",
    "why",
    "channel",
    "record_url",
    "due_status",
    "priority",
    "due_on",
    "as_of_date",
] %}
{#- of the user's own columns the first that is a name, or a first name and a last one -#}
{%- set names = [] %}
{%- for name in extra_columns() if "name" in name %}
    {%- do names.append("team_worklist." ~ adapter.quote(name)) %}
{%- endfor %}
{%- set halves = [] %}
{%- for half in ["first", "last"] %}
    {%- for name in extra_columns() if name in [half ~ "_name", half ~ "name"] %}
        {%- do halves.append("team_worklist." ~ adapter.quote(name)) %}
    {%- endfor %}
{%- endfor %}

with

    -- what it takes from the work decision, all in this step
    work as (

        select
            team_worklist.lead_id,
            team_worklist.owner_team,
            team_worklist.sales_owner,
            {% if halves | length == 2 -%}
                nullif(concat_ws(' ', {{ halves | join(", ") }}), '')
            {%- else -%}
                cast({{ names | first | default("null") }} as {{ dbt.type_string() }})
            {%- endif %} as name,
            team_worklist.what_to_do,
            team_worklist.why,
            team_worklist.channel,
            team_worklist.pain_point_summary,
            team_worklist.record_url,
            team_worklist.list_position,
            team_worklist.priority,
            team_worklist.is_late,
            team_worklist.due_on,
            team_worklist.as_of_date
        from {{ ref("team_worklist") }} as team_worklist

    ),

    judged as (

        select
            lead_id,
            owner_team,
            sales_owner,
            name,
            what_to_do,
            concat_ws('. In the call notes: ', why, pain_point_summary) as why,
            channel,
            record_url,
            list_position,
            priority,
            -- order is precedence: the first true line wins
            case
                when is_late
                then 'late'
                when due_on is null
                then 'undated'
                when due_on <= {{ days_later("as_of_date", days_ahead) }}
                then 'due'
                else 'later'
            end as due_status,
            due_on,
            as_of_date
        from work

    ),

    listed as (

        select
            {{ columns | join(", ") }},
            'team' as list_kind,
            owner_team as list_name,
            list_position
        from judged
        union all
        select
            {{ columns | join(", ") }},
            'owner' as list_kind,
            coalesce(sales_owner, 'Unassigned') as list_name,
            row_number() over (
                partition by coalesce(sales_owner, 'Unassigned')
                order by priority desc, list_position, owner_team
            ) as list_position
        from judged

    ),

    numbered as (

        select
            *,
            row_number() over (
                partition by list_kind, list_name, due_status = 'later'
                -- what is late is shown, however many are above it
                order by case when due_status = 'late' then 0 else 1 end, list_position
            ) as place
        from listed

    )

select
    list_kind,
    list_name,
    lead_id,
    owner_team,
    sales_owner,
    name,
    what_to_do,
    why,
    channel,
    case when due_status = 'late' then 'yes' end as late,
    due_status,
    record_url,
    cast(list_position as {{ dbt.type_bigint() }}) as list_position,
    priority,
    due_status != 'later' and place <= {{ most_shown }} as is_shown,
    due_on,
    as_of_date
from numbered
