"""Check digits and the repair of misread characters that they allow.

Sources: patent numbers ZC 0006-2003 (mod 11); organisation codes GB 11714-1997 (mod 11);
unified social credit codes GB 32100-2015 (mod 31).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product

from stdnum.cn import uscc as stdnum_uscc

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100: without I, O, S, V, Z."""

OCR_CONFUSIONS: dict[str, str] = {
    "0": "8ODQ", "1": "7IL", "2": "Z", "3": "8", "4": "A", "5": "S6", "6": "8G5", "7": "1T", "8": "B306",
    "A": "4", "B": "8", "C": "G", "D": "0", "E": "F", "F": "E", "G": "6C", "H": "N", "I": "1L", "J": "1",
    "K": "X", "L": "1", "M": "NW", "N": "MH", "O": "0DQ", "P": "R", "Q": "0", "R": "P", "S": "5", "T": "7Y",
    "U": "W", "V": "UY", "W": "M", "X": "KY", "Y": "XT", "Z": "2", "|": "1", "!": "1", "l": "1", "o": "0",
    "i": "1", "b": "6", "q": "9", "g": "9",
}  # fmt: skip
"""Character -> the characters it is commonly misread from, likeliest first."""

_MAX_TRIALS = 200_000


def patent_check(body: str) -> str:
    """Return the check digit of 12 (or, before 2003-10, 8) digits: weights 2..9 repeated, mod 11, 10 is X."""
    total = sum(int(char) * (2 + index % 8) for index, char in enumerate(body))
    return "0123456789X"[total % 11]


def org_check(body: str) -> str:
    """Return the check character of the 8 characters of an organisation code (GB 11714)."""
    total = sum(int(char, 36) * weight for char, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X0"[11 - total % 11]


def uscc_is_valid(code: str) -> bool:
    """Check an 18-character credit code: alphabet, mod 31, and the organisation code within."""
    if len(code) != 18 or any(char not in USCC_ALPHABET for char in code) or not code[2:8].isdigit():
        return False
    return bool(code[17] == stdnum_uscc.calc_check_digit(code[:17]) and code[16] == org_check(code[8:16]))


def repair(
    text: str,
    alphabet: str,
    is_valid: Callable[[str], bool],
    confusions: Mapping[str, str] = OCR_CONFUSIONS,
    *,
    max_changes: int = 2,
) -> str | None:
    """Return the only valid text that OCR-confusable substitutions can make, else None.

    Characters outside ``alphabet`` must change first; only then up to ``max_changes`` further
    ones are tried, fewest first. More than one valid result at the first level that has any
    means None. A text that is valid as it stands is returned unchanged.
    """
    forced = [index for index, char in enumerate(text) if char not in alphabet]
    if not forced and is_valid(text):
        return text
    options = [_options(char, alphabet, confusions) for char in text]
    if len(forced) > 6 or any(not options[index] for index in forced):
        return None
    free = [index for index in range(len(text)) if index not in forced and options[index]]
    for changes in range(0 if forced else 1, max_changes + 1):
        found: set[str] = set()
        for trial in _trials(text, forced, free, options, changes):
            if is_valid(trial):
                found.add(trial)
                if len(found) > 1:
                    return None
        if found:
            return found.pop()
    return None


def _options(char: str, alphabet: str, confusions: Mapping[str, str]) -> str:
    """Return the allowed characters that ``char`` may stand for."""
    return "".join(other for other in confusions.get(char, "") if other in alphabet and other != char)


def _trials(text: str, forced: list[int], free: list[int], options: list[str], changes: int) -> Iterator[str]:
    """Yield every text with all ``forced`` and exactly ``changes`` of the ``free`` places changed."""
    count = 0
    for chosen in combinations(free, changes):
        places = [*forced, *chosen]
        for letters in product(*(options[place] for place in places)):
            count += 1
            if count > _MAX_TRIALS:
                return
            trial = list(text)
            for place, letter in zip(places, letters, strict=True):
                trial[place] = letter
            yield "".join(trial)
