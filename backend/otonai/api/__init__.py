"""HTTP only: one file per resource. Every route declares its callers and roles; nothing is decided here."""
