"""公告: what an authority tells its schools, who read it, and who confirmed it."""
