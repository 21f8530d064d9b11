"""Raw leads for the benchmark: what was made up, as texts, with odd rows among it."""

from __future__ import annotations

from pathlib import Path

from smartcrm.warehouse import connect_in_memory
from smartcrm.world.writing import write_world

SEED = 2295
# Simulating so many takes half a minute; beyond, the same ones come again.
MOST_MADE_UP = 1_000_000

# Texts as exports have them: most are plain, and each branch of the casts is needed.
# Of each column the SQL of its odd texts, each in a row of its own from the first on.
ODD = {
    "lead_id": (0, "' '", "'N/A'", "concat(' ', lead_id, chr(160))"),
    "created_at": (
        *(10, "'2026-02-31'", "'31/12/2025'", "'2031-01-01'", "'-'", "'2026-1-5'"),
        "replace(created_at, '-', '')",
        "epoch_ms(created_at::timestamp)::varchar",
        "concat(created_at, 'T10:00:00Z')",
    ),
    "funnel_stage": (
        *(20, "'Opportunity'", "' mql'", "'marketing_qualified lead'"),
        *("'select'", "null"),
    ),
    "intent_score": (30, "'61.5'", "'101'", "'high'", "'+7.'", "'1e2'", "' 42 '"),
    "last_engaged": (
        *(40, "'2026-13-01'", "'yesterday'", "concat(last_engaged, ' 08:30')"),
        "concat(last_engaged, 'T02:00:00+05:30')",
    ),
    "company_size": (50, "'xl: 201+ '", "'Big'"),
    "source": (52, "'PPC'", "'TikTok'", "'EVENT'"),
    "engagement_channel": (55, "'Text Message'", "'fax'"),
    "sales_owner": (57, "' Priya Raman'", "'null'"),
}


def odd_text(column: str) -> str:
    """SQL of a column with its odd texts in it."""
    first, *texts = ODD[column]
    whens = (f"when {draw} then {text}" for draw, text in enumerate(texts, first))
    return f"case draw {' '.join(whens)} else {column} end as {column}"


COPY_TEXTS = f"""
copy (
    with

    named as (
        select
            generated.* replace (
                concat_ws('-', generated.lead_id, nullif(copy, 0)) as lead_id
            )
        from read_parquet($generated) as generated
        cross join range($copies) as copies (copy)
    ),

    made_up as (
        select columns(*)::varchar, hash(lead_id) % $odd_rows as draw from named
    )

    select {", ".join(map(odd_text, ODD))}
    from made_up
    union all
    -- the same ids again: some engaged later, one as it was, one not to be trusted
    select
        lead_id,
        created_at,
        if(draw = 69, 'nonsense', funnel_stage),
        if(draw % 2 = 0, '55', intent_score),
        if(draw % 3 = 0, null, last_engaged),
        company_size,
        source,
        engagement_channel,
        if(draw = 68, sales_owner, 'Ana Duarte')
    from made_up
    where draw between 60 and 69
) to $path (format parquet)
"""

# A day later: one lead in a hundred has engaged, and means more than before.
COPY_NEXT_DAY = """
copy (
    select
        * exclude (changed) replace (
            if(changed, '77', intent_score) as intent_score,
            if(changed, '2026-11-01', last_engaged) as last_engaged
        )
    from (select *, hash(lead_id) % 100 = 7 as changed from read_parquet($today))
) to $path (format parquet)
"""


def write_raw_leads(path: Path, rows: int, odd_rows: int = 10_000) -> None:
    """Write so many leads, and a few rows more, to a Parquet file of nine texts.

    Each of some fifty oddities stands in one of `odd_rows` rows. Beyond a million leads
    the same ones come again under other ids, in whole millions.
    """
    generated = path.with_name(f"generated_{path.name}")
    write_world({"leads": generated}, min(rows, MOST_MADE_UP), SEED)
    values = {
        "generated": str(generated),
        "copies": max(1, rows // MOST_MADE_UP),
        "path": str(path),
        "odd_rows": odd_rows,
    }
    _copy(COPY_TEXTS, values)
    generated.unlink()


def write_next_day(today: Path, path: Path) -> None:
    """Write the same leads a day later, one in a hundred of them changed."""
    _copy(COPY_NEXT_DAY, {"today": str(today), "path": str(path)})


def write_csv(parquet: Path, path: Path) -> None:
    """Write the same rows as a CSV with a header."""
    _copy(
        "copy (from read_parquet($parquet)) to $path (format csv)",
        {"parquet": str(parquet), "path": str(path)},
    )


def _copy(statement: str, values: dict[str, str | int]) -> None:
    """Run a statement that writes a file, with two threads and rows in any order."""
    with connect_in_memory(threads=2) as database:
        database.execute("set preserve_insertion_order = false")
        database.execute(statement, values)
