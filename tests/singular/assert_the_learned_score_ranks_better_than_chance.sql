-- a score that ranks no better than a coin is not worth looking at
{{ config(severity="warn") }}

select *
from {{ ref("model_quality") }}
where measure = 'auc' and value <= 0.5
