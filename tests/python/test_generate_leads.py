"""Real runs of scripts/generate_leads.py: what it writes, and what it refuses."""

import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

import generate_leads

ROOT = Path(__file__).parents[2]
SEED_FILE = ROOT / "seeds" / "leads_cleaned_1000.csv"
AS_OF = date(2026, 10, 31)
COLUMNS = (
    "lead_id,created_at,funnel_stage,intent_score,last_engaged,"
    "company_size,source,engagement_channel,sales_owner"
)
STAGES = {"Lead", "MQL", "SQL", "Customer", "Disqualified"}
SIZES = {"S: 1-10", "M: 11-50", "L: 51-200", "XL: 201+", "Unknown"}
CHANNELS = {"Email", "WhatsApp", "Phone", "LinkedIn", "SMS", "None"}
SOURCES = {
    "Facebook",
    "LinkedIn",
    "Google Ads",
    "Website",
    "Referral",
    "Webinar",
    "Event",
    "Other",
}


def generate(path: Path, *options: str) -> Path:
    assert generate_leads.main([*options, "--out", str(path)]) == 0
    return path


def rows_of(sql: str, path: Path) -> list[tuple]:
    with duckdb.connect() as database:
        leads = (
            f"read_csv('{path}', header = true, nullstr = '')"
            if path.suffix == ".csv"
            else f"'{path}'"
        )
        return database.execute(f"with leads as (from {leads}) {sql}").fetchall()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough leads that a share is what the rules make it, not luck."""
    path = tmp_path_factory.mktemp("leads") / "sample.parquet"
    return generate(path, "--rows", "20000")


def test_seed_file_is_what_the_defaults_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "seeds").mkdir()
    monkeypatch.chdir(tmp_path)
    assert generate_leads.main([]) == 0
    fresh = tmp_path / "seeds" / "leads_cleaned_1000.csv"
    assert fresh.read_bytes() == SEED_FILE.read_bytes()


def test_seed_file_is_plain_csv() -> None:
    text = SEED_FILE.read_bytes().decode("ascii")
    lines = text.splitlines()
    assert lines[0] == COLUMNS
    assert len(lines) == 1001
    assert {line.count(",") for line in lines} == {8}
    assert '"' not in text
    assert "\r" not in text


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_same_bytes_at_any_thread_count(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{threads}{suffix}" for threads in (1, 2, 5, 1)]
    for path, threads in zip(paths, (1, 2, 5, 1), strict=True):
        generate_leads.write_leads(path, 300_000, 7, threads=threads)
    assert len({path.read_bytes() for path in paths}) == 1


def test_other_seed_gives_other_leads(tmp_path: Path) -> None:
    one = generate(tmp_path / "one.csv", "--seed", "1").read_text().splitlines()
    two = generate(tmp_path / "two.csv", "--seed", "2").read_text().splitlines()
    assert len(one) == len(two) == 1001
    assert sum(a == b for a, b in zip(one, two, strict=True)) == 1  # the header


def test_fewer_leads_are_the_first_of_more(tmp_path: Path) -> None:
    few = generate(tmp_path / "few.csv", "--rows", "100").read_text()
    assert SEED_FILE.read_text().startswith(few)


@pytest.mark.parametrize(("rows", "digits"), [(1, 4), (9_999, 4), (10_000, 5)])
def test_ids_are_padded_unique_and_in_order(
    tmp_path: Path, rows: int, digits: int
) -> None:
    path = generate(tmp_path / "leads.csv", "--rows", str(rows))
    ids = [line.split(",")[0] for line in path.read_text().splitlines()[1:]]
    assert ids == [f"L{number:0{digits}}" for number in range(1, rows + 1)]


@pytest.mark.parametrize("rows", [0, 500])
def test_csv_and_parquet_hold_the_same_leads(tmp_path: Path, rows: int) -> None:
    csv = generate(tmp_path / "leads.csv", "--rows", str(rows))
    parquet = generate(tmp_path / "leads.PARQUET", "--rows", str(rows))
    with duckdb.connect() as database:
        held = database.execute(f"from read_parquet('{parquet}')")
        header = ",".join(column[0] for column in held.description)
        leads = [
            ",".join("" if value is None else str(value) for value in row)
            for row in held.fetchall()
        ]
    assert csv.read_text().splitlines() == [header, *leads]
    assert header == COLUMNS
    assert len(leads) == rows


def test_values_are_the_canonical_ones(sample: Path) -> None:
    for column, allowed in {
        "funnel_stage": STAGES,
        "company_size": SIZES,
        "source": SOURCES,
        "engagement_channel": CHANNELS,
    }.items():
        found = rows_of(f"select distinct {column} from leads", sample)
        assert {value for (value,) in found} == allowed
    [(low, high, owners)] = rows_of(
        "select min(intent_score), max(intent_score), count(distinct sales_owner)"
        " from leads",
        sample,
    )
    assert (low, high, owners) == (0, 100, 8)


def test_dates_fit_together(sample: Path) -> None:
    [(first, newest, backwards, channel_without_date)] = rows_of(
        """
        select
            min(created_at),
            max(greatest(created_at, last_engaged)),
            count(*) filter (where last_engaged < created_at),
            count(*) filter (
                where (last_engaged is null) <> (engagement_channel = 'None')
            )
        from leads
        """,
        sample,
    )
    assert first >= date(2025, 4, 30)
    assert newest == AS_OF
    assert (backwards, channel_without_date) == (0, 0)


def test_seed_file_is_judged_as_of_the_last_day_of_october() -> None:
    sql = "select max(greatest(created_at, last_engaged)) from leads"
    assert rows_of(sql, SEED_FILE) == [(AS_OF,)]


@pytest.mark.parametrize("column", ["created_at", "last_engaged"])
def test_weekends_are_quiet(sample: Path, column: str) -> None:
    sql = f"select avg((isodow({column}) > 5)::integer) from leads"
    [(share,)] = rows_of(sql, sample)
    assert 0.03 < share < 0.15  # 2 / 7 = 0.29 if every day were the same


def test_every_source_has_leads_at_every_stage() -> None:
    sql = """
        select source, funnel_stage, count(*) from leads
        where funnel_stage <> 'Disqualified' group by all having count(*) >= 3
    """
    assert len(rows_of(sql, SEED_FILE)) == 8 * 4


# The CRM's own picture of the 1000 leads, each share in percent.
@pytest.mark.parametrize(
    ("condition", "least", "most"),
    [
        ("funnel_stage = 'Customer'", 8, 11),
        ("funnel_stage = 'Disqualified'", 2, 4),
        ("last_engaged is null", 8, 10),
        ("intent_score is null", 2, 4),
        ("last_engaged >= date '2026-10-01'", 35, 45),
        ("last_engaged >= date '2026-08-02'", 63, 73),
        ("sales_owner is null", 30, 50),
        # the recorded stage lags behind what is known of the lead
        ("funnel_stage = 'MQL' and intent_score >= 70", 5, 12),
        ("funnel_stage = 'MQL' and intent_score >= 90", 0.2, 3),
        ("funnel_stage = 'MQL' and intent_score < 40", 2, 10),
        ("funnel_stage = 'SQL' and last_engaged < date '2026-07-03'", 0.3, 3),
    ],
)
def test_shares_in_the_seed_file(condition: str, least: float, most: float) -> None:
    sql = f"select 100.0 * count(*) filter (where {condition}) / count(*) from leads"
    [(share,)] = rows_of(sql, SEED_FILE)
    assert least <= share <= most


# `first` must exceed `second` by more than the margin.
@pytest.mark.parametrize(
    ("measure", "first", "second", "margin"),
    [
        ("intent_score", "funnel_stage = 'Customer'", "funnel_stage = 'Lead'", 30),
        ("intent_score", "funnel_stage = 'SQL'", "funnel_stage = 'MQL'", 10),
        ("intent_score", "funnel_stage = 'MQL'", "funnel_stage = 'Lead'", 10),
        ("intent_score", "source = 'Referral'", "source = 'Facebook'", 15),
        ("intent_score", "company_size = 'XL: 201+'", "company_size = 'S: 1-10'", 4),
        ("is_customer", "source = 'Referral'", "source = 'Facebook'", 0.05),
        ("is_customer", "company_size = 'XL: 201+'", "company_size = 'S: 1-10'", 0.03),
        ("quiet_days", "intent_score < 30", "intent_score >= 70", 40),
        ("quiet_days", "funnel_stage = 'Disqualified'", "funnel_stage = 'MQL'", 20),
        ("age_days", "funnel_stage = 'Customer'", "funnel_stage = 'Lead'", 20),
        ("is_never_engaged", "intent_score < 30", "intent_score >= 70", 0.1),
    ],
)
def test_leads_differ_as_they_should(
    sample: Path, measure: str, first: str, second: str, margin: float
) -> None:
    sql = f"""
        , measured as (
            select
                *,
                (funnel_stage = 'Customer')::integer as is_customer,
                (last_engaged is null)::integer as is_never_engaged,
                date '2026-10-31' - last_engaged as quiet_days,
                date '2026-10-31' - created_at as age_days
            from leads
        )
        select
            avg({measure}) filter (where {first}),
            avg({measure}) filter (where {second})
        from measured
    """
    [(higher, lower)] = rows_of(sql, sample)
    assert higher - lower > margin


def test_customers_are_owned_scored_and_engaged(sample: Path) -> None:
    sql = """
        select count(*) from leads where funnel_stage = 'Customer'
        and (sales_owner is null or intent_score is null or last_engaged is null)
    """
    assert rows_of(sql, sample) == [(0,)]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--rows", "-1"], "--rows"),
        (["--rows", "100000001"], "--rows"),
        (["--rows", "many"], "--rows"),
        (["--rows", "1.5"], "--rows"),
        (["--seed", "x"], "--seed"),
        (["--out", "leads.json"], "leads.json"),
        (["--out", "leads"], "leads"),
        (["--out", "folder.csv"], "folder.csv"),
        (["--out", "missing/leads.csv"], "missing"),
        (["--out", "file/leads.csv"], "file"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    named: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.csv").mkdir()
    Path("file").touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SystemExit) as stopped:
        generate_leads.main(["--rows", "10", "--out", "leads.csv", *options])
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert re.fullmatch(r".+\n", printed.err)
    assert named in printed.err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write")
def test_unwritable_folder_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SystemExit) as stopped:
        generate_leads.main(["--out", str(tmp_path / "leads.csv")])
    assert stopped.value.code == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_failed_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = generate(tmp_path / "it's.csv", "--rows", "3").read_bytes()
    # a lead far enough down that earlier ones are on disk when the statement fails
    broken = generate_leads.COPY_LEADS.replace(
        "created_at,\n        funnel_stage,",
        "if(row_number = 250000, error('no more'), created_at) as created_at,"
        "\n        funnel_stage,",
    )
    assert broken != generate_leads.COPY_LEADS
    monkeypatch.setattr(generate_leads, "COPY_LEADS", broken)
    with pytest.raises(SystemExit) as stopped:
        generate_leads.main(["--rows", "300000", "--out", str(tmp_path / "it's.csv")])
    assert stopped.value.code == 2
    assert re.fullmatch(r".*no more\n", capsys.readouterr().err)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [
        ("it's.csv", old)
    ]


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send")
def test_interrupt_leaves_nothing(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "generate_leads.py"
    run = subprocess.Popen(
        [sys.executable, script, "--rows", "50000000", "--out", tmp_path / "leads.csv"],
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not any(path.stat().st_size for path in tmp_path.glob(".leads-*/leads")):
        assert time.monotonic() < deadline, "nothing was ever written"
        assert run.poll() is None, "stopped by itself"
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 130
    assert re.fullmatch(r"nothing written: .+\n", said)
    assert list(tmp_path.iterdir()) == []
