-- rejected rows are no failure of the build, but someone should look at them
{{ config(severity="warn") }} select * from {{ ref("rejected_leads") }}
