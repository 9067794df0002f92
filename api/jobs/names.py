"""What workflows and queues are called, for those who hand in jobs and those who do them."""

from __future__ import annotations

APPLICATION = "zuozheng"
VERSION = "1"
"""Version of the workflow's steps, not of the program: workers of any release finish each other's jobs."""
WORKFLOW = "check_package"
INTERACTIVE, BATCH = "interactive", "batch"


def queue_of(interactive: bool) -> str:
    """The queue of a run."""
    return INTERACTIVE if interactive else BATCH
