"""Policies as data and their evaluation. Its own piece of work; nothing here yet."""
