"""The convergence machine: two tablets, an office, a network and a clock, by seed."""
