"""What the service shows of a package: shapes of the API's answers, and how they are put together."""
