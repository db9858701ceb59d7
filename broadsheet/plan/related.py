"""Related articles: older ones on shared topics, so that publishing never changes an old page."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence

from ..model import Article

MOST = 3
WINDOW = 24  # how far back to look in each topic: enough to find the closest, and constant work for each article


def related(newest_first: Sequence[Article]) -> Mapping[str, tuple[str, ...]]:
    """For each article's id the ids of up to MOST older ones, those with most topics in common first."""
    recent: dict[str, deque[int]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for index in range(len(newest_first) - 1, -1, -1):
        article = newest_first[index]
        shared: Counter[int] = Counter()
        for topic in article.topics:
            shared.update(recent.get(topic, ()))
        best = sorted([(-count, other) for other, count in shared.items()])[:MOST]
        found[article.id] = tuple([newest_first[other].id for _, other in best])
        for topic in article.topics:
            recent.setdefault(topic, deque(maxlen=WINDOW)).append(index)
    return found
