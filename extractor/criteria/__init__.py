"""Policies as data, and whether an enterprise meets them.

A newcomer reads ``nodes`` (what a policy is), ``load`` (files to policies), ``facts`` (what is known of an
enterprise), ``evaluate`` (one policy against the facts) and ``tiers`` (where it stands and what is missing).
Nothing is imported here: reading all policies takes about a second, and most commands need none.
"""
