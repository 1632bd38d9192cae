"""Otonai, the server: from a consent at the bedside to the drug list on the tablet."""

__version__ = "0.1.0"
