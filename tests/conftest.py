"""What holds for every test: hypothesis tries the same examples each time, so that a red run is red for everybody.

HYPOTHESIS_PROFILE=search looks for new ones: more examples, by chance, without a limit of time.
"""

from __future__ import annotations

import os
import signal

from hypothesis import settings

settings.register_profile("ci", derandomize=True, max_examples=60, deadline=None, database=None, print_blob=True)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# A shell that starts the tests in its background has them ignore interrupts, and so do the programs that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
