# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB's numbers as text: which are allowed, and one spelling for those that are equal.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

import decimal
import re
from functools import lru_cache

MOST_DIGITS = 38
# Of the first digit: 1E-130 is the smallest number above zero, 9.99...E+125 the largest.
LEAST_POWER, MOST_POWER = -130, 125
# decimal.normalize() rounds to the digits of its context: with its usual 28, two numbers can become one.
_EXACT = decimal.Context(prec=40, Emin=-999_999, Emax=999_999)

_ALLOWED = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
# Neither can have too many digits, or be too large or too small.
_SMALL = re.compile(r"-?\d{1,19}(?:\.\d{1,19})?", re.ASCII)
_NORMAL = re.compile(r"0|-?(?:[1-9]\d{0,18}|(?:0|[1-9]\d{0,18})\.\d{0,18}[1-9])", re.ASCII)


class BadNumberError(ValueError):
    """A number that DynamoDB would refuse."""


def digits(text: str) -> int:
    """How many significant digits a number has; one that is not allowed raises BadNumberError."""
    if not _SMALL.fullmatch(text):
        return len(_significant(_checked(text)))
    return len(text.replace(".", "").strip("-0"))


def normal(text: str) -> str:
    """The spelling of a number that equal ones share, as DynamoDB shows it: 1.50 and 15E-1 are 1.5."""
    return text if _NORMAL.fullmatch(text) else _normal(text)


@lru_cache(maxsize=4096)
def _normal(text: str) -> str:
    value = _checked(text)
    return format(_EXACT.normalize(value), "f") if value else "0"


def _checked(text: str) -> decimal.Decimal:
    if not _ALLOWED.fullmatch(text):
        raise BadNumberError(f"is no number ({text[:60]!r})")
    value = decimal.Decimal(text)
    if value and len(_significant(value)) > MOST_DIGITS:
        raise BadNumberError(f"has a number of more than {MOST_DIGITS} digits")
    if value and not LEAST_POWER <= value.adjusted() <= MOST_POWER:
        raise BadNumberError("has a number outside of 1E-130 to 9.9...E+125")
    return value


def _significant(value: decimal.Decimal) -> str:
    return "".join(map(str, value.as_tuple().digits)).strip("0")
