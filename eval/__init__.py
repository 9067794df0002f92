"""Metrics and runs on labelled corpora."""
