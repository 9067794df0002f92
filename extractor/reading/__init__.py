"""A page source becomes a read page: text layer or OCR, upright, with lines, tables and seals."""
