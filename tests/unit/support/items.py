# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items of every type, for hypothesis, in DynamoDB JSON."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import strategies as st

Item = dict[str, Any]

# The characters that split lines, end values or need escapes somewhere.
_ODD = "\x00\x01\x02\x03\x1f\x7f\x85\u2028\u2029\n\r\t\"\\/<>&'{}\ud7ff\ufffd\U0001f600é"
TEXT = st.text(st.one_of(st.sampled_from(_ODD), st.characters(codec="utf-8")), max_size=12)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x02\x03"), min_size=1, max_size=8)


def _base64(held: bytes) -> str:
    return base64.b64encode(held).decode()


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A number within DynamoDB's limits, spelled in one of the ways that it takes."""
    digits = draw(st.integers(1, 10**38 - 1))
    power = draw(st.integers(-130, 125)) - len(str(digits)) + 1
    digits, power = (digits, power) if power >= -130 else (1, -130)
    sign = draw(st.sampled_from(["", "-"]))
    spelled = [f"{sign}{digits}E{power}"]
    if 0 <= power <= 20:
        spelled += [f"{sign}{digits}{'0' * power}", f"{sign}{digits}{'0' * power}.00"]
    return draw(st.sampled_from([*spelled, "0", "-0", "12.5", "000123.4500", "1E125", "9" * 38]))


SCALARS = st.one_of(
    TEXT.map(lambda held: {"S": held}),
    numbers().map(lambda held: {"N": held}),
    st.binary(max_size=12).map(lambda held: {"B": _base64(held)}),
    st.booleans().map(lambda held: {"BOOL": held}),
    st.just({"NULL": True}),
    st.lists(TEXT, min_size=1, max_size=4, unique=True).map(lambda held: {"SS": held}),
    st.lists(st.integers(-(10**37), 10**37), min_size=1, max_size=4, unique=True).map(
        lambda held: {"NS": [str(each) for each in held]}
    ),
    st.lists(st.binary(max_size=6), min_size=1, max_size=4, unique=True).map(
        lambda held: {"BS": [_base64(each) for each in held]}
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda held: {"L": held}),
        st.dictionaries(TEXT, inner, max_size=4).map(lambda held: {"M": held}),
    ),
    max_leaves=8,
)
ITEMS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=6)
