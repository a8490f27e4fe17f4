"""How long the command line takes to start, against importing PyTorch; medians of one run on one machine.

(d) `visionaryvids --help` in under 0.4 s; `visionaryvids evaluate` without importing torch.

    python -m benchmarks.startup
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

TIMES = 7
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import torch": ["-c", "import torch"],
    "visionaryvids --help": ["-m", "visionaryvids", "--help"],
    "visionaryvids evaluate --help": ["-m", "visionaryvids", "evaluate", "--help"],
}
IMPORTED = "import sys; from visionaryvids.metrics import evaluation; print('torch' in sys.modules)"


def seconds(words: list[str]) -> float:
    def once() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start

    once()  # writes byte code, warms the disk's cache
    return statistics.median(once() for _ in range(TIMES))


def main() -> None:
    found = {name: seconds(words) for name, words in COMMANDS.items()}
    for name, value in found.items():
        print(f"(d) {name:<30} {value:.3f} s, {value / found['import torch']:.2f} of importing torch")
    torch_imported = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True).stdout
    print(f"(d) evaluation imports torch: {torch_imported.strip()}")


if __name__ == "__main__":
    main()
