"""The pages of docs/: their code runs, their commands exist, and the site builds without a warning."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

import fullstride
from fullstride.cli.app import app
from tests.support.commands import commands_in, parsed

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]

GIVEN = {
    # What the words of a page say is there already.
    "docs/reproducibility.md": """
        import numpy as np
        from fullstride import architectures
        network, y = architectures.small((8, 8, 1), 10), np.arange(10)
        X = np.zeros((10, 8, 8, 1), np.float32)
    """,
}
RUN_ELSEWHERE = ("README.md", "docs/tutorials/folder.md")  # tests that look at what their blocks print
SITE = ("mkdocs", "material", "mkdocstrings", "nbconvert", "latex2mathml")


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name not in RUN_ELSEWHERE and blocks(ROOT / name, "python")]
)
def test_the_python_of_a_page_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    variables: dict[str, Any] = {"__name__": "__main__"}
    given = "\n".join(line.strip() for line in GIVEN.get(name, "").splitlines())
    with contextlib.redirect_stdout(io.StringIO()):
        for code in (given, *blocks(ROOT / name, "python")):
            exec(compile(code, name, "exec"), variables)


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_page_exist(name: str) -> None:
    """In blocks of the shell, and between backquotes."""
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = [line for block in blocks(ROOT / name, "bash") for line in commands_in(block)]
    for line in lines:
        parsed(line)
    root: Any = typer.main.get_command(app)
    for mention in re.findall(r"`fullstride (?!ms`)([a-z][a-z-]*)[^`]*`", text):  # milliseconds head a column
        assert mention in root.commands, mention
    known = {option for command in root.commands.values() for p in command.params for option in p.opts}
    for line in re.findall(r"`fullstride ([^`]*)`", text):
        used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", line))
        assert used <= {*known, "--help", "--version", "--debug"}, line


def test_the_commands_of_the_pages_are_found() -> None:
    assert len(commands_in("\n".join(blocks(ROOT / "README.md", "bash")))) >= 8


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    missing = [name for name in SITE if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"the extra docs is not installed: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # an advertisement, which material prints
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def test_the_site_asks_nobody_for_anything(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 12
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert (
            re.findall(r'<(?:script|img|link|iframe|source)[^>]*(?:src|href)="?(?:https?:)?//[^>]*>', text)
            == []
        )
    for sheet in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")) == []


def test_the_reference_has_every_public_name(site: Path) -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in (site / "reference").glob("*.html"))
    anchors = {anchor.rpartition(".")[2] for anchor in re.findall(r'id="(fullstride\.[\w.]+)"', text)}
    assert {*fullstride.__all__} - anchors == {"__version__"}
    assert "Source\n---" not in text


def test_the_command_page_has_every_command_and_option(site: Path) -> None:
    text = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    root: Any = typer.main.get_command(app)
    for name, command in root.commands.items():
        assert f'id="fullstride-{name}"' in text
        for parameter in command.params:
            assert parameter.opts[0] in text or parameter.metavar in text


def test_the_home_page_is_the_readme_s_beginning(site: Path) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    assert "step by step, at full stride" in text
    assert 'href="training.html"' in text
    assert "docs/" not in re.findall(r'(?:href|src)="([^"]*)"', text)


def test_the_course_is_a_page_with_its_pictures_and_formulas(site: Path) -> None:
    text = (site / "tutorials" / "course.html").read_text(encoding="utf-8")
    pictures = re.findall(r'src="?(course/[^" >]+\.png)', text)
    assert len(pictures) >= 12
    assert all((site / "tutorials" / name).is_file() for name in pictures)
    formulas = (ROOT / "examples" / "course.ipynb").read_text(encoding="utf-8").count("$$") // 2
    assert text.count('display="block"') == formulas > 5
    prose = re.sub(r"<(pre|code)\b.*?</\1>", "", text, flags=re.DOTALL)
    assert "$" not in prose
    assert "\\" not in prose.partition("<article")[2].partition("</article>")[0]
    assert 'href="tutorials/course.html"' in (site / "index.html").read_text(encoding="utf-8")
