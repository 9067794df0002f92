"""Passwords: hashed with argon2id, checked in the same time whether the login exists or not."""

from __future__ import annotations

import re
import secrets
import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import Unusable

HASHER = PasswordHasher()
"""argon2-cffi's defaults (RFC 9106, low memory). Hashes made with other parameters are renewed at the next sign-in."""
MIN_LENGTH, MAX_LENGTH = 10, 200
# Without letters and digits that are taken for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_COMMON = (
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "administrator", "password", "iloveyou", "sunshine", "princess", "football", "zuozheng",
    "qazwsxedc", "letmein", "welcome", "loveyou", "passwd", "qwerty", "asdfgh", "zxcvbn", "qazwsx", "woaini", "dragon", "monkey",
    "master", "abcdef", "huawei", "admin", "guest", "hello", "login", "china", "qwert", "asdf", "zxcv", "abcd", "qwer", "pass",
    "root", "test", "user", "love", "abc", "qaz", "wsx", "aaa", "管理员", "密码", "口令", "你好",
)  # fmt: skip
"""What most guessed passwords are made of, besides digits and signs; longer ones first."""
_SIGNS_FOR_LETTERS = str.maketrans("@4301!5$7", "aaeoiisst")
_OWN_LETTERS = 3
# Each computation takes 64 MiB for a moment; more at once would not be faster.
_TURNS = threading.BoundedSemaphore(4)


class WeakPassword(Unusable):
    """The new password does not meet the rules; the message says which."""

    code = "weak-password"


def hash_password(password: str) -> str:
    """The argon2id hash to be stored."""
    with _TURNS:
        return HASHER.hash(password)


def check_password(stored: str | None, password: str) -> bool:
    """Whether the password is right; with nothing stored the time is spent all the same."""
    with _TURNS:
        try:
            return HASHER.verify(stored or _nobody(HASHER), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


@lru_cache(maxsize=2)
def _nobody(hasher: PasswordHasher) -> str:
    return hasher.hash(secrets.token_hex(16))


def check_new(password: str, login: str) -> None:
    """Hold a new password against the rules.

    Raises:
        WeakPassword: it breaks one.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPassword(f"口令须有 {MIN_LENGTH} 至 {MAX_LENGTH} 个字符；请换一个")
    kinds = (any(c.isdigit() for c in password), any(c.isalpha() for c in password), any(not c.isalnum() for c in password))
    if sum(kinds) < 2 or len(set(password)) < 5:
        raise WeakPassword("口令太简单：须含字母、数字、符号中的至少两种，且不同的字符不少于 5 个；请换一个")
    if login.casefold() in password.casefold():
        raise WeakPassword("口令里不能含有登录名；请换一个")
    if _is_common(password.casefold()):
        raise WeakPassword("口令太常见（常用词加数字）；请换一个，例如几个不相干的词连在一起")


def _is_common(password: str) -> bool:
    """Whether hardly anything is left without digits, signs and the words that are tried first."""
    for form in (password, password.translate(_SIGNS_FOR_LETTERS)):
        letters = rest = re.sub(r"[\d\W_]+", "", form)
        for word in _COMMON:
            rest = rest.replace(word, "")
        if len(rest) < min(_OWN_LETTERS, len(letters)):
            return True
    return False


def one_time_password() -> str:
    """A password to be told once and changed at the first sign-in: 16 letters and digits in groups of four."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))
