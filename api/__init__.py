"""The service. Its own piece of work; nothing here yet."""
