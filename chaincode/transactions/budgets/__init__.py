"""Energy and carbon budgets of institutions, their readings, red cards and benchmarks."""
