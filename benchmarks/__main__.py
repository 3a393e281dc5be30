"""`make bench`: every benchmark in a process of its own, one after the other, so that none warms another's caches.

`python -m benchmarks NAME…` runs those alone; make_archive and polling are run by hand. Figures are CPU seconds and
ratios; machines are shared and noisy.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BY_HAND = {"make_archive", "polling"}  # they want a folder, or minutes


def main(names: list[str]) -> int:
    """Run the benchmarks; the number that failed."""
    found = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    unknown = set(names) - set(found)
    if unknown:
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    failed = 0
    for name in names or [name for name in found if name not in BY_HAND]:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
