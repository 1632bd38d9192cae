"""Tests of Otonai. The folders mirror the source; `people.py` is the cast; `guards/` remembers what we forget."""
