"""The list of examples is whole, and what it says can be run."""

from __future__ import annotations

import re
from pathlib import Path

from fullstride.data import KNOWN_NAMES

FOLDER = Path(__file__).parents[2] / "examples"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_every_file_has_its_line() -> None:
    listed = re.findall(r"^\| \[([^]]+)\]\(\1\) \|", README, re.MULTILINE)
    assert sorted(listed) == sorted(
        path.name for path in FOLDER.iterdir() if path.is_file() and path.name != "README.md"
    )


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert len(links) >= 6
    assert [link for link in links if not (FOLDER / link).is_file()] == []


def test_commands_name_a_known_set_and_their_file() -> None:
    commands = re.findall(r"\| \[([^]]+)\].*`fullstride train (\S+) --config (\S+)`", README)
    assert len(commands) == 3
    for name, data, config in commands:
        assert data in KNOWN_NAMES
        assert config == f"examples/{name}"
