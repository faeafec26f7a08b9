"""Free assessment of organisations whose year is neutralised (Chengdu 18)."""
