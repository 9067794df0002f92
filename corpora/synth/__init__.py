"""Synthetic evidence documents: one module per document type, all values invented."""
