-- one row: how near other dates come to the day that leads are judged on; none where
-- nothing has a date
{#- days up to the newest, of which a CRM in use has more than this share of a year's
    dates; of fewer dates than these, few may be so new by chance -#}
{%- set newest_days = 14 -%}
{%- set newest_share = 0.005 -%}
{%- set enough_dates = 100 %}

with

    date_counts as (select * from {{ ref("date_counts") }}),

    as_of as (select * from {{ ref("as_of") }}),

    dated as (

        select
            date_counts.*,
            as_of.as_of_date,
            date_counts.dated_on
            > {{ days_later("as_of.as_of_date", "-" ~ newest_days) }} as is_newest
        from date_counts
        cross join as_of
        where date_counts.dated_on <= as_of.as_of_date

    ),

    compared as (

        select
            *, max(case when not is_newest then dated_on end) over () as next_newest_on
        from dated

    ),

    counted as (

        select
            as_of_date,
            next_newest_on,
            sum(date_count) as date_count,
            sum(case when is_newest then date_count else 0 end) as newest_count,
            max(case when is_newest then field end) as newest_field
        from compared
        where dated_on > {{ days_later("next_newest_on", "-365") }}
        group by as_of_date, next_newest_on

    )

select
    newest_field,
    cast(date_count as {{ dbt.type_bigint() }}) as date_count,
    cast(newest_count as {{ dbt.type_bigint() }}) as newest_count,
    -- a day that somebody named is meant
    {{ date_setting("as_of_date") }} is null
    and date_count >= {{ enough_dates }}
    and newest_count < {{ newest_share }} * date_count as is_alone,
    next_newest_on,
    as_of_date
from counted
