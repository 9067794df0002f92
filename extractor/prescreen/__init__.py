"""Many packages beside each other: ranking before expert review, marks that repeat across packages, dates to watch.

Pure functions over results; nothing here decides about a figure.
"""
