"""Reports as of any date: rows computed from the read model, shown as JSON, CSV, XLSX or PDF."""
