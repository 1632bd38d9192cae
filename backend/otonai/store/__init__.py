"""Rows and queries: plain functions that take a session. Knows the domain's values, decides nothing."""
