"""Numbered migrations, one head. Nothing here is edited after it was released."""
