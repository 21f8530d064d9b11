{# Text with its e-mail addresses as [email] and its phone numbers as [phone]. Rather one
   number too many than one too few; ISO dates and times stay. #}
{% macro masked(expression) %}
    {#- a character of an address; the at sign may be the one of full width -#}
    {%- set at = "(?:[@\\x{FF20}\\x{FE6B}]|%40|&#0*64;|&#[xX]0*40;|&commat;)" -%}
    {%- set character = "[^\\s@\\x{FF20}\\x{FE6B}<>()\\[\\]{}\"',;:]" -%}
    {%- set local = (
        '(?:"[^"\\n]*"|'
        ~ character
        ~ '[^\\s@\\x{FF20}\\x{FE6B}<>()\\[\\]{}",;:]*)'
    ) -%}
    {%- set domain = "(?:" ~ character ~ "*[\\p{L}\\p{N}]|\\[[^\\]\\s]*\\])" -%}
    {%- set dotted = character ~ "+[.\\x{3002}\\x{FF0E}]\\p{L}[\\p{L}\\p{N}-]*" -%}
    {%- set spelled = "\\s*[(\\[{]\\s*[aA][tT]\\s*[)\\]}]\\s*" -%}
    {%- set email = smartcrm.first_of(
        [
            local ~ "(?:" ~ at ~ domain ~ ")+",
            local ~ "\\s*" ~ at ~ "\\s*" ~ dotted,
            local
            ~ spelled
            ~ character
            ~ "+(?:\\s*[(\\[{]\\s*[dD][oO][tT]\\s*[)\\]}]\\s*"
            ~ character
            ~ "+)*",
        ]
    ) -%}
    {#- what may stand between two digits of a number -#}
    {%- set gap = "[\\t\\p{Zs}\\p{Pd}\\p{Cf}\\x{2212}\\x{FE0F}\\x{20E3}./()_~*\\x{B7}\\x{30FB}\\x{FF0E}\\x{FF08}\\x{FF09}]{0,4}" -%}
    {%- set digits = "\\p{Nd}(?:" ~ gap ~ "\\p{Nd})" -%}
    {%- set phone = (
        "[+\\x{FF0B}]?(?:[(\\x{FF08}]"
        ~ gap
        ~ digits
        ~ "{6,}|"
        ~ digits
        ~ "{6,})"
    ) -%}
    {%- set time = "\\d{1,2}:\\d{2}(?::\\d{2}(?:[.]\\d{1,9})?)?(?:Z|[+-]\\d{2}(?::?\\d{2})?)?" -%}
    {%- set day = "\\b(?:19|20)\\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])" -%}
    {%- set moment = day ~ "(?:[T ]" ~ time ~ ")?\\b|\\b" ~ time ~ "\\b" -%}
    {%- set mailless = smartcrm.regexp_replace_all(expression, email, "[email]") -%}
    {#- a moment is taken first and so kept from being a number, then freed of its mark -#}
    {%- set kept_or_phone = smartcrm.first_of(["(" ~ moment ~ ")", phone]) -%}
    {%- set marked = smartcrm.regexp_replace_all(
        mailless, kept_or_phone, "\\1[phone]"
    ) %}
    {{ smartcrm.regexp_replace_all(marked, "(" ~ moment ~ ")\\[phone\\]", "\\1") }}
{% endmacro %}
