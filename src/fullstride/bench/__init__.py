"""Side by side with peers: `fullstride bench`. Read in this order.

networks           the five networks, and each as a graph of plain data (`graph`) that every contestant reads
cases              what is measured: training steps, inference, layers; their inputs and their operations
ours               the cases with fullstride
peer_torch         the same with PyTorch, as its experts would write them; peer_onnxruntime, peer_numpy likewise
worker             a contestant's process: requests and replies as lines of JSON
contestant         the other end: starts a worker, stops it while it waits, ends it
duel               one case: the same results first, then the contestants in turn, A B A B ...
peak               how many multiply-adds this machine can do, by a kernel of ours
startup, company   what comes before the first step; what a second busy process costs
summary            medians and ratios
run                all of it, one after the other; `report` shows it, `picture` draws it, `publish` puts it into pages
"""
