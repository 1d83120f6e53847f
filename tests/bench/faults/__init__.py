"""Orders under faults: `python -m tests.bench.faults`, or `make bench-faults`.

Whole conversations go through the product while its store, its payment provider and the merchant's server
fail before, during and after what they are asked for; then everything is compared: what shoppers were told,
what the store holds, what the bank took, what the merchant got.
"""
