"""What goes in and out over HTTP, as pydantic models. The OpenAPI document is made from these and nothing else."""
