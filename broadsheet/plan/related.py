"""Related articles: older ones on shared topics, so that publishing never changes an old page."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from ..content.model import Article

MOST = 3
WINDOW = 24  # how far back to look in each topic: enough to find the closest, and constant work for each article


def related(newest_first: Sequence[Article]) -> Mapping[str, tuple[str, ...]]:
    """For each article's id the ids of up to MOST older ones, those with most topics in common first."""
    recent: dict[str, deque[int]] = {}
    found: dict[str, tuple[str, ...]] = {}
    far = len(newest_first) + 1
    for index in range(len(newest_first) - 1, -1, -1):
        article = newest_first[index]
        shared: dict[int, int] = {}
        for topic in article.topics:
            for other in recent.get(topic, ()):
                shared[other] = shared.get(other, 0) + 1
        # Most in common first, then the newest: as one number, since tuples take twice as long to sort.
        best = sorted([other - count * far for other, count in shared.items()])[:MOST]
        found[article.id] = tuple([newest_first[number % far].id for number in best])
        for topic in article.topics:
            recent.setdefault(topic, deque(maxlen=WINDOW)).append(index)
    return found
