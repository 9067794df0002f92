"""New passwords that everybody tries first are refused, without a list of millions."""

from __future__ import annotations

import pytest

from api.people.passwords import WeakPassword, check_new, one_time_password


@pytest.mark.parametrize(
    "weak",
    [
        "password123",
        "Password-2024",
        "qwerty123456",
        "1q2w3e4r5t6y",
        "admin12345!",
        "woaini1314520",
        "abcd1234abcd",
        "zuozheng2026",
        "abc1234567",
    ],
)
def test_passwords_that_everybody_tries_are_refused(weak):
    with pytest.raises(WeakPassword, match="常见"):
        check_new(weak, "somebody")


@pytest.mark.parametrize(
    "good", ["correct horse battery", "mimi-hao-9876", "春风又绿江南岸2019", "password of my late aunt", "x9$kq-wolke"]
)
def test_others_are_taken(good):
    check_new(good, "somebody")


def test_one_time_passwords_obey_the_rule():
    for _ in range(200):
        check_new(one_time_password(), "somebody")
