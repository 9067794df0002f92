"""Financial statements: from pages to figures in yuan, each with its period, scope, place and gate status.

``reader.read_statements`` gives the statements of a document; ``fields.statement_fields`` their fields.
"""
