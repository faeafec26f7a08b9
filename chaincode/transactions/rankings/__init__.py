"""Rankings of people, units and districts: computed from committed records when they are asked for, never stored."""
