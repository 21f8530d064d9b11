"""Prompts asked over HTTP of a server on loopback that misbehaves on demand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from smartcrm.faults import Fault

import duckdb
import pytest

import run_prompts
from chat_server import ANSWER, ChatServer
from conftest import ANSWERS, ROOT
from smartcrm.prompts import ask_model, responses
from smartcrm.seeds import check_seeds

HEADER = (ROOT / ANSWERS).read_bytes().splitlines(keepends=True)[0]
KEPT = Path(ANSWERS)
KEY = "sk-test-7d1f"
ONE_TRY = ("--tries", "1", "--timeout", "5")


@pytest.fixture
def server() -> Iterator[ChatServer]:
    made = ChatServer()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the project's, with an empty file of answers."""
    tmp_path.joinpath("seeds").mkdir()
    tmp_path.joinpath(KEPT).write_bytes(HEADER)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SMARTCRM_DB", str(tmp_path / "built.duckdb"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return tmp_path


def build(*prompts: str, name: str = "pain_summary", urgent: int = 0) -> None:
    """What a build leaves for the script to read: a prompt for each text.

    The lead of one of them, counted from 1, may be urgent.
    """
    with duckdb.connect(os.environ["SMARTCRM_DB"]) as connection:
        connection.execute(
            "create or replace table build_status as select true is_whole"
        )
        connection.execute(
            "create or replace table prompt_templates as from (values "
            "('pain_summary', 160), ('reactivation_email', 1500)) "
            "as made (prompt_name, max_answer_characters)"
        )
        connection.execute(
            "create or replace table lead_prompts as select "
            "concat('L', 1000 + n) as lead_id, ? as prompt_name, text as prompt_text, "
            "md5(text) as prompt_hash from unnest(?::varchar[]) "
            "with ordinality as made (text, n)",
            [name, list(prompts)],
        )
        connection.execute(
            "create or replace table team_worklist as select "
            "concat('L', 1000 + ?) as lead_id, 90 as priority",
            [urgent],
        )


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(server: ChatServer, folder: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the script on the server; its code and what it printed, in lines."""

    def run_script(*words: str, prompt: str = "pain_summary") -> tuple[int, str, str]:
        scope = ("--prompt", prompt, "--model", "test", "--base-url", server.url)
        code = run_prompts.main([*scope, *words])
        out, err = capfd.readouterr()
        assert KEY not in out + err
        assert "Traceback" not in err
        return code, out, err

    return run_script


def kept() -> list[tuple[str, str, str]]:
    rows = responses.read_responses()
    return [(row["answer"], row["problem"], row["status"]) for row in rows]


def script(server: ChatServer, *words: str) -> list[str]:
    path = str(ROOT / "scripts/run_prompts.py")
    scope = ("--prompt", "pain_summary", "--model", "test", "--base-url", server.url)
    return [sys.executable, path, *scope, *words]


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("prompt", "answer", "problem"),
    [
        ("say:Too complex", "Too complex", ""),
        ('say: pain_point_summary: "Too complex"\n', "Too complex", ""),
        ("say:Pain_Point_Summary :\n“Too complex”", "Too complex", ""),
        ('say:They say "maybe", or "never"', 'They say "maybe", or "never"', ""),
        ('say:`pain_point_summary: "Too complex"`', "Too complex", ""),
        ('say:"They are lost" and "slow"', '"They are lost" and "slow"', ""),
        *(
            (f"say:{text}", text, "label_inside")
            for text in (
                '"pain_point_summary": "Slow"',
                '{"pain_point_summary": "Slow"}',
                '**pain_point_summary:** "Slow"',
            )
        ),
        ("say:=1+1, 数が合わない\x00\u200b 🙂", "=1+1, 数が合わない 🙂", ""),
        (f"say:{'é' * 160}", "é" * 160, ""),
        (f"say:{'é' * 161}", "é" * 161, "too_long"),
        ("say:One\r\nTwo", "One\nTwo", "not_one_line"),
        ("say:One\u2028Two", "One\nTwo", "not_one_line"),
        ("say:", "", "empty"),
        ('say:pain_point_summary: ""', 'pain_point_summary: ""', "empty"),
        ("say:null", "null", "empty"),
        ("say:lone \ud800 half".encode("utf-8", "replace").decode(), "lone ? half", ""),
        ("none:", "", "empty"),
        ("cut:", "Half a sent", "cut_off"),
        ("filtered:", "", "refused"),
        (f"say:{'x' * 200_000}", "x" * 2000, "too_long"),
    ],
)
def test_an_answer_is_kept_and_used_only_if_it_has_the_shape(
    run: Run, prompt: str, answer: str, problem: str
) -> None:
    build(prompt)
    code, out, err = run()
    status = "rejected" if problem else "accepted"
    assert kept() == [(answer, problem, status)]
    assert code == int(bool(problem))
    assert err == ""
    assert out.startswith(
        f"{int(not problem)} answered, {int(bool(problem))} rejected, 0 unanswered\n"
    )
    assert out.endswith("--retry-rejected asks the rejected ones again\n") == code


@pytest.mark.parametrize(
    ("text", "answer", "problem"),
    [
        ("subject:  Hi \n\n\nHello,\nyou\n", "Subject: Hi\n\nHello,\nyou", ""),
        ("Hello,\n\nyou", "Hello,\n\nyou", "no_subject"),
        ("Subject:\n\nHello", "Subject:\n\nHello", "no_subject"),
        ("Subject: Hi\nHello", "Subject: Hi\nHello", "no_blank_line"),
        ("Subject: Hi\n\n", "Subject: Hi", "no_body"),
        *(
            (f"Subject: Hi\n\n{text}", f"Subject: Hi\n\n{text}", "left_to_fill_in")
            for text in (
                *(
                    "Yours,\n[Your name]",
                    "Call [phone]",
                    "Dear {{name}},",
                    "Dear <Name>,",
                ),
                *("Dear ____,", f"See [{'the link to book a meeting ' * 3}]"),
            )
        ),
        *(
            (f"Subject: Hi\n\n{text}", f"Subject: Hi\n\n{text}", "")
            for text in (
                "See [our guide](https://x.example)",
                "As we said [1]",
                "2 < 3 > 1",
            )
        ),
        (f"Subject: Hi\n\n{'x' * 1488}", f"Subject: Hi\n\n{'x' * 1488}", "too_long"),
        (f"Subject: Hi\n\n{'x' * 1487}", f"Subject: Hi\n\n{'x' * 1487}", ""),
    ],
)
def test_a_mail_has_a_subject_a_blank_line_and_a_body(
    run: Run, text: str, answer: str, problem: str
) -> None:
    build(f"say:{text}", name="reactivation_email")
    code, _, _ = run(prompt="reactivation_email")
    assert [(row[0], row[1]) for row in kept()] == [(answer, problem)]
    assert code == int(bool(problem))


@pytest.mark.parametrize("mode", ["busy", "broken"])
def test_a_busy_or_broken_endpoint_is_asked_again(
    run: Run, server: ChatServer, mode: str
) -> None:
    build(f"{mode}:")
    assert run()[0] == 0
    assert kept() == [(ANSWER, "", "accepted")]
    assert server.received == {f"{mode}:": 2}


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        ("status:429", "status 429 from"),
        ("status:503", "status 503 from"),
        ("garbage:", "no chat completion from"),
        ("html:", "no chat completion from"),
        ("half:", "no whole answer from"),
        ("gone:", "no whole answer from"),
        ("other:[]", "no chat completion from"),
        ('other:{"choices": null}', "no chat completion from"),
        ('other:{"choices": []}', "no chat completion from"),
        ('other:{"choices": [{"message": "x"}]}', "no chat completion from"),
        ('other:{"choices": [{"message": {"content": [1]}}]}', "no chat completion"),
    ],
)
def test_what_is_no_answer_leaves_the_prompt_for_the_next_run(
    run: Run, prompt: str, why: str
) -> None:
    build(prompt, "fine:")
    code, out, err = run(*ONE_TRY)
    assert (code, err) == (1, "")
    assert out.startswith(f"1 answered, 0 rejected, 1 unanswered ({why}")
    assert out.endswith("; run again to go on\n")
    assert kept() == [(ANSWER, "", "accepted")]


def test_an_endpoint_that_hangs_is_given_up(run: Run) -> None:
    build("hang:", "fine:")
    code, out, _ = run("--tries", "1", "--timeout", "1")
    assert code == 1
    assert "1 answered, 0 rejected, 1 unanswered (no answer within 1 s)" in out


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "refuses the key (401); check OPENAI_API_KEY"),
        (403, "refuses the key (403); check OPENAI_API_KEY"),
        (404, "check --base-url and --model (test)"),
        (400, "check --base-url and --model (test)"),
    ],
)
def test_a_refusal_stops_at_once_and_writes_nothing(
    run: Run, server: ChatServer, status: int, said: str
) -> None:
    build(*(f"status:{status}:{n}" for n in range(50)))
    code, out, err = run()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert KEPT.read_bytes() == HEADER
    assert server.received.total() <= 4


def test_an_endpoint_that_is_down_is_not_asked_to_the_end(
    run: Run, server: ChatServer
) -> None:
    build(*(f"status:500:{n}" for n in range(50)))
    code, out, _ = run(*ONE_TRY)
    assert code == 2
    assert out.startswith("0 answered, 0 rejected, 50 unanswered (status 500")
    assert 5 <= server.received.total() <= 8
    server.shutdown()
    server.server_close()
    code, out, _ = run(*ONE_TRY)
    assert code == 2
    assert f"50 unanswered ({server.url} can't be reached; check --base-url)" in out
    assert KEPT.read_bytes() == HEADER


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--prompt", "x"), "there is no prompt 'x'; name one of pain_summary, re"),
        (("--base-url", "localhost:1"), "'localhost:1' is no URL"),
        (("--model", ""), "name the model with --model"),
    ],
)
def test_what_is_missing_is_one_line(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    build("fine:")
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert KEPT.read_bytes() == HEADER


def test_a_build_takes_the_lines_that_the_script_takes(folder: Path) -> None:
    whole = b"a1,pain_summary,L1,m,2026-01-01T00:00:00Z,%b,,accepted\n"
    (folder / KEPT).write_bytes(HEADER + whole % b"fine" + b'a2,pain_summary,L2,m,,"a')
    assert kept() == [("fine", "", "accepted")]
    check_seeds()
    (folder / KEPT).write_bytes(HEADER + whole % b"fine" + whole % b'"a"b"' + whole)
    for read in (kept, check_seeds):
        with pytest.raises(Fault, match=f"^{KEPT} line 3: 'a1,.*' can't be read"):
            read()
    (folder / KEPT).write_bytes(HEADER + whole % "naïve".encode("cp1252"))
    with pytest.raises(Fault, match=f"^{KEPT} line 2 is not UTF-8; save the file as"):
        check_seeds()


@pytest.mark.parametrize("prompt", ["status:401:", "status:404:", "status:500:"])
def test_what_is_secret_in_a_url_is_not_printed(
    run: Run, server: ChatServer, prompt: str
) -> None:
    build(prompt)
    url = server.url.replace("://", "://ann:pass@word@")
    code, out, err = run(*ONE_TRY, "--base-url", url)
    assert code == 2
    assert server.url in out + err
    assert "word" not in out + err
    _, _, err = run("--base-url", "ann:password@localhost/v1?key=word")
    assert err.startswith("'localhost/v1' is no URL")


@pytest.mark.parametrize("key", ["", "  ", "schlüssel", "a\nb"])
def test_a_key_that_is_none_is_one_line(
    run: Run, server: ChatServer, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    build("fine:")
    monkeypatch.setenv("OPENAI_API_KEY", key)
    code, _, err = run()
    assert (code, err.count("\n")) == (2, 1)
    assert "OPENAI_API_KEY" in err
    assert not server.received


def test_without_its_package_one_line_says_how_to_get_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("fine:")
    monkeypatch.setitem(sys.modules, "openai", None)
    code, _, err = run()
    assert (code, err.count("\n")) == (2, 1)
    assert f"the package openai is not installed; {ask_model.INSTALL}" in err
    monkeypatch.delenv("OPENAI_API_KEY")
    code, out, _ = run("--dry-run")
    assert (code, out.count("\n")) == (0, 1)


def test_nothing_is_asked_twice_and_a_limit_is_kept(
    run: Run, server: ChatServer
) -> None:
    build(*(f"fine:{n}" for n in range(10)), "fine:0", "say:")
    assert run("--limit", "4")[:2] == (0, "4 answered, 0 rejected, 0 unanswered\n")
    code, out, _ = run()
    assert code == 1
    assert out.startswith("6 answered, 1 rejected, 0 unanswered\n")
    assert run()[:2] == (0, "0 answered, 0 rejected, 0 unanswered\n")
    assert set(server.received.values()) == {1}
    assert server.received.total() == len(kept()) == 11
    assert run("--retry-rejected")[1].startswith("0 answered, 1 rejected")
    assert server.received["say:"] == 2
    assert server.keys == {f"Bearer {KEY}"}


def test_the_most_urgent_lead_is_asked_first(run: Run, server: ChatServer) -> None:
    build("fine:1", "fine:2", "fine:3", urgent=3)
    for asked in (["fine:3"], ["fine:3", "fine:1"]):
        assert run("--limit", "1")[0] == 0
        assert list(server.received) == asked


def test_several_are_asked_at_once(run: Run, server: ChatServer) -> None:
    build(*(f"fine:{n}" for n in range(12)))
    server.delay = 0.3
    assert run("--concurrency", "3")[0] == 0
    assert server.most_at_once == 3
    assert len(kept()) == 12


def test_a_dry_run_counts_and_asks_nothing(run: Run, server: ChatServer) -> None:
    build("x" * 4000, "é" * 4000)
    code, out, err = run("--dry-run", "--price-in", "10", "--price-out", "100")
    assert (code, err) == (0, "")
    assert out == (
        "pain_summary: 2 of 2 prompts to ask; about 3000 tokens in, at most about 80 "
        "out; at most about 0.0380 to pay\n"
    )
    assert "pay" not in run("--dry-run", "--limit", "1")[1]
    assert not server.received
    assert KEPT.read_bytes() == HEADER


ROW = b'h1,pain_summary,L1,m,2026-01-01T00:00:00Z,"a ""b"",\nc \xc3\xbc",,accepted\n'


@pytest.mark.parametrize("length", range(1, len(ROW) - 1, 7))
def test_a_torn_last_line_is_cut_off(run: Run, length: int) -> None:
    build("fine:")
    KEPT.write_bytes(HEADER + ROW + ROW[:length])
    code, out, _ = run()
    assert code == 0
    assert f"a torn last line ({length} bytes) was cut off" in out
    assert KEPT.read_bytes().startswith(HEADER + ROW)
    assert [row[0] for row in kept()] == ['a "b",\nc ü', ANSWER]


def test_a_whole_last_line_without_its_end_is_ended(run: Run) -> None:
    build("fine:")
    KEPT.write_bytes(HEADER + ROW[:-1])
    assert run()[:2] == (0, "1 answered, 0 rejected, 0 unanswered\n")
    assert len(kept()) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (
            b"lead_id,answer\nL1,x\n",
            "line 1: 'lead_id,answer' can't be read (the header",
        ),
        (HEADER + b"h1,half\n" + ROW, "line 2: 'h1,half' can't be read"),
        (HEADER + ROW + b"\xff" + ROW + ROW, "line 4: "),
        (HEADER + ROW.replace(b"accepted", b"maybe") + ROW, "line 2: "),
    ],
)
def test_a_file_that_is_not_ours_is_left_alone(
    run: Run, server: ChatServer, content: bytes, said: str
) -> None:
    build("fine:")
    KEPT.write_bytes(content)
    code, out, err = run()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err
    assert KEPT.read_bytes() == content
    assert not server.received


def test_a_file_that_is_missing_is_one_line(run: Run) -> None:
    build("fine:")
    KEPT.unlink()
    assert run()[0] == 2
    code, _, err = run("--dry-run")
    assert (code, err.count("\n")) == (2, 1)
    assert not KEPT.exists()


def test_an_interrupted_run_says_so_in_a_line(server: ChatServer, folder: Path) -> None:
    build("fine:1", "fine:2", "hang:1", "hang:2")
    command = script(server, "--concurrency", "2")
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **piped) as stopped:
        until(lambda: len(kept()) == 2)
        until(lambda: server.received.total() == 4)
        stopped.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            stopped.wait(timeout=10)
        stopped.kill()
        out, err = stopped.communicate()
    assert (stopped.returncode, err) == (1, "")
    assert out == (
        "2 answered, 0 rejected, 2 unanswered (interrupted); run again to go on\n"
    )


def test_a_second_run_is_refused(run: Run, server: ChatServer) -> None:
    build("hang:")
    with subprocess.Popen(script(server)) as first:
        until(lambda: server.received.total() == 1)
        code, _, err = run("--tries", "1", "--timeout", "1")
        first.kill()
    assert (code, err.count("\n")) == (2, 1)
    assert "another process has held seeds/.genai_responses.lock" in err
    assert server.received.total() == 1


def test_a_full_disk_leaves_whole_lines(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("fine:")
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:9]))
    with pytest.raises(OSError, match="No space"):
        responses.append_response(["a"] * 8)
    assert KEPT.read_bytes() == HEADER
