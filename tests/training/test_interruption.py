"""Ctrl-C is kept back while a block runs."""

from __future__ import annotations

import signal
import threading

import pytest

from fullstride.training import History, Interrupted
from fullstride.training.interruption import Uninterrupted


def ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


def test_the_block_is_finished_first() -> None:
    done = []

    def work() -> None:
        with Uninterrupted():
            ctrl_c()
            done.append("the rest of the block")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["the rest of the block"]


def test_without_ctrl_c_nothing_happens() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Uninterrupted():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_the_handler_is_back_after_an_interruption() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), Uninterrupted():
        ctrl_c()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_one_breaks_the_block() -> None:
    done = []

    def work() -> None:
        with Uninterrupted():
            ctrl_c()
            done.append("between")
            ctrl_c()
            done.append("never")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["between"]


def test_the_same_object_serves_many_blocks() -> None:
    block = Uninterrupted()
    done = []

    def work() -> None:
        with block:
            ctrl_c()
            done.append("whole")

    for _ in range(2):  # the first of each block is kept back, not only that of the first block
        with pytest.raises(KeyboardInterrupt):
            work()
    assert done == ["whole", "whole"]
    with block:  # and an old one is not handed on by a block without any
        done.append("quiet")
    assert done[-1] == "quiet"


def test_the_block_s_own_exception_goes_first() -> None:
    before = signal.getsignal(signal.SIGINT)

    def work() -> None:
        with Uninterrupted():
            ctrl_c()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_handler_of_the_caller_is_called_when_the_block_has_ended() -> None:
    calls: list[str] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: calls.append("handler"))
    try:
        with Uninterrupted():
            ctrl_c()
            calls.append("block")
    finally:
        signal.signal(signal.SIGINT, before)
    assert calls == ["block", "handler"]


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Uninterrupted():
            ctrl_c()
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_touches_no_handler() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def work() -> None:
        with Uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_interrupted_is_a_keyboard_interrupt_with_a_history() -> None:
    history = History(interrupted=True)
    error = Interrupted("training was interrupted", history)
    assert isinstance(error, KeyboardInterrupt)
    assert not isinstance(error, Exception)  # `except Exception` lets it pass, as every Ctrl-C
    assert error.history is history
    assert str(error) == "training was interrupted"
