"""Fields become claims; declared figures are checked against them.

A newcomer reads ``derive`` (documents to claims), then ``crosscheck`` (claims to verdicts);
the rules are the sections "How a verdict is decided" and "Metrics" of ``docs/contract.md``.
"""
