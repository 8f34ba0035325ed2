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
RUN_ELSEWHERE = {
    # Tests that look at what is printed, too.
    "README.md": "tests/test_readme.py",
    "docs/tutorials/folder.md": "tests/examples/test_folder.py",
}
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


@pytest.mark.parametrize("name", [name for name in NAMES if name in RUN_ELSEWHERE])
def test_what_is_run_elsewhere_is_run_there(name: str) -> None:
    assert Path(name).name in (ROOT / RUN_ELSEWHERE[name]).read_text(encoding="utf-8")


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
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # an advertisement, which material prints
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_a_link_to_nowhere_is_an_error(tmp_path: Path) -> None:
    """The settings of mkdocs.yml, for one page without plugins."""
    yaml = pytest.importorskip("yaml", reason="the extra docs is not installed")
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    kept = {name: settings[name] for name in ("site_name", "strict", "validation")}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump({**kept, "theme": "material", "plugins": []}))
    (tmp_path / "docs").mkdir()
    command = [sys.executable, "-m", "mkdocs", "build"]
    for text, code in (("# A", 0), ("[a](b.md)", 1), ("[a](#nowhere)", 1), ("[a](../src/)", 1)):
        (tmp_path / "docs" / "index.md").write_text(text)
        assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300).returncode == code


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


@pytest.fixture(scope="module")
def hooks() -> Any:
    spec = importlib.util.spec_from_file_location("site_hooks", ROOT / "docs" / "_site" / "hooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("page", "link", "becomes"),
    [
        ("training.md", "../examples/mnist.toml", "examples.md#mnist"),
        ("training.md", "../examples", "examples.md"),
        ("tutorials/folder.md", "../../examples/course.ipynb", "../tutorials/course.md"),
        ("tutorials/course.md", "../docs/training.md#data", "../training.md#data"),
        ("tutorials/course.md", "../images/docs/a.png", "../images/docs/a.png"),
    ],
)
def test_links_into_the_repository_become_the_site_s(hooks: Any, page: str, link: str, becomes: str) -> None:
    class Page:
        class file:
            src_uri = page

    assert hooks.on_page_markdown(f"see [it]({link}).", Page) == f"see [it]({becomes})."


def test_formulas_become_mathml(hooks: Any) -> None:
    pytest.importorskip("latex2mathml", reason="the extra docs is not installed")
    text = '<p><span class="arithmatex">\\(n_H &lt; 3\\)</span></p><div class="arithmatex">\\[x\\]</div>'
    made = hooks.on_page_content(text)
    assert "arithmatex" not in made
    assert "<mo>&#x0003C;</mo><mn>3</mn>" in made
    assert re.findall(r'display="(\w+)"', made) == ["inline", "block"]


def test_a_notebook_becomes_a_page_and_its_pictures(hooks: Any, tmp_path: Path) -> None:
    pytest.importorskip("nbconvert", reason="the extra docs is not installed")
    nbformat = pytest.importorskip("nbformat")
    cell = nbformat.v4.new_code_cell("draw()", id="a")
    cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": "iVBORw0K"})]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Pictures", id="b"), cell])
    nbformat.write(book, tmp_path / "pictures.ipynb")
    made = hooks.notebook(tmp_path / "pictures.ipynb")
    assert list(made) == ["tutorials/pictures.md", "tutorials/pictures/output_1_0.png"]
    assert made["tutorials/pictures.md"].startswith("# Pictures")
    assert "(pictures/output_1_0.png)" in made["tutorials/pictures.md"]
    assert made["tutorials/pictures/output_1_0.png"] == b"\x89PNG\r\n"


def test_help_s_lines_are_code_on_the_command_page(hooks: Any) -> None:
    assert hooks._help("Do it.\n\n\b\nExamples:\n  fullstride do | less\n\nMore.") == (
        "Do it.\n\nExamples:\n\n```bash\nfullstride do | less\n```\n\nMore.\n"
    )
    assert hooks._cell("a <b|c>\n d") == "a &lt;b&#124;<wbr>c&gt; d"
