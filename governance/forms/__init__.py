"""What people fill in about what exists before any meeting, one module a page."""
