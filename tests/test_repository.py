"""What the repository itself promises: no secrets, exact pins, and commands in the README that are the ones CI runs."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import main
from emulator.state.changes import PATIENCE
from runtime.admin.admin_texts import COMMANDS
from runtime.service import GRACE
from runtime.values import EXPECTED

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "docs/README.ru.md"]
RUNNING = ["docs/running.md", "docs/running.ru.md"]
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
TOKEN = re.compile(rb"\b[0-9]{6,}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])")
PIN = re.compile(r"^([A-Za-z0-9_-]+)==[0-9.]+(?:post[0-9]+)?(?:; [^#]+)?\s+# \S")


def text(path: str) -> str:
    """A file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    """The files that git knows and that are there, or that it would add."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return [path for name in names if name and (path := ROOT / name).is_file()]


def command(path: str, ending: str) -> str:
    """The only line of a README that sets up a virtual environment and ends like this."""
    lines = [line for line in text(path).splitlines() if line.startswith("python3 -m venv") and line.endswith(ending)]
    assert len(lines) == 1, f"{path} has {len(lines)} lines that end with {ending}"
    return lines[0]


def pins(path: str) -> set[str]:
    """The distributions that a file of requirements pins."""
    lines = [line for line in text(path).splitlines() if line and not line.startswith(("#", "-r "))]
    assert [line for line in lines if not PIN.match(line)] == [], "not an exact version with a reason"
    return {line.split("==")[0].lower() for line in lines}


@pytest.mark.skipif("CI" not in os.environ and not (ROOT / ".git").exists(), reason="not a git repository")
def test_no_file_holds_a_bot_token() -> None:
    """Whoever has a token has the bot, and history forgets nothing."""
    assert [path.name for path in tracked() if TOKEN.search(path.read_bytes())] == []


def test_a_bot_token_would_be_seen() -> None:
    """The pattern of the test and of the commit hook knows a token, and is the same."""
    for last in b"A", b"-":
        assert TOKEN.search(b"BOT_TOKEN=123456789:" + b"A" * 34 + last + b"\n")
    assert not TOKEN.search(b"BOT_TOKEN=42:TEST\n")
    assert TOKEN.pattern.decode() in text(".pre-commit-config.yaml")


def test_ci_runs_the_readmes_test_command() -> None:
    """CI finds the command by the README's own line, so the two cannot drift apart."""
    finder = r"grep -m 1 -E '^python3 -m venv .* -m pytest' README.md"
    assert command("README.md", "-m pytest -n auto")
    assert finder in text(".ci/run")
    assert finder in text(".github/workflows/ci.yml")
    assert "run: .ci/run" in text(".github/workflows/ci.yml")
    assert "pip install" not in text(".ci/run")


@pytest.mark.parametrize("ending", ["-r requirements.txt && .venv/bin/python main.py", "-m pytest -n auto"])
def test_both_readmes_give_the_same_commands(ending: str) -> None:
    """The demo and the tests start alike in both languages, each with one line."""
    assert len({command(path, ending) for path in READMES}) == 1


def headings(path: str) -> set[str]:
    """What a link may name in a page: GitHub's anchors of its headings."""
    lines = [line.lstrip("#").strip().lower() for line in text(path).splitlines() if line.startswith("#")]
    return {re.sub(r"[^\w -]", "", line).replace(" ", "-") for line in lines}


def test_the_first_page_is_short() -> None:
    """At most 150 lines and 1,200 words; everything else has a page of its own."""
    assert len(text("README.md").splitlines()) <= 150
    assert len(text("README.md").split()) <= 1200


@pytest.mark.parametrize("page", PAGES)
def test_a_pages_links_lead_somewhere(page: str) -> None:
    """Every file that a page links to or shows exists, and has the heading that the link names."""
    found = re.findall(r"\]\(([^()]+)\)", text(page))
    for link, _, heading in (link.partition("#") for link in found if "://" not in link):
        target = ((ROOT / page).parent / link).resolve() if link else ROOT / page
        assert target.exists(), link
        assert not heading or heading in headings(target.relative_to(ROOT).as_posix()), f"{link}#{heading}"


@pytest.mark.parametrize("page", RUNNING)
def test_a_page_names_every_setting_and_status(page: str) -> None:
    """Whoever runs the bot finds each variable and each exit status, in both languages."""
    rows = [line.split(" | ")[0] for line in text(page).splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named == set(EXPECTED)
    assert {row for row in rows if re.fullmatch(r"\| \d", row)} == {f"| {status}" for status in range(4)}


def test_the_admins_page_names_every_command() -> None:
    """The table of commands has those of the admin's menu."""
    rows = [line.split(" | ")[0] for line in text("docs/admin.md").splitlines() if line.startswith("| `/")]
    assert {name for row in rows for name in re.findall(r"`/(\w+)", row)} == set(COMMANDS)


@pytest.mark.parametrize(("page", "heading"), [(READMES[0], "## Six figures"), (READMES[1], "## Шесть чисел")])
def test_the_first_page_copies_its_figures(page: str, heading: str) -> None:
    """Each figure of the first page, in both languages, is one of those that were measured."""
    rows = [line for line in text(page).partition(heading)[2].splitlines() if re.match(r"\| \w", line)]
    found = {each.replace(",", ".") for row in rows for each in re.findall(r"\d+(?:[.,]\d+)?", row)}
    assert len(rows) == 6
    assert found - set(re.findall(r"\d+(?:\.\d+)?", text("docs/figures.md"))) == set()


def test_every_requirement_is_exact_and_has_a_reason() -> None:
    """A version that works today is the one installed tomorrow."""
    assert pins("requirements.txt")
    assert pins("requirements-fragment.txt")
    assert pins("tests/requirements.txt")


def test_what_the_code_imports_is_pinned() -> None:
    """No module leans on a library that only happens to be there."""
    wanted = pins("requirements.txt") | pins("requirements-fragment.txt")
    found = [
        path
        for path in (
            ROOT / "main.py",
            ROOT / "demo.py",
            *(path for room in ("bots", "emulator", "pinstore", "runtime") for path in (ROOT / room).rglob("*.py")),
        )
        if path.exists()
    ]
    imported = {name for path in found for name in libraries(path)}
    known = packages_distributions()
    assert {name for name in imported if not wanted & {each.lower() for each in known.get(name, [])}} == set()


def libraries(path: Path) -> set[str]:
    """The top-level names of other people's code that a module imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    return (
        {name.split(".")[0] for name in names}
        - sys.stdlib_module_names
        - {"bots", "demo", "emulator", "main", "pinstore", "runtime", "scenes"}
    )


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "Pipfile", "setup.py", "runtime.txt"])
def test_heroku_sees_one_list_of_requirements(name: str) -> None:
    """Heroku's build stops at a second package manager's file and at the old name of .python-version."""
    assert not (ROOT / name).exists()
    assert "[project]" not in text("pyproject.toml")


def test_heroku_starts_one_process() -> None:
    """Two would take the backup from each other in turns; what the button starts is what the Procfile knows."""
    processes = dict(line.split(": ") for line in text("Procfile").splitlines())
    assert processes == {"worker": "python main.py"}
    formation = json.loads(text("app.json"))["formation"]
    assert {name: dyno["quantity"] for name, dyno in formation.items()} == {"worker": 1}


def steps(stage: int) -> list[list[str]]:
    """The instructions of a stage of the Dockerfile, each as its words."""
    joined = text("deploy/Dockerfile").replace("\\\n", " ")
    lines = [line.split() for line in joined.splitlines() if line and not line.startswith("#")]
    starts = [number for number, words in enumerate(lines) if words[0] == "FROM"] + [len(lines)]
    return lines[starts[stage] : starts[stage + 1]]


def command_of(stage: int, instruction: str) -> list[str]:
    """The command of an instruction, which is in the form that starts no shell: a signal then reaches the bot."""
    (words,) = [words for words in steps(stage) if words[0] == instruction]
    form = " ".join(words)
    return [str(word) for word in json.loads(form[form.index("[") :])]


def test_the_image_is_built_from_what_is_there() -> None:
    """Python is the one that Heroku takes; each source is in the context; the end is not root and gets SIGTERM."""
    version = text(".python-version").strip()
    assert [words[1] for stage in (0, 1) for words in steps(stage) if words[0] == "FROM"] == [
        f"python:{version}-slim"
    ] * 2
    copied = [name for words in steps(0) if words[0] == "COPY" for name in words[1:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert {f"!{name}" for name in copied} < set(text(".dockerignore").splitlines())
    last = {words[0]: words[1:] for words in steps(1)}
    assert last["STOPSIGNAL"] == ["SIGTERM"]
    assert last["USER"] == ["10001:10001"]
    assert main.read_arguments(command_of(1, "CMD")[2:]).demo is False


def test_the_image_does_without_anything_else(tmp_path: Path) -> None:
    """What is copied into it runs, and without a token says so instead of playing."""
    for words in steps(0):
        if words[0] == "COPY":
            for name in words[1:-1]:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
                copy(ROOT / name, tmp_path / Path(name).name)
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    argv = [sys.executable, *command_of(1, "CMD")[1:]]
    ended = subprocess.run(argv, cwd=tmp_path, env=kept, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (ended.returncode, ended.stderr.partition(":")[0]) == (2, "BOT_TOKEN is not set")


def test_the_compose_file_neither_hurries_nor_loops() -> None:
    """A stop takes up to ten seconds; statuses 2 and 3 are not mended by starting again for ever."""
    compose = text("deploy/compose.yaml")
    assert "dockerfile: deploy/Dockerfile\n" in compose
    (grace,) = re.findall(r"stop_grace_period: (\d+)s", compose)
    assert int(grace) > GRACE
    assert re.findall(r"restart: (\S+)", compose) == ["on-failure:5"]
    for page in RUNNING:
        assert "docker compose -f deploy/compose.yaml up -d --build" in text(page)


def test_the_files_for_replicas_name_settings_that_there_are() -> None:
    """Each is started with one command, which the page tells; the rest they say themselves."""
    compose, kubernetes = (text(f"deploy/scale/{name}.yaml") for name in ("compose", "kubernetes"))
    named = {
        *re.findall(r"^      ([A-Z_]+): ", compose, re.MULTILINE),
        *re.findall(r"name: ([A-Z_]+)$", kubernetes, re.MULTILINE),
    }
    ours = {name for name in named if not name.startswith("POSTGRES_") and name != "DOMAIN"}
    assert ours == {"DATABASE_URL", "WEBHOOK_URL", "WEBHOOK_PORT", "PORT"} <= set(EXPECTED)
    assert {"checkpoint_timeout=30min", "wal_compression=lz4"} <= set(
        re.findall(r"- (\w+=\w+)$", compose, re.MULTILINE)
    )
    assert re.findall(r"replicas: (\d)", compose) == re.findall(r"replicas: (\d)", kubernetes) == ["3"]
    grace = [*re.findall(r"stop_grace_period: (\d+)s # what", compose)]
    grace += re.findall(r"terminationGracePeriodSeconds: (\d+)", kubernetes)
    assert all(int(seconds) > GRACE for seconds in grace)
    assert re.findall(r"^kind: (\w+)", kubernetes, re.MULTILINE) == [
        "Secret",
        "Deployment",
        "Service",
        "Ingress",
        "PodDisruptionBudget",
    ]
    assert "/healthz" not in re.sub("#.*", "", kubernetes)  # a replica without its database is reached all the same
    caddy = text("deploy/scale/Caddyfile")
    assert caddy.count("{") == caddy.count("}")
    assert {"lb_retry_match {", "method POST", "header Retry-After 2"} <= {line.strip() for line in caddy.splitlines()}
    for command in (
        "docker compose --env-file .env -f deploy/scale/compose.yaml up -d --build",
        "envsubst '$BOT_TOKEN",
    ):
        assert command in text("docs/scale.md")
