{# A Salesforce id as long as a number says: reports give 15 characters, of which the case
   counts, and loaders 18, of which the last three say which of the others are capitals. #}
{% macro salesforce_id(id, length) %}
    case
        when {{ length }} = 15 and {{ smartcrm.matches(id, "[0-9A-Za-z]{18}") }}
        then substr({{ id }}, 1, 15)
        when {{ length }} = 18 and {{ smartcrm.matches(id, "[0-9A-Za-z]{15}") }}
        then
            concat(
                {{ id }}
                {%- for start in [1, 6, 11] %}
                    ,
                    substr(
                        'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
                        1
                        {%- for bit in range(5) %}
                            {%- set sign = "substr(%s, %s, 1)" % (id, start + bit) %}
                            + case
                                when {{ sign }} != lower({{ sign }})
                                then {{ 2**bit }}
                                else 0
                            end
                        {%- endfor %},
                        1
                    )
                {%- endfor %}
            )
        else {{ id }}
    end
{% endmacro %}
