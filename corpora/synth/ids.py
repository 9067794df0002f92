"""Generate identifiers whose check digits are right (all invented).

Sources: GB 32100-2015 (USCC), GB 11714-1997 (organisation code), GB 11643-1999 (ID numbers),
CNIPA patent number standard ZC 0006-2003.
"""

from __future__ import annotations

from datetime import date
from random import Random

from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from extractor.values.checkdigits import USCC_ALPHABET, org_check, patent_check

PATENT_KINDS = {"invention": "1", "utility": "2", "design": "3"}
GRANT_SUFFIX = {"invention": "B", "utility": "U", "design": "S"}


def uscc(rng: Random, region: str = "350100", prefix: str = "91") -> str:
    """A USCC of an enterprise registered in ``region`` (six digits)."""
    if rng.random() < 0.6:
        core = "MA" + "".join(rng.choice(USCC_ALPHABET) for _ in range(6))
    else:
        core = "".join(rng.choice("0123456789") for _ in range(8))
    body = prefix + region + core + org_check(core)
    return body + str(stdnum_uscc.calc_check_digit(body))


def patent_no(rng: Random, kind: str, year: int) -> str:
    """A patent number such as ``ZL202010123456.7``; ``kind``: invention, utility, design."""
    serial = rng.randint(10000, 1500000) if kind == "invention" else rng.randint(10000, 3300000)
    digits = f"{year}{PATENT_KINDS[kind]}{serial:07d}"
    return f"ZL{digits}.{patent_check(digits)}"


def grant_no(rng: Random, kind: str, year: int) -> str:
    """A grant publication number such as ``CN213547479U``, plausible for the year of grant."""
    if kind == "invention":
        number = f"1{max(0, year - 2011):02d}{rng.randint(0, 999999):06d}"
    elif kind == "utility":
        number = f"2{max(0, (year - 2010) * 12 // 10 + 1):02d}{rng.randint(0, 999999):06d}"
    else:
        number = f"30{max(0, year - 2015):01d}{rng.randint(0, 999999):06d}"[:9]
    return f"CN{number}{GRANT_SUFFIX[kind]}"


def id_number(rng: Random, region: str = "350102") -> str:
    """An invented resident ID number (``region``: six digits) with a valid check digit."""
    born = date.fromordinal(rng.randint(date(1963, 1, 1).toordinal(), date(2001, 12, 31).toordinal()))
    body = f"{region}{born:%Y%m%d}{rng.randint(1, 999):03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def mask_id(number: str) -> str:
    """The masked form of a person's ID number: ``3501**********1234``."""
    return number[:4] + "*" * 10 + number[-4:]


def software_registration_no(rng: Random, year: int) -> str:
    """A software registration number such as ``2019SR0123456`` (six digits before 2019)."""
    return f"{year}SR{rng.randint(10000, 1400000):07d}" if year >= 2019 else f"{year}SR{rng.randint(1000, 999999):06d}"


def iso_number(rng: Random, letter: str, year: int, foreign: bool) -> str:
    """A management system certificate number: agency, year, system, serial, round, size."""
    if foreign:
        return rng.choice(
            (
                f"CN{year % 100}/{rng.randint(10000, 99999)}",
                f"{rng.randint(10, 99)} 100 {rng.randint(100000, 999999)}",
            )
        )
    agency = rng.choice((f"{rng.randint(10, 599):03d}", "".join(rng.choice("ABCDEHJKQRTXZ") for _ in range(4))))
    serial = f"{rng.randint(1, 9999):0{rng.choice((4, 5))}d}"
    return f"{agency}{year % 100:02d}{letter}{serial}R{rng.randint(0, 3)}{rng.choice('SML')}"


def high_tech_no(rng: Random, year: int, province: str = "35") -> str:
    """A high-tech enterprise certificate number: GR + year + province code + six digits."""
    return f"GR{year}{province}{rng.randint(1, 9999):06d}"
