-- one row per row of a HubSpot export of activities (calls, e-mails, meetings,
-- messages, notes, tasks) or of marketing e-mail events, by its headers or API names
{{
    config(
        meta={
            "header_prefixes": ["property_", "properties_"],
            "id_separator": ";",
            "headers": {
                "lead_id": [
                    "Contact ID",
                    "Associated Contact IDs",
                    "Associated Contact ID",
                    "Associated contact record ID",
                    "associations_contacts",
                    "associations.contacts.results",
                    "hs_contact_id",
                    "Recipient",
                ],
                "occurred_at": {
                    "meeting_start": [
                        "Meeting start time",
                        "hs_meeting_start_time",
                        "start_time",
                    ],
                    "moment": [
                        "Activity date",
                        "hs_timestamp",
                        "timestamp",
                        "Call time",
                        "Email send date",
                        "created",
                        "Create date",
                        "hs_createdate",
                        "createdAt",
                    ],
                },
                "activity_type": {
                    "kind": [
                        "Engagement type",
                        "hs_engagement_type",
                        "Activity type",
                        "hs_activity_type",
                        "Event type",
                        "type",
                    ],
                    "email_direction": ["Email direction", "hs_email_direction"],
                    "call_direction": ["Call direction", "hs_call_direction"],
                    "call_outcome": [
                        "Call outcome",
                        "hs_call_disposition",
                        "Call disposition",
                    ],
                    "meeting_outcome": ["Meeting outcome", "hs_meeting_outcome"],
                    "message_channel": [
                        "Channel type",
                        "hs_communication_channel_type",
                    ],
                    "filtered_event": ["Filtered event"],
                },
            },
        }
    )
}}

with

    export as (select * from {{ crm_export(record="activities") }}),

    renamed as (select {{ crm_columns("activities") }} from export),

    -- an event of a marketing e-mail names its recipient's address
    lead_ids as (select * from {{ leads_by_email() }} as leads_by_email),

    in_words as (

        select
            *,
            nullif({{ word_key("kind") }}, '') as kind_word,
            nullif({{ word_key("email_direction") }}, '') as email_word,
            nullif({{ word_key("call_direction") }}, '') as call_word,
            nullif({{ word_key("call_outcome") }}, '') as call_outcome_word,
            nullif({{ word_key("meeting_outcome") }}, '') as meeting_outcome_word,
            nullif({{ word_key("message_channel") }}, '') as message_word
        from renamed

    ),

    -- an export of calls alone does not say that they are calls
    of_a_kind as (

        select
            *,
            case
                when kind_word is not null
                then kind_word
                when coalesce(call_word, call_outcome_word) is not null
                then 'call'
                when email_word is not null
                then 'email'
                when coalesce(meeting_start, meeting_outcome_word) is not null
                then 'meeting'
                when message_word is not null
                then 'communication'
            end as record_kind
        from in_words

    ),

    told_apart as (

        select
            *,
            case
                when record_kind = 'call' and call_word = 'inbound'
                then 'call_received'
                -- HubSpot's API gives its own outcome, Connected, by this key,
                -- here without its dashes
                when
                    record_kind = 'call'
                    and call_outcome_word
                    in ('connected', 'answered', 'f240bbac87c94f6ebf70924b57d47db7')
                then 'call_answered'
                when record_kind = 'call'
                then 'call_made'
                -- what is forwarded to HubSpot is a contact's reply: ours is
                -- copied to it
                when
                    record_kind in ('incomingemail', 'forwardedemail', 'reply')
                    or email_word in ('incomingemail', 'incoming', 'forwardedemail')
                then 'mail_replied'
                when record_kind in ('email', 'postalmail')
                then 'mail_sent'
                when record_kind = 'open'
                then 'mail_opened'
                when record_kind = 'click'
                then 'mail_clicked'
                when record_kind = 'meeting'
                then 'meeting_held'
                when record_kind = 'conversationsession'
                then 'message_received'
                when
                    record_kind in (
                        'communication',
                        'linkedinmessage',
                        'linkedin',
                        'sms',
                        'whatsapp',
                        'whatsappmessage'
                    )
                then 'message_sent'
                else {{ crm_words("kind", "activity_type") }}
            end as activity_type,
            case
                when record_kind in ('note', 'task')
                then record_kind
                when email_word = 'draftemail'
                then 'draft of a mail'
                when
                    record_kind = 'meeting'
                    and meeting_outcome_word
                    in ('noshow', 'canceled', 'cancelled', 'rescheduled')
                then 'meeting that was not held'
                when {{ is_yes("filtered_event") }}
                then 'event that HubSpot filtered'
                when
                    record_kind in (
                        'sent',
                        'processed',
                        'delivered',
                        'deferred',
                        'dropped',
                        'bounce',
                        'unbounce',
                        'spamreport',
                        'statuschange',
                        'suppressed',
                        'print',
                        'forward'
                    )
                then 'event of a mail that is no engagement'
            end as set_aside_as
        from of_a_kind

    )

select
    case
        -- JSON of the API has an object for each id
        when told_apart.lead_id like '[%"id"%'
        then
            {{
                regexp_replace_all(
                    regexp_replace_all(
                        "told_apart.lead_id",
                        '\{[^{}]*"id": *"?(\d+)"?[^{}]*\}',
                        "\\1;",
                    ),
                    "[^\d;]",
                )
            }}
        else coalesce(lead_ids.lead_id, told_apart.lead_id)
    end as lead_id,
    case
        when record_kind = 'meeting' then coalesce(meeting_start, moment) else moment
    end as occurred_at,
    activity_type,
    case
        when activity_type like 'call%'
        then 'Phone'
        when record_kind = 'postalmail'
        then null
        when activity_type like 'mail%'
        then 'Email'
        when activity_type like 'message%'
        then
            {{
                crm_words(
                    "coalesce(nullif(trim(message_channel), ''), kind)",
                    "engagement_channel",
                    {"Whats App": "WhatsApp", "Conversation Session": ""},
                )
            }}
    end as channel,
    set_aside_as
from told_apart
left join lead_ids on lower(trim(told_apart.lead_id)) = lead_ids.email
