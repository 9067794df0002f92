"""Pure functions on strings: money, dates, identifiers, company names, Chinese numerals."""
