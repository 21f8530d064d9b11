-- one row a ledger entry, typed, with whether it counts on the day leads are judged
with

    logic_overrides as (select * from {{ ref("logic_overrides") }}),

    as_of as (select * from {{ ref("as_of") }}),

    typed as (

        select
            {{ try_cast("override_id", dbt.type_int()) }} as override_id,
            logged_by,
            target_kind,
            target,
            field,
            old_value,
            new_value,
            reason,
            {{ try_cast("logged_at", dbt.type_timestamp()) }} as logged_at,
            {{ try_cast("expires_on", "date") }} as expires_on,
            coalesce({{ date_setting("logic_as_of") }}, as_of_date) as counted_on
        from logic_overrides
        cross join as_of

    ),

    counted as (

        select
            *,
            (
                {{ date_setting("logic_as_of") }} is null
                or cast(logged_at as date) <= counted_on
            )
            and (expires_on is null or expires_on >= counted_on) as is_live
        from typed

    ),

    ranked as (

        select
            *,
            row_number() over (
                partition by target_kind, target, field, is_live
                order by logged_at desc, override_id desc
            ) as recency
        from counted

    )

select
    override_id,
    logged_by,
    target_kind,
    target,
    field,
    old_value,
    new_value,
    reason,
    is_live,
    is_live and recency = 1 as is_in_force,
    logged_at,
    expires_on
from ranked
