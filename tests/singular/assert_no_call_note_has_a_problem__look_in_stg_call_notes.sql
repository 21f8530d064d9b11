-- a note with a problem is no failure of the build, but someone should look at it
{{ config(severity="warn") }}
select *
from {{ ref("stg_call_notes") }}
where problem is not null
