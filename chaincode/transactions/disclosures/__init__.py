"""Loan-rate disclosure (个人贷款利息优惠): a person's total, shown to one bank with consent and for a time."""
