"""The rules of Otonai: plain values in, named outcomes out.

Standard library only. No clock, no database, no network, no randomness: whoever calls a rule brings
the time and the facts, and carries out what the rule decided.
"""
