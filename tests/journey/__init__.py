"""Whole stories in a real browser, against the real programs and real folders."""
