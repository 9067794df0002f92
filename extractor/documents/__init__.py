"""Pages become documents with fields: classify, split, one module per document type."""
