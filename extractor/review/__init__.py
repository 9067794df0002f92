"""What persons correct, as data: kept beside the pages, applied anew each time the package is concluded."""
