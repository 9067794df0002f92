"""The service: REST API, review pages, durable jobs, and what it keeps. ``app.create_app`` puts it together."""
