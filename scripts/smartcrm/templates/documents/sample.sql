-- Leads and call notes that are not the sample's: the documents are public, so there
-- must be none
create temp view part_foreign_rows as
select lead_id
from
    (
        select lead_id, cast(created_at as varchar) as created_at, sales_owner
        from leads
        except
        select lead_id, created_at, sales_owner
        from leads_cleaned_1000
    ) as foreign_leads
union all
select lead_id
from
    (
        select lead_id
        from stg_call_notes
        except
        select lead_id
        from call_notes
    ) as foreign_notes
;
