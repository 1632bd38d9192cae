"""`python -m otonai.supervised PARENT MODULE ARGUMENTS…`: run a module as if by `-m`, and end when the parent ends.

Called by `serve` only; PARENT is its process number.
"""

from __future__ import annotations

import runpy
import sys

from .lifeline import end_with_parent

if __name__ == "__main__":
    parent, module = int(sys.argv[1]), sys.argv[2]
    end_with_parent(parent, at_once=True)
    sys.argv[:] = sys.argv[2:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
