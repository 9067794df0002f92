from __future__ import annotations

import threading
import time

import pytest

from api.jobs.gate import Gate
from api.jobs.turn import Turns


def order(turns: Turns, wanted: list[tuple[str, bool, str]]) -> list[str]:
    """Who gets the turn when all of them wait for it, in the order of their coming."""
    served: list[str] = []
    threads = []

    def go(name: str, interactive: bool, org: str) -> None:
        with turns.turn(interactive=interactive, org=org):
            served.append(name)

    with turns.turn(interactive=True, org="somebody"):
        for n, one in enumerate(wanted, 1):
            threads.append(threading.Thread(target=go, args=one))
            threads[-1].start()
            while len(turns._waiting) < n:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    return served


def test_who_waits_for_it_comes_before_batches() -> None:
    assert order(Turns(), [("b1", False, "A"), ("b2", False, "B"), ("i1", True, "A")]) == ["i1", "b2", "b1"]


def test_organisations_take_turns() -> None:
    assert order(Turns(), [("a1", False, "A"), ("a2", False, "A"), ("a3", False, "A"), ("b1", False, "B")]) == [
        "a1",
        "b1",
        "a2",
        "a3",
    ]


def test_a_turn_ends_with_an_error() -> None:
    turns = Turns()
    with pytest.raises(ValueError), turns.turn(interactive=True, org="A"):
        raise ValueError
    assert order(turns, [("next", False, "A")]) == ["next"]


def test_a_turn_can_end_early_and_ends_once() -> None:
    turns = Turns()
    with turns.turn(interactive=True, org="A") as end:
        end()
        with turns.turn(interactive=False, org="B"):
            end()
            assert order_blocked(turns)
    assert order(turns, [("next", False, "A")]) == ["next"]


def order_blocked(turns: Turns) -> bool:
    """Whether somebody else would have to wait for the turn."""
    got = threading.Event()

    def go() -> None:
        with turns.turn(interactive=True, org="C"):
            got.set()

    threading.Thread(target=go, daemon=True).start()
    return not got.wait(0.1)


def test_the_gate_waits_for_what_is_in_hand_and_lets_nothing_new_begin() -> None:
    gate, done = Gate(), []
    begun = threading.Event()

    def work() -> None:
        with gate.work():
            begun.set()
            time.sleep(0.05)
            done.append("page")
            gate.pause()
            done.append("never")

    threading.Thread(target=work, daemon=True).start()
    begun.wait(5)
    assert gate.close(5)
    assert done == ["page"]
    threading.Thread(target=work, daemon=True).start()
    time.sleep(0.1)
    assert done == ["page"]


def test_the_gate_does_not_wait_for_ever() -> None:
    gate = Gate()
    with gate.work():
        assert not gate.close(0.01)
