"""Durable jobs: a package is a workflow, read in batches of pages by worker processes."""
