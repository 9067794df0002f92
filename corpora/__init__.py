"""Labelled corpora: their format on disk, synthetic documents and packages, the samples that ship."""
