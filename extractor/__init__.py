"""Reads evidence packages and checks declared figures against them."""
