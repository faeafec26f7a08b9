"""Certificates of retirement as documents: derived from the committed transaction, in Chinese and English."""
