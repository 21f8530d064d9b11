"""The documents about fields and rules, made from what dbt built."""
