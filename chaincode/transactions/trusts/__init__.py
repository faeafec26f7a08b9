"""Credits in trust (碳信托): the trustee holds, the beneficiary's units stand apart."""
