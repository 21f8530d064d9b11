-- if leads at a later stage don't turn out better, the rule that put them there says
-- little
{{ config(severity="warn") }}

select
    higher.stage_rule as higher_rule,
    higher.win_rate as higher_win_rate,
    lower_down.stage_rule as lower_rule,
    lower_down.win_rate as lower_win_rate
from {{ ref("rule_backtest") }} as higher
inner join
    {{ ref("rule_backtest") }} as lower_down
    on higher.stage_order > lower_down.stage_order
where higher.win_rate <= lower_down.win_rate
