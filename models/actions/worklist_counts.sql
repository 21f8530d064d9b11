-- one row per work list: each team's, and that of each owner who has work
with

    worklist_rows as (select * from {{ ref("worklist_rows") }}),

    lists as (

        select distinct 'team' as list_kind, owner_team as list_name
        from {{ ref("lifecycle_stages") }}
        union all
        select distinct list_kind, list_name
        from worklist_rows
        where list_kind = 'owner'

    )

select
    lists.list_kind,
    lists.list_name,
    count(worklist_rows.lead_id) as lead_count,
    {%- for status in ["late", "due", "undated", "later"] %}
        count(
            case when worklist_rows.due_status = '{{ status }}' then 1 end
        ) as {{ status }}_count,
    {%- endfor %}
    count(case when worklist_rows.is_shown then 1 end) as shown_count,
    count(case when not worklist_rows.is_shown then 1 end) as rest_count
from lists
left join
    worklist_rows
    on lists.list_kind = worklist_rows.list_kind
    and lists.list_name = worklist_rows.list_name
group by lists.list_kind, lists.list_name
