"""A program that brings a database up to date and stands still in the middle of it, to be killed there.

Arguments: the database's address, the revision in whose middle it stops.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from alembic.operations import Operations

from api.store.engine import make_engine, migrate


def main() -> None:
    url, after = sys.argv[1:]
    real, left = Operations.invoke, [int(after)]

    def stop_there(self: Operations, operation: Any) -> Any:
        done = real(self, operation)
        left[0] -= 1
        if not left[0]:
            sys.stdout.write("in the middle\n")
            sys.stdout.flush()
            time.sleep(60)
        return done

    Operations.invoke = stop_there  # type: ignore[method-assign]
    migrate(make_engine(url))


if __name__ == "__main__":
    main()
