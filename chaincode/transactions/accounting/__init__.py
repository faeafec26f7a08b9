"""Accounting data of credits, by organisation and month (财会〔2019〕22号)."""
