"""The pages that people work in: Jinja templates and plain ES modules."""
