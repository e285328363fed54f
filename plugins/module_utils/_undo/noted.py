# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a person should know of a plan beside its counts, above all what was asked for and matched nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from .._compare.compared import key_text
from .plan_document import LEFT_OUT, UNDO, WINDOWS
from .work import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .asked import Asked
    from .change import Change, Planned
    from .deciding import Taking
    from .plan_document import Images

TOLD = 5  # keys that a sentence names


class Noted:
    """Told of each change that was decided about; then it has the notes."""

    def __init__(self, asked: Asked, taking: Taking) -> None:
        self.tally = Tally()
        self._asked, self._taking = asked, taking
        self._named: set[int] = set()
        self._why: Counter[str] = Counter()

    def add(self, change: Change, planned: Planned | None) -> None:
        """One more."""
        self.tally.add(planned)
        if self._taking.only and (number := self._taking.only.which(change.key)) is not None:
            self._named.add(number)
        if planned and planned.why:
            self._why[planned.why] += 1

    def add_all(self, tally: Tally, why: Mapping[str, int]) -> None:
        """What was decided elsewhere, with how many conflicts there are that images do not tell, by why."""
        self.tally = tally
        self._why.update(why)

    def notes(self, images: Images) -> Iterator[str]:
        """Sentences, with options as O(so)."""
        total = sum(self.tally.counts.values())
        if not total:
            yield self._nothing(images)
        elif self.tally.counts[LEFT_OUT] == total:
            by = "O(where)" if self._asked.where else "O(choose)"
            if total == 1:
                yield f"The one item that differs is not taken: correct {by} if it is meant."
            else:
                yield f"None of {total:,} items that differ is taken: correct {by} if some are meant."
        yield from self._not_named()
        for why, count in self._why.items():
            yield f"{_items(count)} of the conflicts: {why}."
        where = self._taking.where
        if where and where.unclear:
            yield (f"O(where) could not be asked of {_items(where.unclear)}, which are left out: {where.why}")

    def _nothing(self, images: Images) -> str:
        of = " of the items that O(keys) names" if self._asked.keys else ""
        if images.kind == WINDOWS:
            what = f"nothing{of} that was otherwise at {images.until} than at {images.from_}"
            return f"There is {what}: correct O(from) and O(until) if something is meant."
        if images.kind == UNDO:
            return f"The undo {images.undo} changed nothing{of}."
        return f"Nothing{of} differs: correct O(before) and O(after) if something is meant."

    def _not_named(self) -> Iterator[str]:
        """The keys that were named, and whose items nothing has changed."""
        only = self._taking.only
        if only is None or not self._named:
            return
        missing = [key for number, key in enumerate(only.wanted) if number not in self._named]
        if missing:
            told = "; ".join(map(key_text, missing[:TOLD]))
            more = f" and {len(missing) - TOLD:,} more" if len(missing) > TOLD else ""
            yield f"Of the items that O(keys) names, these were not changed: {told}{more}."


def _items(count: int) -> str:
    return "1 item" if count == 1 else f"{count:,} items"
