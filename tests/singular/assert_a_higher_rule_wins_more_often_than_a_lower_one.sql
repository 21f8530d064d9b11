-- if leads at a later stage don't turn out better, beyond what chance can explain, the
-- rule that put them there says little
{{ config(severity="warn") }}

select
    higher.flag as higher_rule,
    higher.win_rate as higher_win_rate,
    lower_down.flag as lower_rule,
    lower_down.win_rate as lower_win_rate
from {{ ref("rule_backtest") }} as higher
inner join
    {{ ref("rule_backtest") }} as lower_down
    on higher.stage_order > lower_down.stage_order
where
    higher.flagged_by = 'rule'
    and lower_down.flagged_by = 'rule'
    and higher.win_rate_high < lower_down.win_rate_low
