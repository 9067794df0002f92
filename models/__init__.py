"""Learned parts behind small protocols."""
