"""Runs a lazy, streaming query: `polars_way RAW.parquet LEADS.parquet`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars as pl

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
NEXT_STAGE = {"Lead": "MQL", "MQL": "SQL", "SQL": "Customer"}
OWNERS = {
    "Disqualified": "Marketing",
    "Lead": "Marketing",
    "MQL": "Marketing Ops",
    "SQL": "SDRs / AEs",
    "Customer": "CSM / Account Managers",
}
STAGE_OF_RULE = {
    "customer_on_record": "Customer",
    "disqualified_on_record": "Disqualified",
    "sales_ready": "SQL",
    "kept_by_sales": "SQL",
    "cooled_off": "MQL",
    "marketing_qualified": "MQL",
    "not_yet_qualified": "Lead",
    "not_scored_sql": "SQL",
    "not_scored_mql": "MQL",
    "not_scored": "Lead",
}
HEALTH_OF_RULE = {
    "engaged_recently": "Active",
    "going_quiet": "Stale",
    "never_engaged": "Dormant",
    "gone_quiet": "Dormant",
}
TRACK_OF_RULE = {
    "customer": "Retention",
    "win_back": "Reactivation",
    "rescue": "Conversion",
    "close": "Conversion",
    "cooling_mql": "Reactivation",
    "educate": "Education",
}


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


def first_true(*branches: tuple[pl.Expr, pl.Expr | str], otherwise: object) -> pl.Expr:
    """The value of the first condition that holds; a text stands for itself."""
    chain = pl
    for condition, value in branches:
        chain = chain.when(condition).then(
            pl.lit(value) if isinstance(value, str) else value
        )
    return chain.otherwise(
        pl.lit(otherwise) if isinstance(otherwise, str) else otherwise
    )


def decide(leads: pl.LazyFrame) -> pl.LazyFrame:
    """The leads with stage, health and track, each with its rule."""
    stage, score, days = (
        pl.col(name) for name in ("funnel_stage", "intent_score", "days_since_engaged")
    )
    rule, simulated = pl.col("stage_rule"), pl.col("simulated_stage")
    health, track = pl.col("engagement_health"), pl.col("track_rule")
    return (
        leads.with_columns(
            (pl.col("as_of_date") - pl.col("last_engaged"))
            .dt.total_days()
            .alias("days_since_engaged")
        )
        .with_columns(
            first_true(
                (stage == "Customer", "customer_on_record"),
                (stage == "Disqualified", "disqualified_on_record"),
                ((score >= 70) & (days <= 30), "sales_ready"),
                (
                    (stage == "SQL") & (score >= 50) & (days <= 60),
                    "kept_by_sales",
                ),
                (score >= 70, "cooled_off"),
                (score >= 40, "marketing_qualified"),
                (score.is_not_null(), "not_yet_qualified"),
                ((stage == "SQL") & (days <= 30), "not_scored_sql"),
                (stage.is_in(["MQL", "SQL"]), "not_scored_mql"),
                otherwise="not_scored",
            ).alias("stage_rule"),
            first_true(
                (days <= 30, "engaged_recently"),
                (days <= 90, "going_quiet"),
                (days.is_null(), "never_engaged"),
                otherwise="gone_quiet",
            ).alias("health_rule"),
            first_true(
                (days.is_null(), "no engagement of the lead is on record"),
                (days == 0, "the last engagement was today"),
                (days == 1, "the last engagement was 1 day ago"),
                otherwise=pl.format("the last engagement was {} days ago", days),
            ).alias("ago"),
        )
        .with_columns(
            rule.replace_strict(STAGE_OF_RULE).alias("simulated_stage"),
            pl.col("health_rule")
            .replace_strict(HEALTH_OF_RULE)
            .alias("engagement_health"),
        )
        .with_columns(
            first_true(
                (simulated == "Customer", "customer"),
                ((health == "Dormant") | (simulated == "Disqualified"), "win_back"),
                ((simulated == "SQL") & (health == "Stale"), "rescue"),
                (simulated == "SQL", "close"),
                ((simulated == "MQL") & (health == "Stale"), "cooling_mql"),
                otherwise="educate",
            ).alias("track_rule"),
            simulated.replace_strict(NEXT_STAGE, default=None).alias("next_stage"),
            simulated.replace_strict(OWNERS).alias("owner_team"),
        )
        .with_columns(track.replace_strict(TRACK_OF_RULE).alias("nurture_track"))
    )


def explain(leads: pl.LazyFrame) -> pl.LazyFrame:
    """The leads with the reason of each decision, and what the next stage needs."""
    score, ago = pl.col("intent_score"), pl.col("ago")
    rule, track = pl.col("stage_rule"), pl.col("track_rule")
    health, simulated = pl.col("engagement_health"), pl.col("simulated_stage")
    is_quiet = ~(pl.col("days_since_engaged") <= 30).fill_null(False)
    bar = pl.when(pl.col("next_stage") == "MQL").then(40).otherwise(70)
    points = first_true(
        (score.is_null(), pl.format("an intent score of at least {}", bar)),
        (bar - score == 1, "1 more intent point"),
        (score < bar, pl.format("{} more intent points", bar - score)),
        otherwise=pl.lit(None, pl.String),
    )
    engagement = pl.when((pl.col("next_stage") == "SQL") & is_quiet).then(
        pl.lit("an engagement within 30 days")
    )
    needs = pl.concat_str(points, engagement, separator=" and ", ignore_nulls=True)
    healthy_words = {
        "engaged_recently": "Active, since {} (Active means within 30 days)",
        "going_quiet": "Stale, since {} (Active ends after 30 days, Stale after 90)",
        "gone_quiet": "Dormant, since {} (Stale ends after 90 days)",
    }
    return leads.with_columns(
        first_true(
            (rule == "customer_on_record", "The CRM says Customer"),
            (rule == "disqualified_on_record", "The CRM says Disqualified"),
            (
                rule == "not_scored_sql",
                pl.format("No intent score, but the CRM says SQL and {}", ago),
            ),
            (
                rule == "not_scored_mql",
                pl.format(
                    "No intent score, so the CRM's {} counts as MQL",
                    pl.col("funnel_stage"),
                ),
            ),
            (rule == "not_scored", "No intent score and no qualified stage in the CRM"),
            (
                rule == "sales_ready",
                pl.format("Intent {} reaches the SQL bar of 70 and {}", score, ago),
            ),
            (
                rule == "kept_by_sales",
                pl.format(
                    "Sales already works on the lead, its intent of {} is at least 50 "
                    "and {}",
                    score,
                    ago,
                ),
            ),
            (
                rule == "cooled_off",
                pl.format(
                    "Intent {} reaches the SQL bar of 70, but {} and an SQL engages "
                    "within 30 days",
                    score,
                    ago,
                ),
            ),
            (
                rule == "marketing_qualified",
                pl.format(
                    "Intent {} reaches the MQL bar of 40 but not the SQL bar of 70",
                    score,
                ),
            ),
            otherwise=pl.format("Intent {} is below the MQL bar of 40", score),
        ).alias("stage_reason"),
        first_true(
            (pl.col("next_stage") == "Customer", "a won deal in the CRM for Customer"),
            (
                pl.col("next_stage").is_not_null(),
                pl.format("{} for {}", needs, pl.col("next_stage")),
            ),
            otherwise=pl.lit(None, pl.String),
        ).alias("next_stage_needs"),
        first_true(
            *(
                (pl.col("health_rule") == name, pl.format(words, ago))
                for name, words in healthy_words.items()
            ),
            otherwise=pl.format("Dormant, since {}", ago),
        ).alias("health_reason"),
        first_true(
            (track == "customer", "A customer is kept through retention"),
            (
                track == "win_back",
                pl.format(
                    "The lead is {} with stage {} and has to be won back",
                    health,
                    simulated,
                ),
            ),
            (
                track == "rescue",
                "An SQL that is going Stale is called before it is lost",
            ),
            (
                track == "close",
                pl.format("An SQL that is {} is worked towards a deal", health),
            ),
            (
                track == "cooling_mql",
                "An MQL that is going Stale is re-engaged before it is lost",
            ),
            otherwise=pl.format(
                "The lead is {} with stage {} and learns before it is sold to",
                health,
                simulated,
            ),
        ).alias("track_reason"),
    ).with_columns(
        simulated.alias("effective_stage"),
        pl.col("stage_reason").alias("effective_stage_reason"),
        pl.col("nurture_track").alias("effective_track"),
        pl.col("track_reason").alias("effective_track_reason"),
        pl.col("sales_owner").alias("effective_owner"),
        pl.lit(None, pl.String).alias("effective_owner_reason"),
        pl.lit(None, pl.String).alias("pain_point_summary"),
        pl.lit(None, pl.String).alias("record_url"),
        pl.lit(False).alias("is_overridden"),
    )


def write_leads(source: str, target: str) -> None:
    """Write the leads of a file of raw texts to another; both are Parquet."""
    leads = explain(decide(read_leads(pl.scan_parquet(source))))
    leads.drop("ago").sink_parquet(target, maintain_order=False)


if __name__ == "__main__":
    write_leads(*sys.argv[1:])
