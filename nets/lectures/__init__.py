"""The lecture's networks, one exercise a module, from one neuron to the Go network.

Read them in the order of `golois lecture list`: each builds on the ones before it. A module reads from top to
bottom (data, model, training, evaluation, what to try next) and ends in `run(options, report)`, which
`golois lecture run NAME` calls. The shared pieces are `data` (the data sets), `report` (tables and pictures)
and `options`. RESULTS.md records a full run of each.
"""
