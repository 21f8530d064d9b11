-- a threshold that no model reads, or that no seed row sets, would be silent
with

    used as (

        {%- for threshold in threshold_names() %}
            select '{{ threshold }}' as threshold
            {%- if not loop.last %}
                union all
            {%- endif %}
        {%- endfor %}

    )

select thresholds.threshold as seed_threshold, used.threshold as model_threshold
from {{ ref("thresholds") }} as thresholds
full outer join used on thresholds.threshold = used.threshold
where thresholds.threshold is null or used.threshold is null
