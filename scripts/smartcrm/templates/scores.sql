-- Whether what the past says of thresholds holds for the scores of today's leads: of
-- the
-- past the CRM's are known where a build has seen them, else its intent is that of
-- activities, and the two may be on different scales
create temp view part_scores as
select
    case
        when past.by_activities_count * 2 > past.scored_count
        and today.apart_count * 4 > today.lead_count
        then
            concat(
                'In the past the CRM''s scores are not known, and intent is what activities ',
                'came to: of the ', format('{:,}', today.lead_count),
                ' leads that reach ', today.bar, ' today by the one or the other, ',
                format('{:,}', today.apart_count),
                ' do by one alone, so that thresholds may not work for the CRM''s scores ',
                'as they did then'
            )
    end as message
from
    (
        select
            count(decided.intent_score) as scored_count,
            count(decided.intent_score) filter (
                where known.intent_score is null
            ) as by_activities_count
        from landmark_leads as known
        inner join leads_with_stages_at_landmarks as decided
            on known.landmark_id = decided.lead_id
    ) as past
cross join
    (
        select
            any_value(bar.value) as bar,
            count(*) as lead_count,
            count(*) filter (
                where least(stg_leads.intent_score, lead_signals.activity_intent) < bar.value
            ) as apart_count
        from stg_leads
        inner join lead_signals using (lead_id)
        cross join thresholds_in_force as bar
        where
            bar.threshold = 'sql_min_intent'
            and stg_leads.intent_score is not null
            and lead_signals.activity_intent is not null
            and greatest(stg_leads.intent_score, lead_signals.activity_intent) >= bar.value
    ) as today
;
