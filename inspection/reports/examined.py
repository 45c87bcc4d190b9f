"""检查报告: what one inspection covered, drew, found, set aside, matched, and asked to be put right."""
