"""A seeded fuzzer of everything that strangers hand in: ``python -m eval.fuzz --help`` and ``docs/fuzzing.md``."""
