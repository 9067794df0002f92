"""How learned models see a page: its characters one by one, each with its place, cut into windows."""
