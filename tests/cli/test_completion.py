"""What the shell is told when it asks what may come next, in its own protocol."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fullstride.data import KNOWN_NAMES
from fullstride.runs import ARCHITECTURES, KEYS


def ask(shell: str, line: str) -> list[str]:
    """The answer to a line whose last word is begun, asked as the shell's function does it."""
    environment = {**os.environ, "_FULLSTRIDE_COMPLETE": f"complete_{shell}"}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    if shell == "bash":
        environment |= {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    else:
        environment |= {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = subprocess.run(
        [sys.executable, "-m", "fullstride"], capture_output=True, text=True, env=environment, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, "")
    if shell == "zsh":
        begin, _, rest = done.stdout.partition("((")
        return rest.partition("))")[0].replace('"', "").split("\n") if rest else [begin.strip()]
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_data_sets_architectures_and_keys(shell: str, work: Path) -> None:
    (work / "mnemonics").mkdir()
    (work / "mnotes.txt").write_text("no folder")
    assert {word.partition("\t")[0].partition(":")[0] for word in ask(shell, "fullstride su")} == {"summary"}
    assert ask(shell, "fullstride train mn") == ["mnist", "mnemonics/"]
    assert ask(shell, "fullstride train --network res") == [
        name for name in ARCHITECTURES if name.startswith("res")
    ]
    assert ask(shell, "fullstride train digits --set training.w") == [
        f"{name}=" for name in KEYS if name.startswith("training.w")
    ]


def test_every_word_of_a_choice(work: Path) -> None:
    for line, expected in (
        ("fullstride train ", list(KNOWN_NAMES)),
        ("fullstride summary ", list(ARCHITECTURES)),
        ("fullstride train --optimizer ", ["sgd", "adam", "adamw"]),
        ("fullstride train --schedule ", ["constant", "step", "cosine", "one-cycle"]),
        ("fullstride evaluate runs/x --part t", ["test", "train"]),
        ("fullstride dump x --stage ", ["program", "plan", "ir", "asm"]),
        ("fullstride find-lr --set ", [f"{name}=" for name in KEYS]),
    ):
        assert ask("bash", line) == expected


@pytest.mark.parametrize(
    "line", ["fullstride predict ru", "fullstride train --config ru", "fullstride train --out ru"]
)
def test_files_are_left_to_the_shell(line: str, work: Path) -> None:
    assert ask("bash", line) == []  # `complete -o default`: then bash offers files
    assert ask("zsh", line) == ["_files"]
    assert ask("fish", line) == []


def test_bash_completes_for_real(work: Path) -> None:
    """The function that --show-completion prints, in a real shell."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    (work / "fullstride").write_text(f'#!/bin/bash\nexec {sys.executable} -m fullstride "$@"\n')
    (work / "fullstride").chmod(0o755)
    script = """
        PATH=$PWD:$PATH
        eval "$(fullstride --show-completion)"
        COMP_WORDS=(fullstride train fash) COMP_CWORD=2
        _fullstride_completion fullstride
        echo "${COMPREPLY[@]}"
        complete -p fullstride
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, env=environment, timeout=120
    )
    assert done.stdout.splitlines() == [
        "fashion-mnist",
        "complete -o default -F _fullstride_completion fullstride",
    ], done.stderr
