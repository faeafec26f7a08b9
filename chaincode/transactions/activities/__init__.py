"""Activities: batches of packed records that earn points, and the data sources that sign them (domain.md)."""
