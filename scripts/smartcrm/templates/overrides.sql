-- What people decided instead of the rules, newest first, and the
-- thresholds they changed
create temp view part_overrides as
select
    override_id,
    target_kind,
    target,
    field,
    old_value,
    new_value,
    reason,
    logged_by,
    cast(logged_at as date) as logged_on,
    expires_on,
    (
        select moved_count
        from override_effects
        where override_effects.override_id = stg_logic_overrides.override_id
    ) as moved_count,
    count(*) over () as total_count
from stg_logic_overrides
where is_in_force and target_kind != 'logic' and new_value is not null
order by logged_at desc, override_id desc
limit 100
;
