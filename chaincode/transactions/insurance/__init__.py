"""Carbon insurance (碳保险): a policy on exact ranges, claimed when they are recalled, paid in replacement units."""
