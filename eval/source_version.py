"""Which product made a measurement: its version, and the commit where it runs from a checkout."""

from __future__ import annotations

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parent.parent


def product_version() -> str:
    """The installed version; empty where the code runs without being installed."""
    try:
        return version("zuozheng")
    except PackageNotFoundError:
        return ""


def product_commit() -> str | None:
    """The commit of the checkout, with ``+`` where files differ from it; None where it is no checkout."""
    if not (ROOT / ".git").exists():
        return None
    try:
        commit = _git("rev-parse", "--short=12", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        # Git is missing or refuses the folder: the version alone must do.
        return None
    return f"{commit}+" if changed else commit


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.strip()
