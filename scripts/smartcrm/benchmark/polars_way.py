"""Runs a lazy, streaming query: `polars_way RAW.parquet LEADS.parquet`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars as pl

from smartcrm.benchmark.decisions import (
    QUIET_COUNT,
    QUIET_DAYS,
    SCORE_COUNT,
    decide_cells,
)
from smartcrm.benchmark.words import (
    BLANKS,
    CHANNEL_WORDS,
    CHANNELS,
    EMPTY,
    PLAIN_DAY,
    SIZES,
    SOURCE_WORDS,
    SOURCES,
    STAGES,
    day_of,
    one_of,
    score_of,
    stage_of,
)

Read = Callable[[str | None], object]
COLUMNS = (
    *("lead_id", "created_at", "funnel_stage", "intent_score", "last_engaged"),
    *("company_size", "source", "engagement_channel", "sales_owner"),
)
DATES = ("created_at", "last_engaged")


def reading(raw: pl.LazyFrame, column: str, read: Read, kind: object) -> pl.Expr:
    """A column of few texts, each of which is read once."""
    texts = raw.select(pl.col(column).unique()).collect(engine="streaming")[column]
    values = pl.Series([read(text) for text in texts], dtype=kind)
    return pl.col(column).replace_strict(texts, values, default=None, return_dtype=kind)


def cleaned(column: str) -> pl.Expr:
    """A text without blanks at its ends; null where it says that there is nothing."""
    trimmed = pl.col(column).str.strip_chars(BLANKS)
    return pl.when(~trimmed.str.to_lowercase().is_in(sorted(EMPTY))).then(trimmed)


def day(raw: pl.LazyFrame, column: str) -> pl.Expr:
    """A date: the plain ones are cast, and each of the few others is read once."""
    is_plain = pl.col(column).str.contains(PLAIN_DAY)
    plain = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    odd = reading(raw.filter(~is_plain), column, day_of, pl.Date)
    return pl.when(is_plain).then(plain).otherwise(odd)


def named(values: tuple[str, ...], words: dict[str, str]) -> Read:
    """What reads one of the values, the last of which stands for all else."""
    return lambda text: one_of(text, values, words) or values[-1]


def read_leads(raw: pl.LazyFrame) -> pl.LazyFrame:
    """One row per lead, with what its texts mean: the rows that can be trusted."""
    sources, channels = named(SOURCES, SOURCE_WORDS), named(CHANNELS, CHANNEL_WORDS)
    typed = raw.select(
        pl.all().name.prefix("raw_"),
        cleaned("lead_id").alias("lead_id"),
        reading(raw, "funnel_stage", stage_of, pl.Enum(STAGES)).alias("funnel_stage"),
        reading(raw, "company_size", named(SIZES, {}), pl.Enum(SIZES)).alias(
            "company_size"
        ),
        reading(raw, "source", sources, pl.Enum(SOURCES)).alias("source"),
        reading(raw, "engagement_channel", channels, pl.Enum(CHANNELS)).alias(
            "engagement_channel"
        ),
        cleaned("sales_owner").alias("sales_owner"),
        reading(raw, "intent_score", score_of, pl.Int32).alias("intent_score"),
        day(raw, "created_at").alias("created_at"),
        day(raw, "last_engaged").alias("last_engaged"),
    )
    dates = pl.col("created_at", "last_engaged")
    newest = typed.select(dates.filter(dates <= date.today()).max())
    as_of = max(newest.collect(engine="streaming").row(0))
    blank = [cleaned(f"raw_{column}").is_null() for column in DATES]
    trusted = typed.with_columns(pl.lit(as_of).alias("as_of_date")).filter(
        pl.col("lead_id").is_not_null(),
        pl.col("funnel_stage").is_not_null(),
        *(
            (pl.col(column) <= as_of) | (pl.col(column).is_null() & is_blank)
            for column, is_blank in zip(DATES, blank, strict=True)
        ),
    )
    ids = typed.group_by("lead_id").len().filter(pl.col("len") > 1)
    repeated = ids.select("lead_id").collect(engine="streaming").lazy()
    first = ["last_engaged", "created_at", "intent_score", "funnel_stage"]
    texts = [f"raw_{column}" for column in COLUMNS]
    kept = (
        trusted.join(repeated, on="lead_id", how="semi")
        .sort(
            *first,
            *texts,
            descending=[True] * len(first) + [False] * len(texts),
            nulls_last=True,
        )
        .unique("lead_id", keep="first", maintain_order=True)
    )
    once = trusted.join(repeated, on="lead_id", how="anti")
    return pl.concat([once.drop(texts), kept.drop(texts)])


def decide(leads: pl.LazyFrame) -> pl.LazyFrame:
    """The leads with what is decided about them, and why."""
    score, days = pl.col("intent_score"), pl.col("days_since_engaged")
    stage = pl.col("funnel_stage").to_physical().cast(pl.Int32)
    age = (pl.col("as_of_date") - pl.col("created_at")).dt.total_days()
    quiet = (
        pl.when(days.is_null() & (age <= QUIET_DAYS[0]))
        .then(5)
        .when(days.is_null())
        .then(4)
        .otherwise(sum((days > most) for most in QUIET_DAYS))
    )
    place = (
        stage * SCORE_COUNT + score.fill_null(SCORE_COUNT - 1)
    ) * QUIET_COUNT + quiet
    cells = pl.LazyFrame(decide_cells(), infer_schema_length=None)
    ago = (
        pl.when(days.is_null())
        .then(pl.lit("no engagement of the lead is on record"))
        .when(days == 0)
        .then(pl.lit("the last engagement was today"))
        .when(days == 1)
        .then(pl.lit("the last engagement was 1 day ago"))
        .otherwise(pl.format("the last engagement was {} days ago", days))
    )
    reasons = {
        name: pl.when(pl.col(f"{name}_behind").is_null())
        .then(pl.col(f"{name}_before"))
        .otherwise(pl.concat_str(f"{name}_before", ago, f"{name}_behind"))
        for name in ("stage", "health", "track")
    }
    return (
        leads.with_columns(
            (pl.col("as_of_date") - pl.col("last_engaged"))
            .dt.total_days()
            .alias("days_since_engaged")
        )
        .with_columns(place.cast(pl.Int64).alias("cell"))
        .join(cells, on="cell", maintain_order="none")
        .with_columns(
            **{f"{name}_reason": reason for name, reason in reasons.items()},
        )
        .with_columns(
            pl.col("simulated_stage").alias("effective_stage"),
            pl.col("stage_reason").alias("effective_stage_reason"),
            pl.col("nurture_track").alias("effective_track"),
            pl.col("track_reason").alias("effective_track_reason"),
            pl.col("sales_owner").alias("effective_owner"),
            pl.lit(None, pl.String).alias("effective_owner_reason"),
            pl.lit(None, pl.String).alias("pain_point_summary"),
            pl.lit(None, pl.String).alias("record_url"),
            pl.lit(False).alias("is_overridden"),
        )
    )


def write_leads(source: str, target: str) -> None:
    """Write the leads of a file of raw texts to another; both are Parquet."""
    leads = decide(read_leads(pl.scan_parquet(source)))
    steps = pl.selectors.ends_with("cell", "_before", "_behind")
    leads.drop(steps).sink_parquet(target, maintain_order=False)


if __name__ == "__main__":
    write_leads(*sys.argv[1:])
