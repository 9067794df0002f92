"""Labels to and from other tools: Label Studio, FUNSD/XFUND, spaCy."""
