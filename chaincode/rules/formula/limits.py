"""Bounds of a formula: what one may ask every endorser to compute for every record."""

TEXT_BYTES_MAX = 32_768
NESTING_MAX = 48
"""Brackets open at once in the JSON text; a tree of TREE_DEPTH_MAX needs fewer."""
TREE_DEPTH_MAX = 16
TREE_NODES_MAX = 256
OPERANDS_MAX = 16
INPUTS_MAX = 12
FACTORS_MAX = 32
TABLES_MAX = 16
TABLE_AXES_MAX = 3
TABLE_CELLS_MAX = 1_024
VECTORS_MAX = 64

INPUT_ABS_MAX = 2**53 - 1
"""Inputs are JSON integers that every language reads exactly (RFC 8785, RFC 7493 section 2.2)."""
NUMBER_ABS_MAX = 2**63 - 1
"""Constants, factors' parts, table values."""
VALUE_ABS_MAX = 2**126
"""Any intermediate value: products of two 63-bit numbers pass, and cost stays bounded."""
GRAMS_MAX = 2**50
"""Grams of one record: 10^9 tonnes and more; 8,191 of them still sum within 63 bits."""
