"""Side by side with a peer: `python -m benchmarks`, run from the root of the repository.

cases       what is measured, with its inputs and its floating-point operations
ours        the cases with fullstride
peer_torch  the same with PyTorch, as its experts would write them
worker      a contestant's process: requests and replies as lines of JSON
contestant  the other end: starts a worker, stops it while it waits, ends it
duel        one case: the same results first, then the contestants in turn, A B A B ...
startup     what comes before the first step: imports, compilation, the command on the digits
summary     medians and ratios
report      the tables and the JSON
"""
