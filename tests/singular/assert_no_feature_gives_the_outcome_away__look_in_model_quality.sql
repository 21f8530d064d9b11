-- what ranks almost perfectly by itself was not known before the outcome was
{{ config(severity="warn") }}

select message
from {{ ref("model_quality") }}
where measure like 'leak_%'
