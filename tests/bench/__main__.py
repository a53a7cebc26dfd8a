"""Run every module of this folder, or those whose name holds a word."""

import importlib
import pkgutil
import sys

import tests.bench


def main(word: str = "") -> None:
    """Print a line as soon as it is known."""
    print("a ratio above or below 1; ✓ the target is met, ✗ it is not\n", flush=True)
    for found in pkgutil.iter_modules(tests.bench.__path__):
        if found.name.startswith("_") or word not in found.name:
            continue
        print(f"— {found.name}", flush=True)
        for row in importlib.import_module(f"tests.bench.{found.name}").rows():
            print(row, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:2])
