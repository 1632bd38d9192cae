"""The bridge at the office: moves whole files between the terminal's folders and the server, nothing else."""

__version__ = "0.1.0"
