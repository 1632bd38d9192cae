"""`python -m otonai`: the operator's commands."""

from .cli import main

main()
