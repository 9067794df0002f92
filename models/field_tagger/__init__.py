"""The field tagger: which characters of a page hold which field. Concept and limits: ``docs/learned-reader.md``."""
