"""Pages of the site that are made from what they describe, so that they never go stale: `mkdocs.yml` calls this.

* the home page: the beginning of README.md
* the examples: the files of `examples/`
* the command line: what `fullstride COMMAND --help` says
* the reference: the public names of the rooms, whose docstrings mkdocstrings fills in
* formulas: MathML, made when the site is built
* tutorials: pages of `docs/` that are there, and the notebooks of `examples/`, with their outputs
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from html import escape, unescape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

TUTORIALS = ("tutorials/*.md", "judging.md", "scikit-learn.md")
"""Pages beside the guides, where they exist."""
NOTEBOOKS = "examples/*.ipynb"

COURSE = (
    "convolution",
    "pooling",
    "relu",
    "flatten",
    "linear",
    "softmax",
    "squared_error",
    "normalization",
    "addition",
)
"""The order of the steps on their page; what is not named comes last."""

REFERENCE: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # page: (title, introduction, places of names; a room stands for all names that it offers)
    "steps": (
        "The course's functions",
        "Each of these is a readable step of `fullstride.steps`. `fullstride.conv_forward`, `conv_backward`, "
        "`pool_forward` and `pool_backward` have the same arguments and results and run as machine code.",
        ("fullstride.steps",),
    ),
    "layers": ("Layers", "What a network is made of.", ("fullstride.layers", "fullstride.architectures")),
    "network": ("Network", "", ("fullstride.network",)),
    "program": ("Optimizers and programs", "", ("fullstride.program",)),
    "data": ("Data", "", ("fullstride.data",)),
    "training": ("Training", "", ("fullstride.training",)),
    "runs": ("Runs", "A whole run, as `fullstride train` makes it.", ("fullstride.runs",)),
    "judging": ("Judging", "What predictions are worth.", ("fullstride.judging", "fullstride.report")),
    "sklearn": (
        "scikit-learn",
        "They need scikit-learn: `pip install 'fullstride[sklearn]'`.",
        ("fullstride.sklearn",),
    ),
    "plots": (
        "Plots and figures",
        "They need matplotlib: `pip install 'fullstride[plots]'`.",
        ("fullstride.plots", "fullstride.figures"),
    ),
    "errors": ("Errors", "", ("fullstride.errors",)),
}


def on_config(config: Any, **kwargs: Any) -> Any:
    """Puts the tutorials and the generated pages into the navigation."""
    if (source := str(ROOT / "src")) not in sys.path:
        sys.path.insert(0, source)
    docs = Path(config.docs_dir)
    found = [f"tutorials/{path.stem}.md" for path in sorted(ROOT.glob(NOTEBOOKS))]
    found += [path.relative_to(docs).as_posix() for name in TUTORIALS for path in sorted(docs.glob(name))]
    if found:
        config.nav.insert(1, {"Tutorials": found})
    reference = [{title: f"reference/{page}.md"} for page, (title, _, _) in REFERENCE.items()]
    config.nav.append({"Reference": [*reference, {"Command line": "reference/command-line.md"}]})
    return config


def on_files(files: Any, config: Any, **kwargs: Any) -> Any:
    """Adds the pages that are no files."""
    from mkdocs.structure.files import File

    made = {"index.md": home(), "examples.md": examples(), "reference/command-line.md": command_line()}
    made |= {f"reference/{page}.md": reference(page) for page in REFERENCE}
    for path in sorted(ROOT.glob(NOTEBOOKS)):
        made |= notebook(path)
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **kwargs: Any) -> str:
    """Links into the repository lead to what the site has of it."""
    up = "../" * page.file.src_uri.count("/")
    for pattern, place in (
        (r"examples/([\w-]+)\.toml", r"examples.md#\1"),
        (r"examples/([\w-]+)\.ipynb", r"tutorials/\1.md"),
        (r"examples/?", "examples.md"),
        (r"docs/([^)]*)", r"\1"),  # as notebooks have it
    ):
        markdown = re.sub(rf"\]\((?:\.\./)+{pattern}\)", rf"]({up}{place})", markdown)
    return markdown


def on_page_content(html: str, **kwargs: Any) -> str:
    """Formulas, which arithmatex has marked, become MathML: browsers draw it without a script."""
    return re.sub(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', _formula, html, flags=re.S)


def _formula(match: re.Match[str]) -> str:
    from latex2mathml.converter import convert

    tag, formula = match.groups()
    return str(convert(unescape(formula), display="block" if tag == "div" else "inline"))


# --- pages ------------------------------------------------------------------------------------------------------------


def home() -> str:
    """README.md, without what is for those who have its folder: tests, tables of numbers."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    kept = [section for section in sections if not section.startswith(("## Test", "## Speed"))]
    page = re.sub(r"<!-- accuracy table -->.*<!-- end of accuracy table -->\n", "", "".join(kept), flags=re.S)
    page = re.sub(r"\]\(docs/", "](", page)
    return re.sub(r"\]\(examples/", "](../examples/", page)


def examples() -> str:
    """Each configuration of `examples/`, whole."""
    parts = ["# Examples\n\nConfigurations for `fullstride train --config FILE`.\n"]
    for path in sorted((ROOT / "examples").glob("*.toml")):
        parts.append(f"## {path.stem}\n\n```toml\n{path.read_text(encoding='utf-8').rstrip()}\n```\n")
    return "\n".join(parts)


def names_of(place: str) -> list[str]:
    """The classes and functions that a room offers, each with the path of where it is written."""
    module = importlib.import_module(place)
    offered = getattr(module, "__all__", None) or [
        name for name, value in vars(module).items() if getattr(value, "__module__", "") == place
    ]
    values = [getattr(module, name) for name in offered if name[0] != "_"]
    values = [value for value in values if inspect.isclass(value) or inspect.isfunction(value)]
    if place == "fullstride.steps":
        values.sort(key=_in_the_course)
    return [f"{value.__module__}.{value.__name__}" for value in values]


def _in_the_course(step: Any) -> tuple[int, int]:
    """Where a step comes: first those that an image meets first, in a file from top to bottom."""
    stem = step.__module__.rpartition(".")[2]
    place = COURSE.index(stem) if stem in COURSE else len(COURSE)
    return place, inspect.getsourcelines(step)[1]


def reference(page: str) -> str:
    """A heading for each name, for mkdocstrings."""
    title, introduction, places = REFERENCE[page]
    names = [name for place in places for name in names_of(place)]
    return "\n\n".join([f"# {title}", introduction, *(f"::: {name}" for name in names)]) + "\n"


def command_line() -> str:
    """What each command's help says."""
    import typer

    from fullstride.cli.app import app

    root: Any = typer.main.get_command(app)
    parts = ["# Command line\n", "Every command says with `--help` what stands here.\n"]
    parts += _command(root, "fullstride", None)
    return "\n".join(parts)


def _command(command: Any, name: str, parent: Any) -> list[str]:
    context = command.context_class(command, info_name=name, parent=parent)
    usage = " ".join(command.collect_usage_pieces(context))
    parts = [f"## {context.command_path}\n", f"```text\n{context.command_path} {usage}\n```\n"]
    parts += [_help(command.help or "")]
    rows = [record for parameter in command.get_params(context) for record in _rows(parameter, context)]
    if rows:
        parts += ["| argument or option | |\n| --- | --- |"]
        parts += [f"| <code>{_cell(what)}</code> | {_cell(words)} |" for what, words in rows]
        parts += [""]
    for below in getattr(command, "commands", {}).values():
        parts += _command(below, below.name, context)
    return parts


def _rows(parameter: Any, context: Any) -> list[tuple[str, str]]:
    record = parameter.get_help_record(context)
    return [record] if record is not None else []


def _cell(text: str) -> str:
    """One line, in which nothing is markup or ends the cell; a list of choices may be broken."""
    return escape(" ".join(text.split()), quote=False).replace("|", "&#124;<wbr>")


def _help(text: str) -> str:
    """Paragraphs as they are; what is set in lines, such as examples, as code."""
    parts = []
    for block in re.split(r"\n\s*\n", text):
        kept = block.removeprefix("\b\n")
        if kept == block:
            parts.append(block)
            continue
        head, *lines = kept.splitlines()
        shown = "\n".join(line.removeprefix("  ") for line in lines)
        language = "bash" if "xample" in head else "text"
        parts.append(f"{head}\n\n```{language}\n{shown}\n```")
    return "\n\n".join(parts) + "\n"


def notebook(path: Path) -> dict[str, str | bytes]:
    """A notebook as a page, and the pictures of its outputs."""
    from nbconvert import MarkdownExporter

    text, resources = MarkdownExporter().from_filename(str(path))
    folder = f"tutorials/{path.stem}"
    made: dict[str, str | bytes] = {}
    for name, data in (resources.get("outputs") or {}).items():
        made[f"{folder}/{name}"] = data
        text = text.replace(f"({name})", f"({path.stem}/{name})")
    return {f"{folder}.md": text, **made}
