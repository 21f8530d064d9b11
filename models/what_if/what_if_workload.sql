-- one row per owner team and owner: the leads that need them in the last build, and
-- would need them
with

    what_if_leads as (select * from {{ ref("what_if_leads") }}),

    owned as (

        select
            owner_team_before as owner_team,
            owner_before as owner,
            1 as before_count,
            0 as after_count
        from what_if_leads
        where work_before != 'Wait'
        union all
        select
            owner_team_after as owner_team,
            owner_after as owner,
            0 as before_count,
            1 as after_count
        from what_if_leads
        where work_after != 'Wait'

    )

select
    owner_team,
    owner,
    cast(sum(before_count) as {{ dbt.type_bigint() }}) as lead_count_before,
    cast(sum(after_count) as {{ dbt.type_bigint() }}) as lead_count_after
from owned
group by owner_team, owner
