"""Write made-up CRM leads to a CSV or Parquet file: the same seed, the same leads.

The data is synthetic: no lead, company or sales owner in it is a real one.
"""

import argparse
import tempfile
from pathlib import Path

from smartcrm.faults import command

import duckdb

OUT = "seeds/leads_cleaned_1000.csv"
MAX_ROWS = 100_000_000
DRAWS = (
    "source size age fit need outcome stage scored "
    "engaged quiet created_day engaged_day channel assigned owner"
)
DRAW_COLUMNS = "\n            ".join(
    f"('0x' || digest[{4 * n + 1}:{4 * n + 4}])::int / 65536 as {draw}_draw,"
    for n, draw in enumerate(DRAWS.split())
)

# A draw is a slice of md5 in [0, 1): with + - * / alone, every DuckDB version and
# processor comes to the same leads. `draw * (0.6 + 0.4 * draw)` favours the low end.
COPY_LEADS = f"""
copy (
    with

    draws as (
        select
            range + 1 as row_number,
            md5($seed || ' a ' || range) || md5($seed || ' b ' || range) as digest,
            {DRAW_COLUMNS}
        from range($rows)
    ),

    intents as (
        select
            *,
            1 + floor(8 * source_draw * (0.6 + 0.4 * source_draw))::int as nth_source,
            ['Website', 'Facebook', 'Google Ads', 'LinkedIn', 'Webinar', 'Referral',
                'Event', 'Other'][nth_source] as source,
            [0, -12, -8, 4, 11, 17, 12, -3][nth_source] as source_lift,
            1 + floor(5 * size_draw * (0.6 + 0.4 * size_draw))::int as nth_size,
            ['S: 1-10', 'M: 11-50', 'L: 51-200', 'XL: 201+', 'Unknown'][nth_size]
                as company_size,
            [-3, 0, 4, 7, -2][nth_size] as size_lift,
            source_lift + size_lift + 64 * (fit_draw + need_draw) - 15 as raw_intent,
            -- folded back at 0 and 100, so that neither end piles up
            floor(100.5 - abs(100 - abs(raw_intent)))::int as intent,
        from draws
    ),

    stages as (
        select
            *,
            floor(545 * age_draw * (0.7 + 0.3 * age_draw))::int as age_days,
            -- the recorded stage lags: it follows the intent of some time ago
            intent + 56 * stage_draw + least(age_days, 120) / 8 - 40 as past_intent,
            case
                when age_days >= 45 and outcome_draw < (intent + size_lift - 42) / 150
                    then 'Customer'
                when outcome_draw > 0.955 + 0.0003 * intent then 'Disqualified'
                when past_intent >= 76 then 'SQL'
                when past_intent >= 42 then 'MQL'
                else 'Lead'
            end as funnel_stage,
            funnel_stage = 'Customer' as is_customer,
        from intents
    ),

    days as (
        select
            *,
            -- the keener, the sooner heard from again
            if(funnel_stage = 'Disqualified', 150, 14)
            + 0.032 * (100 - intent) * (100 - intent) as usual_quiet,
            floor(usual_quiet * quiet_draw / (1.3 - quiet_draw))::int as quiet_days,
            date '2026-10-31' - age_days as created_on,
            date '2026-10-31' - least(quiet_days, age_days) as engaged_on,
            -- weekends are quiet: most of their days move to an earlier day
            created_on - if(isodow(created_on) > 5, floor(6 * created_day_draw), 0)::int
                as created_at,
            engaged_on - if(isodow(engaged_on) > 5, floor(6 * engaged_day_draw), 0)::int
                as seen_on,
            is_customer or engaged_draw > 0.22 - 0.0025 * intent as is_engaged,
        from stages
    )

    select
        concat('L', lpad(row_number::varchar, $id_digits, '0')) as lead_id,
        created_at,
        funnel_stage,
        if(is_customer or scored_draw > 0.03, intent, null) as intent_score,
        if(is_engaged, greatest(created_at, seen_on), null) as last_engaged,
        company_size,
        source,
        case
            when not is_engaged then 'None'
            when source = 'LinkedIn' and fit_draw < 0.4 then 'LinkedIn'
            else ['Email', 'Phone', 'WhatsApp', 'LinkedIn', 'SMS'][
                1 + floor(5 * channel_draw * (0.4 + 0.6 * channel_draw))::int]
        end as engagement_channel,
        if(is_customer or assigned_draw < past_intent / 90, [
            'Ana Duarte', 'Elif Aydin', 'Hannah Lindqvist', 'Jonas Keller',
            'Marcus Webb', 'Naledi Khumalo', 'Priya Raman', 'Rafael Ortega'
        ][1 + floor(8 * owner_draw)::int], null) as sales_owner,
    from days
) to $path (format $format, use_tmp_file false)
"""


def write_leads(path: Path, rows: int, seed: int, threads: int = 1) -> None:
    """Write the leads whole or not at all; raises OSError or duckdb.Error."""
    values = {"rows": rows, "seed": str(seed), "id_digits": max(4, len(str(rows)))}
    # One thread is as fast as many here and hears Ctrl-C, which others often miss;
    # DuckDB 2 can hang where Ctrl-C meets an asynchronous write.
    writes = {} if duckdb.__version__.startswith("1.") else {"async_threads": 0}
    with tempfile.TemporaryDirectory(prefix=".leads-", dir=path.parent) as folder:
        draft = Path(folder, "leads")
        values |= {"path": str(draft), "format": path.suffix.lower()[1:]}
        with duckdb.connect(config={"threads": threads, **writes}) as database:
            database.execute(COPY_LEADS, values)
        draft.replace(path)


@command
def main(argv: list[str] | None = None) -> int:
    """Return 0 when the file is written; exit with 2 and one line when it can't be."""
    parser = argparse.ArgumentParser(description=__doc__, usage=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=1000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=2268, help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=OUT, help="default: %(default)s")
    args = parser.parse_args(argv)
    try:
        if not 0 <= args.rows <= MAX_ROWS:
            parser.error(f"--rows takes 0 to {MAX_ROWS}, not {args.rows}")
        if args.out.suffix.lower() not in (".csv", ".parquet") or args.out.is_dir():
            parser.error(f"--out takes a .csv or .parquet file, not {args.out}")
        write_leads(args.out, args.rows, args.seed)
    except (OSError, duckdb.Error) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0]
        parser.error(f"cannot write to the folder {args.out.parent.absolute()}: {why}")
    except (KeyboardInterrupt, RuntimeError) as error:  # Ctrl-C, as DuckDB has it
        parser.exit(130, f"nothing written: {str(error) or 'interrupted'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
