"""The simulator: plays the terminal, the card reader and the consent page, for demo, development and tests."""

__version__ = "0.1.0"
