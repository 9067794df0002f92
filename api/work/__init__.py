"""What the routes do: take packages in, look them up, change them, judge them anew, give results away."""
