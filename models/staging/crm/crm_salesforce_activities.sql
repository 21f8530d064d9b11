-- one row per row of a Salesforce export of tasks, events or both, by its report
-- headers or its API names
{{
    config(
        meta={
            "headers": {
                "lead_id": ["Who ID", "Lead ID", "Contact/Lead ID", "Name ID"],
                "occurred_at": {
                    "started_at": [
                        "Start Date Time",
                        "Start Date/Time",
                        "Activity Date Time",
                        "Start",
                    ],
                    "completed_at": [
                        "Completed Date Time",
                        "Completed Date/Time",
                    ],
                    "activity_day": ["Activity Date", "Due Date", "Date"],
                    "created_at": ["Created Date"],
                },
                "activity_type": {
                    "event_subtype": ["Event Subtype"],
                    "task_subtype": ["Task Subtype"],
                    "task_type": ["Type", "Task Type", "Activity Type"],
                    "status": ["Status", "Task Status"],
                    "is_task": ["Task", "Is Task"],
                    "is_closed": ["Closed", "Is Closed"],
                    "is_deleted": ["Deleted", "Is Deleted"],
                    "call_type": ["Call Type"],
                    "call_result": ["Call Result", "Call Disposition"],
                },
            },
        }
    )
}}
{%- set columns = crm_export_columns("activities") -%}
{%- set has_status = (
    fields_read(columns, this.name, "activities")
    | selectattr("name", "equalto", "status")
    | selectattr("column")
    | list
) %}

with

    export as (select * from {{ crm_export(record="activities") }}),

    renamed as (select {{ crm_columns("activities") }} from export),

    -- the ids may be short where the leads' are long, or long where they are short
    lead_ids as (select * from {{ salesforce_leads() }} as salesforce_leads),

    told_apart as (

        select
            *,
            -- no task starts at a time, and every task has a status
            coalesce(nullif(trim(event_subtype), ''), nullif(trim(started_at), ''))
            is not null
            or coalesce({{ is_no("is_task") }}, false)
            {%- if has_status %}
                or (
                    coalesce(trim(status), '') = ''
                    and coalesce(trim(task_subtype), '') = ''
                    and not coalesce({{ is_yes("is_task") }}, false)
                    and not coalesce({{ is_yes("is_closed") }}, false)
                )
            {%- endif %} as is_event,
            lower(trim(status)) = 'completed' or {{ is_yes("is_closed") }} as is_done,
            -- of a plain task its type says more
            case
                when lower(trim(coalesce(task_subtype, ''))) in ('', 'task')
                then trim(task_type)
                else trim(task_subtype)
            end as kind
        from renamed

    ),

    typed as (

        select
            *,
            case
                when is_event
                then 'meeting_held'
                when lower(kind) = 'call' and lower(trim(call_type)) = 'inbound'
                then 'call_received'
                when
                    lower(kind) = 'call'
                    and lower(trim(call_result)) in ('answered', 'connected', 'spoke')
                then 'call_answered'
                else
                    {{
                        crm_words(
                            "kind",
                            "activity_type",
                            {
                                "Call": "call_made",
                                "Email": "mail_sent",
                                "LinkedIn": "message_sent",
                                "Meeting": "meeting_held",
                            },
                        )
                    }}
            end as activity_type
        from told_apart

    )

select
    coalesce(lead_ids.full_id, typed.lead_id) as lead_id,
    -- a loader gives the day of a task as its midnight
    coalesce(
        nullif(trim(started_at), ''),
        nullif(trim(completed_at), ''),
        nullif(replace(trim(activity_day), ' 00:00:00', ''), ''),
        created_at
    ) as occurred_at,
    activity_type,
    case
        when activity_type like 'call%'
        then 'Phone'
        when activity_type like 'mail%'
        then 'Email'
        when lower(kind) = 'linkedin'
        then 'LinkedIn'
    end as channel,
    case
        when {{ is_yes("is_deleted") }}
        then 'deleted record'
        when is_event
        then null
        when not coalesce(is_done, false)
        then 'task that is not done'
        when {{ word_key("kind") }} = 'listemail'
        then 'mail to a list'
        -- to have done something for a lead is not to have been in touch with it
        when
            coalesce(activity_type, '') not in (
                {%- for type in allowed_values("activity_type") %}
                    {{ text_literal(type) }},
                {%- endfor %}
                ''
            )
            or coalesce(activity_type, '') = ''
        then 'task that is no call, mail or message'
    end as set_aside_as
from typed
left join
    lead_ids
    on {{ is_salesforce_id("trim(typed.lead_id)") }}
    and substr(trim(typed.lead_id), 1, 15) = lead_ids.short_id
