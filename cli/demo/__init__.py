"""`tanhui demo`: a month of a public-institution programme, generated, recorded, and checked from the chain."""
