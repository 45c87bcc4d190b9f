"""Pages of a school's records. Each module ends with its own addresses."""
