"""The pages of what exists before any meeting."""
